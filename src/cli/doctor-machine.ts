import { randomUUID, X509Certificate } from 'node:crypto';
import { access, constants, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { directionFinding, fine, warning, wrong } from './doctor.decide.ts';
import { existsSync } from 'node:fs';
import { freeBytes, groundHealth } from '../health/health.ts';
import { pingHub } from './hub-api.client.ts';
import { proxySettingsFrom } from '../outbound/outbound.ts';
import type { Config } from '../config.ts';
import type { Finding } from './doctor.model.ts';

/** What is around the hub: the data folder, its disk, the way out, own authorities. */
export async function machineFindings(config: Config, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  return [
    await folderFinding(config),
    ...(await diskFindings(config)),
    ...proxyFindings(env),
    ...(await authorityFindings(env['NODE_EXTRA_CA_CERTS']?.trim() ?? '')),
  ];
}

/** Whether the pages can be opened where links on GitHub lead; a warning only, since the doctor needs no running hub. */
export async function publicUrlFinding(publicUrl: string): Promise<Finding> {
  const ping = await pingHub(publicUrl);
  if (ping.ok) return fine('public_url', `A hub answers at ${publicUrl}.`);
  return warning(
    'public_url',
    `No hub answers at ${publicUrl}. ${ping.message}`,
    'Start it with "throughline serve". If it runs, PUBLIC_URL should be the address at which people open it.',
  );
}

// A file is written for real: as root, and on a read-only or full disk, the permission bits say nothing.
async function folderFinding({ dataDir, databaseUrl, secretKeys }: Config): Promise<Finding> {
  try {
    if (existsSync(dataDir)) {
      const probe = join(dataDir, `.doctor-${randomUUID()}`);
      await writeProbe(probe);
      return fine('data_folder', `The data folder ${dataDir} can be written.`);
    }
    await access(existingParent(dataDir), constants.W_OK);
    return fine('data_folder', `The data folder ${dataDir} is made at the first start.`);
  } catch (error) {
    const words = `The data folder ${dataDir} cannot be written (${wordsOf(error)}).`;
    const fix = 'Give this user the right to write there, make room, or set DATA_DIR to another folder.';
    const isUsed = databaseUrl === null || secretKeys === null;
    return isUsed ? wrong('data_folder', words, fix) : warning('data_folder', words, fix);
  }
}

async function writeProbe(file: string): Promise<void> {
  try {
    await writeFile(file, 'x');
  } finally {
    await rm(file, { force: true });
  }
}

async function diskFindings({ dataDir }: Config): Promise<Finding[]> {
  const diskFreeBytes = await freeBytes(existingParent(dataDir));
  return groundHealth({ databaseTime: null, diskFreeBytes }, new Date())
    .filter(({ direction }) => direction === 'disk')
    .map((direction) => directionFinding(direction, null));
}

function proxyFindings(env: NodeJS.ProcessEnv): Finding[] {
  const { httpProxy, httpsProxy, noProxy } = proxySettingsFrom(env);
  const set = Object.entries({ HTTPS_PROXY: httpsProxy, HTTP_PROXY: httpProxy }).filter(([, value]) => value !== '');
  if (set.length === 0) return [fine('proxy', 'No proxy is set: GitHub is called directly.')];
  const except = noProxy === '' ? '' : ` NO_PROXY leaves out ${noProxy}.`;
  return set.map(([name, value]) => {
    const url = URL.parse(value);
    // the host only: a proxy's address may hold a password
    return url === null
      ? wrong('proxy', `${name} is not an address.`, `Set ${name} to an address like http://proxy:3128, or remove it.`)
      : fine('proxy', `${name} is in effect: ${url.host}.${except}`);
  });
}

async function authorityFindings(file: string): Promise<Finding[]> {
  if (file === '') return [];
  try {
    const text = await readFile(file, 'utf8');
    const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu) ?? [];
    const readable = certificates.map((certificate) => new X509Certificate(certificate));
    if (readable.length > 0)
      return [
        fine(
          'authority',
          `NODE_EXTRA_CA_CERTS adds ${readable.length} ${readable.length === 1 ? 'authority' : 'authorities'} from ${file}.`,
        ),
      ];
    return [wrong('authority', `NODE_EXTRA_CA_CERTS: ${file} holds no certificate.`, AUTHORITY_FIX)];
  } catch (error) {
    // Node itself goes on without the file and only warns
    const text = `NODE_EXTRA_CA_CERTS: ${file} cannot be used (${wordsOf(error)}).`;
    return [wrong('authority', text, AUTHORITY_FIX)];
  }
}

const AUTHORITY_FIX = 'Name a PEM file with the certificates of your own authorities, readable by this user.';

function existingParent(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existingParent(dirname(path));
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
