import type { SandboxAnswer, SandboxRequest, SandboxView, SandboxWorld } from '../../src/sandbox/sandbox.model.ts';
import type { Points } from './github-graphql-asking.ts';
import type { ProjectActors } from './github-projects.ts';
import { projectActors } from './github-projects.ts';

const UNLIMITED_POINTS = 100_000_000;

/** A GraphQL question as the fake's server sees it. */
export interface GraphqlWork {
  /** The largest page or list of ids that it asks for. */
  size: number;
  handle: () => SandboxAnswer;
}

export interface GraphqlEnd {
  /** The work that a request asks for; null when it is no GraphQL. */
  workFor(house: { world: SandboxWorld; url: string }, request: SandboxRequest): Promise<GraphqlWork | null>;
  /** All points are there again, and no project. */
  reset(): void;
  boards: ProjectActors;
}

/** `POST /graphql` of the fake. GitHub's schema is loaded with the first question, so that most tests never pay for it. */
export function graphqlEnd(view: SandboxView, pointsPerHour = UNLIMITED_POINTS): GraphqlEnd {
  const spent = new Map<string, Points>();
  const boards = projectActors();
  return {
    async workFor({ world, url }, request) {
      if (request.path !== '/graphql' || request.method !== 'POST') return null;
      const { answerGraphql, planOfQuestion } = await import('./github-graphql.ts');
      const house = { world, view, web: url, pointsPerHour, spent, projects: boards.projects };
      return {
        size: planOfQuestion(request.text)?.largest ?? 0,
        handle: () => answerGraphql(house, request),
      };
    },
    reset() {
      spent.clear();
      boards.projects.length = 0;
    },
    boards,
  };
}
