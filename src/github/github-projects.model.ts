import type { GithubResult, RepositoryRef } from './github.model.ts';

/** A Projects v2 board, as its address names it. */
export interface ProjectRef {
  owner: 'organization' | 'user';
  login: string;
  number: number;
}

/** A field of a project. `choices`: the options of a single select, the iterations of an iteration; else empty. */
export interface ProjectField {
  id: string;
  name: string;
  /** GitHub's word: TEXT, NUMBER, DATE, SINGLE_SELECT, ITERATION, or one that an issue brings along, as TITLE. */
  type: string;
  choices: { id: string; name: string }[];
}

export interface GithubProject {
  id: string;
  title: string;
  closed: boolean;
  canUpdate: boolean;
  fields: ProjectField[];
}

/** What GraphQL's `ProjectV2FieldValue` takes. */
export type ProjectFieldValue =
  | { text: string }
  | { number: number }
  | { date: string }
  | { singleSelectOptionId: string }
  | { iterationId: string };

/** A field that is to be set; `name` for people. */
export interface FieldWrite {
  fieldId: string;
  name: string;
  value: ProjectFieldValue;
}

/** Where an issue stands among others: below a parent, on a project. */
export interface GithubPlaces {
  /** Ids of the sub-issues of an issue; GitHub allows a hundred. */
  subIssues(r: RepositoryRef, parent: number): Promise<GithubResult<number[]>>;
  /** Makes an issue, by its id, a sub-issue. `invalid`: it has a parent, be it this one. */
  addSubIssue(r: RepositoryRef, parent: number, issueId: number): Promise<GithubResult<true>>;
  project(project: ProjectRef): Promise<GithubResult<GithubProject>>;
  /** Puts an issue, by its node id, onto a project and gives its item; one that is there already gives the same item. */
  addToProject(projectId: string, issueNodeId: string): Promise<GithubResult<string>>;
  /** Sets fields of an item, each for itself. Gives those that GitHub refused, with its words. */
  setProjectFields(
    projectId: string,
    itemId: string,
    writes: readonly FieldWrite[],
  ): Promise<GithubResult<{ name: string; message: string }[]>>;
}
