import { STRANGER } from './acts.ts';
import type { ErrorsStage } from './stage.ts';

/** What people wrote and set on GitHub and is not as they left it. */
export function wrongOfPeople({ github, people }: ErrorsStage): string[] {
  const comments = github.state.repositories[0]?.comments ?? {};
  const issues = new Map(github.issues().map((issue) => [issue.number, issue]));
  return [
    ...people.comments.flatMap(({ number, id, text }) =>
      comments[number]?.some((one) => one.id === id && one.body === text)
        ? []
        : [`a comment of a person on #${number} is gone`],
    ),
    ...[...people.labels].flatMap(([number, labels]) =>
      [...labels].flatMap((label) =>
        issues.get(number)?.labels.includes(label) ? [] : [`#${number} lost a person's label ${label}`],
      ),
    ),
    ...[...people.titles].flatMap(([number, title]) =>
      issues.get(number)?.title === title ? [] : [`#${number} lost the title that a person gave it`],
    ),
    ...[...people.bodies].flatMap(([number, body]) =>
      issues.get(number)?.body === body ? [] : [`#${number} lost what a person wrote into it`],
    ),
    ...[...people.strangers].flatMap((number) =>
      issues.get(number)?.assignees.includes(STRANGER)
        ? []
        : [`#${number} lost ${STRANGER}, whom Sentry does not know`],
    ),
  ];
}
