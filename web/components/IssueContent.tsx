import { Anchor, Table, Text } from '@mantine/core';

import type { Report } from '../../src/contract/reports.ts';
import { Disclosure } from '../ui/Disclosure.tsx';
import { Markdown } from '../ui/Markdown.tsx';
import { contextWord, valueText } from '../words.ts';
import classes from './IssueContent.module.css';
import { Section } from './Section.tsx';

/** What the reporter wrote, and what came along with it. */
export function IssueContent({ report }: { report: Report }) {
  const { conversation } = report;
  const context = Object.entries(report.context);
  return (
    <>
      <Section title="Description">
        {report.description.trim() === '' ? (
          <Text c="dimmed">There is no description.</Text>
        ) : (
          <Markdown source={report.description} />
        )}
        {conversation !== null && (
          <div className={classes.conversation}>
            <Disclosure summary={`Conversation ${conversation.id}`}>
              {conversation.url !== undefined && (
                <Anchor href={conversation.url} target="_blank" rel="noopener noreferrer nofollow" size="sm">
                  Open the conversation
                </Anchor>
              )}
              <pre className={classes.transcript} tabIndex={0}>
                {conversation.transcript}
              </pre>
            </Disclosure>
          </div>
        )}
      </Section>
      {context.length > 0 && (
        <Section title="Context">
          <Table verticalSpacing={6} horizontalSpacing={0} layout="fixed">
            <Table.Tbody>
              {context.map(([field, value]) => (
                <Table.Tr key={field}>
                  <Table.Th scope="row" fw={400} c="dimmed" w="32%" pr="md" className={classes.cell}>
                    {contextWord(field)}
                  </Table.Th>
                  <Table.Td className={classes.cell}>{valueText(value)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Section>
      )}
    </>
  );
}
