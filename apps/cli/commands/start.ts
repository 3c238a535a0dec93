import { Command } from 'commander';
import { existsSync } from 'node:fs';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { ExitCode } from '../exit-code.ts';

/** `orbweaver start`: everything behind the name belongs to the server, which has its own settings and its own help. */
export function startCommand(): Command {
  return new Command('start')
    .description('start the server: capture, store, search and pages in one process')
    .usage('[options] [FILE...]')
    .argument('[arguments...]', 'options of the server and captures to import')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(start);
}

async function start(args: string[]): Promise<void> {
  // Beside this file in the build: dist/cli/main.js and dist/standalone/main.js.
  const server = fileURLToPath(new URL('../standalone/main.js', import.meta.url));
  if (!existsSync(server)) {
    process.stderr.write(`orbweaver: the server is not built (${server} is missing); run: npm run build\n`);
    process.exitCode = ExitCode.failed;
    return;
  }
  process.argv = [process.execPath, server, ...args];
  await import(pathToFileURL(server).href);
}
