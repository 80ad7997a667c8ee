/** What a fresh fake Sentry is found to have: the tests' settings name these. */
export const FAKE_ORGANIZATION = 'acme';
/** The internal integration's token: reads, writes, may link. */
export const FAKE_SENTRY_TOKEN = 'a1'.repeat(32);
/** May only read. */
export const READ_ONLY_TOKEN = 'sntryu_read_only';
/** A person's own, who may read and write. */
export const PERSONAL_TOKEN = 'sntryu_personal';
/** Of the organization, for builds: reads no issues. */
export const BUILD_TOKEN = 'sntrys_build';
export const FAKE_CLIENT_SECRET = 'c5'.repeat(32);
export const FAKE_INSTALLATION = '7a485448-a9e2-4c85-8a3c-4f44175783c9';
export const FAKE_APP = '1b2c3d4e-5f60-4718-8293-a4b5c6d7e8f9';
