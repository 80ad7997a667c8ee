import assert from 'node:assert/strict';

import { arrived, openBrowser, visit } from './browser.ts';
import { startFakeGithub } from '../fakes/github-server.ts';
import { startHub } from './hub-process.ts';
import { testDatabase } from '../support/database.ts';

import type { Browser, Page } from 'playwright-core';
import type { FakeGithub } from '../fakes/github-server.ts';
import type { Sql } from '../../src/db/db.model.ts';
import type { TestContext } from 'node:test';

const KEY = 'the-admin-key-of-a-test';
const BOT = 'throughline-bot';
const ASKING_MS = 100;

/** A hub whose GitHub does what the test tells it to, with an admin in front of it. */
export interface FakedHub {
  fake: FakeGithub;
  origin: string;
  page: Page;
  /** What went wrong in the page. */
  complaints: string[];
  /** The hub's own database: to shorten a wait or to have many of a thing, never to make a state. */
  sql: Sql;
  /** Calls below /api/v1 as a system admin. */
  call<Answer>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<Answer>;
  /** Asks until the answer is as wanted, and returns it. */
  until<Answer>(path: string, isGood: (answer: Answer) => boolean): Promise<Answer>;
  open(path: string, heading: string): Promise<void>;
}

/** Starts both; null without a browser. `seed` acts on GitHub before the hub is connected. */
export async function startFakedHub(t: TestContext, seed: (fake: FakeGithub) => void): Promise<FakedHub | null> {
  const browser = await openBrowser(t);
  if (browser === null) return null;
  const fake = await startFakeGithub(t);
  fake.setRole(BOT, 'admin');
  seed(fake);
  const db = await testDatabase(t);
  const hub = await startHub(t, 'serve', {
    DATABASE_URL: db.url,
    GITHUB_API_URL: fake.apiUrl,
    GITHUB_TOKEN: fake.token,
    GITHUB_REPO: fake.repository,
    ADMIN_API_KEY: KEY,
    ALLOW_PRIVATE_ADDRESSES: 'true',
  });
  const { page, complaints } = await signedIn(browser, hub);
  const call = caller(hub.origin);
  return {
    fake,
    origin: hub.origin,
    page,
    complaints,
    sql: db.sql,
    call,
    async until(path, isGood) {
      for (let tries = 0; tries < 300; tries += 1) {
        const answer = await call<Parameters<typeof isGood>[0]>('GET', path);
        if (isGood(answer)) return answer;
        await new Promise((resolve) => setTimeout(resolve, ASKING_MS));
      }
      throw new Error(`${path} did not become as wanted: ${JSON.stringify(await call('GET', path))}`);
    },
    async open(path, heading) {
      await page.goto(hub.origin + path);
      await arrived(page, heading);
    },
  };
}

async function signedIn(browser: Browser, hub: { link: string; origin: string }) {
  const visitor = await visit(browser, [hub.origin]);
  const { page } = visitor;
  await page.goto(hub.link);
  await page.getByLabel('Your name').fill('Ada Admin');
  await page.getByLabel('E-mail').fill('ada@acme.example');
  await page.getByLabel('Password', { exact: true }).fill('a long walk by the sea');
  await page.getByRole('button', { name: 'Create the admin' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).first().waitFor();
  return visitor;
}

function caller(origin: string) {
  return async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await fetch(`${origin}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${KEY}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as Answer;
  };
}
