import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { describeStore } from '../../conformance/store-conformance.ts';
import { openDuckDbStore } from '../open.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

describeStore('duckdb', {
  open: async (schemas) => {
    const folder = await mkdtemp(join(tmpdir(), 'orbweaver-store-'));
    folders.push(folder);
    return openDuckDbStore(schemas, { folder, threads: 1 });
  },
});
