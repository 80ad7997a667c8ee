/*
 * A fake GitHub with many small repositories in which nothing happens, and an App that is installed on all of them. Prints its
 * addresses and the App's key as one JSON line.
 */
import { addIssues } from '../src/sandbox/sandbox-bulk.ts';
import { FAKE_BOT } from '../test/fakes/github-finding.ts';
import { repositoryByName } from '../src/sandbox/sandbox-state.ts';
import { startFakeGithub } from '../test/fakes/github-server.ts';

const REPOSITORIES = 100;
const DAY_MS = 24 * 3_600_000;

const fake = await startFakeGithub();
const names = Array.from({ length: REPOSITORIES }, (_, index) => `acme/quiet-${index}`);
for (const name of names) {
  fake.addRepository(name, { roles: { [FAKE_BOT]: 'push' } });
  const repository = repositoryByName(fake.state, name);
  const until = new Date(Date.now() - DAY_MS);
  if (repository !== null) addIssues(fake.world, repository, 30, { pulls: 0.2, closed: 1, commented: 0.5, until });
}
const { id, installationId, privateKey } = fake.addApp();
const app = { app_id: String(id), installation_id: installationId, private_key: privateKey };
const { url, apiUrl, token, repository } = fake;
console.log(JSON.stringify({ url, apiUrl, token, repository, names, app }));
process.once('SIGINT', () => process.exit(0));
