import { Anchor, Code, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import type { OpenApi, Operation } from '../api/openapi.ts';
import { loadOpenApi, operationsByTag } from '../api/openapi.ts';
import { ApiOperation } from '../components/ApiOperation.tsx';
import { Link } from '../components/Link.tsx';
import { paths } from '../paths.ts';
import { Brand } from '../ui/Brand.tsx';
import { LoadError } from '../ui/Notes.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { WaitingRows } from '../ui/Waiting.tsx';
import classes from './DocsPage.module.css';

const EXAMPLE = `curl -X POST ${location.origin}/api/v1/reports \\
  -H 'Authorization: Bearer YOUR_KEY' \\
  -H 'Content-Type: application/json' \\
  -H 'Idempotency-Key: one-key-per-report' \\
  -d '{"title": "The invoice total is off by one cent", "reporter": {"id": "u-7", "name": "Ann Lee"}}'`;

function idOf({ method, path }: Operation): string {
  return `${method}${path.replaceAll(/[^a-z0-9]+/giu, '-')}`.toLowerCase();
}

/** How does a program talk to this hub? */
export default function DocsPage() {
  const { data, error, refetch } = useQuery({ queryKey: ['openapi'], queryFn: loadOpenApi, staleTime: Infinity });
  return (
    <div className={classes.page}>
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <header className={classes.top}>
        <Link to={paths.home()} className={classes.home} aria-label="Throughline, to the start">
          <Brand />
        </Link>
        <Anchor href="/openapi.json" size="md">
          openapi.json
        </Anchor>
      </header>
      {data === undefined ? (
        <main id="content" tabIndex={-1}>
          <PageHeader title="API reference" />
          {error === null ? (
            <WaitingRows rows={6} height={110} />
          ) : (
            <LoadError sentence={error.message} onRetry={() => void refetch()} />
          )}
        </main>
      ) : (
        <Reference document={data} />
      )}
    </div>
  );
}

function Reference({ document }: { document: OpenApi }) {
  const groups = [...operationsByTag(document)];
  return (
    <div className={classes.columns}>
      <nav aria-label="Operations" className={classes.toc}>
        {groups.map(([tag, operations]) => (
          <div key={tag}>
            <strong>{tag}</strong>
            <ul>
              {operations.map((operation) => (
                <li key={idOf(operation)}>
                  <a href={`#${idOf(operation)}`}>{operation.summary}</a>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <main id="content" tabIndex={-1} className={classes.main}>
        <PageHeader
          title="API reference"
          lede={`${document.info.title} ${document.info.version}. Made from the same schemas that check every request.`}
        />
        <Text mb="xs">File a report with an API key; the same idempotency key never makes a second one.</Text>
        <Code block mb="xl" tabIndex={0}>
          {EXAMPLE}
        </Code>
        {groups.map(([tag, operations]) => (
          <section key={tag} className={classes.group}>
            <Title order={2} mb="sm" tt="capitalize">
              {tag}
            </Title>
            {operations.map((operation) => (
              <ApiOperation key={idOf(operation)} id={idOf(operation)} document={document} operation={operation} />
            ))}
          </section>
        ))}
      </main>
    </div>
  );
}
