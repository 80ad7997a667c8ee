/** A field of a project; `choices` are options or iterations. */
export interface FakeProjectField {
  id: string;
  name: string;
  type: string;
  choices: { id: string; name: string }[];
  /** Refused whatever it is set to. */
  refuses: boolean;
}

export interface FakeProjectItem {
  id: string;
  /** Node id of the issue. */
  contentId: string;
  /** By name of the field; options and iterations by their names. */
  values: Record<string, string>;
}

/** A Projects v2 board. It lives as long as the fake: the demo's GitHub has none. */
export interface FakeProject {
  id: string;
  owner: string;
  number: number;
  title: string;
  closed: boolean;
  mayUpdate: boolean;
  fields: FakeProjectField[];
  items: FakeProjectItem[];
}

/** What a field is made of: its type, and the names of its options or iterations. */
type FieldDraft = [type: string, ...choices: string[]];

export interface ProjectActors {
  /** Makes a project; fields by name, as {Status: ['SINGLE_SELECT', 'Todo', 'Done'], Size: ['NUMBER']}. */
  addProject(owner: string, number: number, fields?: Record<string, FieldDraft>): FakeProject;
  projects: FakeProject[];
}

export function projectActors(): ProjectActors {
  const projects: FakeProject[] = [];
  return {
    projects,
    addProject(owner, number, drafts = {}) {
      const id = `PVT_${owner}_${number}`;
      const fields = Object.entries(drafts).map(([name, [type, ...choices]], place) => ({
        id: `PVTF_${id}_${place}`,
        name,
        type,
        choices: choices.map((choice, at) => ({ id: `${place}_${at}`, name: choice })),
        refuses: false,
      }));
      const project = {
        id,
        owner,
        number,
        title: `Board ${number}`,
        closed: false,
        mayUpdate: true,
        fields,
        items: [],
      };
      projects.push(project);
      return project;
    },
  };
}
