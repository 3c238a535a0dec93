import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Database, DatabaseRenewed } from '../database.ts';
import { Parameters } from '../parameters.ts';

/** Run as a process of its own, since it limits how large files may get: `small-files-child.ts FOLDER`. Prints what it saw as JSON. */

const folder = process.argv[2]!;
const limitFiles = (bytes: string) => execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`]);
// Not to die of it.
process.on('SIGXFSZ', () => undefined);

const faults: string[] = [];
const database = await Database.open({ folder, threads: 1, onFault: (cause) => faults.push(cause.message) });
const attach = () => database.admin(`ATTACH '${join(folder, 'part.duckdb')}' AS part`);
const count = async () => Number((await database.query('SELECT count(*) FROM part.numbers', new Parameters()))[0]![0]);
let renewals = 0;
database.onRenewed(() => renewals++);

await attach();
await database.write('CREATE TABLE part.numbers AS SELECT range AS number, md5(range::VARCHAR) AS text FROM range(20000)');
limitFiles('300000');
const checkpoint = await failure(database.write('CHECKPOINT part'));
const question = checkpoint instanceof DatabaseRenewed ? checkpoint : await failure(count());
limitFiles('unlimited');
await attach();
const found = await count();
await database.write('INSERT INTO part.numbers VALUES (-1, NULL)');
process.stdout.write(JSON.stringify({ renewed: question instanceof DatabaseRenewed, renewals, faults, found, after: await count() }));
database.close();

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}
