/* A process that uses the embedded PostgreSQL of the folder it is given, as a hub does: says its address, stops at SIGTERM. */
import { startEmbedded } from '../../src/db/embedded.ts';
import { quiet } from './quiet.ts';

const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('say which folder');
const embedded = await startEmbedded({ dataDir, log: quiet, settings: { fsync: 'off' } });
process.once('SIGTERM', () => void embedded.stop().then(() => process.exit(0)));
console.log(embedded.url);
