import { styleText } from 'node:util';

import { ConfigProblem, readConfig } from '../config.ts';
import { EXIT } from './commands.ts';
import { fine, linesOf, nodeFinding, verdictOf, wrong } from './doctor.decide.ts';
import { hubFindings } from './doctor-hub.ts';
import { machineFindings, publicUrlFinding } from './doctor-machine.ts';
import type { Config } from '../config.ts';
import type { Finding } from './doctor.model.ts';

/** `throughline doctor`: looks at everything, changes nothing, needs no running hub. Returns the exit code. */
export async function doctorCommand(env: NodeJS.ProcessEnv, json: boolean): Promise<number> {
  const all: Finding[] = [];
  // each is printed when it is known: a database or a GitHub that does not answer takes its time
  const tell = (findings: Finding[]): void => {
    all.push(...findings);
    if (!json) for (const finding of findings) console.log(linesOf(finding, MARKS[finding.severity]()));
  };
  tell([nodeFinding(process.versions.node)]);
  const config = settingsOf(env, tell);
  if (config !== null) {
    tell(await machineFindings(config, env));
    tell(await hubFindings(config));
    tell([await publicUrlFinding(config.publicUrl)]);
  }
  console.log(json ? JSON.stringify(all, null, 2) : `\n${verdictOf(all)}`);
  if (config === null) return EXIT.usage;
  return all.every((finding) => finding.ok) ? EXIT.done : EXIT.failed;
}

const MARKS: Record<Finding['severity'], () => string> = {
  ok: () => styleText('green', '✓'),
  warning: () => styleText('yellow', '!'),
  error: () => styleText('red', '✗'),
};

function settingsOf(env: NodeJS.ProcessEnv, tell: (findings: Finding[]) => void): Config | null {
  try {
    const config = readConfig(env);
    tell([fine('settings', 'The settings can be read.')]);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigProblem)) throw error;
    const fix = 'Correct it; "throughline --help" lists every setting.';
    tell(error.message.split('\n').map((line) => wrong('settings', line, fix)));
    return null;
  }
}
