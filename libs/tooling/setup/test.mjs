// `npm test`: sets up what is missing, then every check and every test. Prints `N passed, N failed` last, and names what could not run here (some tests need root); status 1 if
// any failed.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { installPackages, onPath } from './debian.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureLiveCapture } from './live-capture.mjs';
import { nodeBinary, root } from './places.mjs';
import { run } from './run.mjs';
import { projects } from './projects.mjs';
import { say } from './say.mjs';
import { ensureServers } from './servers.mjs';

const env = { NX_DAEMON: 'false', PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` };
const report = join(root, 'dist', 'test-report.json');
let passed = 0;
let skipped = 0;
/** Told once more at the end, where who reads only that finds them. */
const failures = [];

await ensureDependencies();
await ensureLiveCapture();
await ensureBrowser();
await ensureServers();
await ensureBuilt();

await check('format', tool('prettier', 'bin/prettier.cjs'), ['--check', '--log-level=warn', '.']);
// The import rules are judged by the project graph, which Nx makes.
await check('project graph', tool('nx', 'dist/bin/nx.js'), ['show', 'projects']);
await check('lint', tool('eslint', 'bin/eslint.js'), ['--max-warnings=0', '.']);
await inParallel(projects(), (project) => check(`types of ${project}`, tool('typescript', 'bin/tsc'), ['-p', project]));
await tests(['libs', 'apps']);
// Browsers and servers get the machine to themselves.
await tests(['e2e', '--maxWorkers=1']);
// The pages once more, with each part of the product a process of its own: what goes through both APIs and through the pipeline.
const throughAll = ['first-visit', 'records', 'session'].map((name) => `e2e/web/${name}.test.ts`);
await tests([...throughAll, '--maxWorkers=1'], { ORBWEAVER_SIZE: 'cluster' });

if (failures.length > 0) console.log(`\n${failures.map((failure) => `FAILED ${failure}`).join('\n')}\n`);
console.log(`${passed} passed, ${failures.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failures.length > 0 ? 1 : 0;

async function ensureBrowser() {
  if (onPath('chromium')) return;
  const problem = await installPackages(['chromium', 'fonts-dejavu-core'], 'to test the pages');
  if (problem) say(`the tests of the pages need Chromium: ${problem}`);
}

function tool(name, path) {
  return join(root, 'node_modules', name, path);
}

async function check(name, script, args) {
  const { code, output } = await run(nodeBinary(), [script, ...args], { cwd: root, env, output: 'quiet' });
  if (code === 0) passed += 1;
  else failures.push(name);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name}`);
  if (code !== 0) console.log(output.trim());
}

async function inParallel(items, each) {
  const left = [...items];
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await each(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
}

async function tests(args, more = {}) {
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code } = await run(nodeBinary(), [tool('vitest', 'vitest.mjs'), 'run', ...reporters, ...args], {
    cwd: root,
    env: { ...env, ...more },
  });
  if (!existsSync(report)) {
    failures.push(`tests of ${args.join(' ')}: the runner wrote no report`);
    return;
  }
  const failuresBefore = failures.length;
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  for (const { name, status, message, assertionResults } of testResults) {
    const file = relative(root, name);
    if (status === 'failed' && !assertionResults.some((result) => result.status === 'failed')) failures.push(`${file}\n${message}`);
    for (const { status, fullName, failureMessages } of assertionResults) {
      if (status === 'passed') passed += 1;
      else if (status === 'failed') failures.push(`${file}: ${fullName}\n${failureMessages.join('\n')}`);
      else {
        skipped += 1;
        console.log(`SKIPPED ${fullName}`);
      }
    }
  }
  if (code !== 0 && failures.length === failuresBefore) failures.push(`tests of ${args.join(' ')}: the runner ended with status ${code}`);
}
