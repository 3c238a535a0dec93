import { Command, CommanderError } from 'commander';
import { analyzeCommand } from './commands/analyze.ts';
import { deadLettersCommand } from './commands/dead-letters.ts';
import { fieldsCommand } from './commands/fields.ts';
import { importCommand } from './commands/import.ts';
import { searchCommand } from './commands/search.ts';
import { startCommand } from './commands/start.ts';
import { ExitCode } from './exit-code.ts';
import { version } from '@orbweaver/kernel/version.ts';

const examples = `
Examples:
  orbweaver analyze trace.pcapng | jq .                  every record of a capture, one JSON object a line
  orbweaver analyze --records http,dns *.pcap.gz         only these datasets
  tcpdump -w - -i eth0 -c 1000 | orbweaver analyze -     from standard input
  orbweaver start                                        the server with its pages, on this machine
  orbweaver start --interface lo                         the same, capturing live
  orbweaver import monday.pcap                           bring a capture into a running server
  orbweaver search 'http.response.status_code >= 500'    ask a running server
  orbweaver fields http                                  what a query can name
  orbweaver dead-letters list                            what the services of a cluster could not take

'orbweaver COMMAND --help' tells everything about one command.`;

const program = new Command('orbweaver')
  .description('A network observatory: rebuilds conversations from packets and answers questions about them.')
  .version(version, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .helpCommand('help [command]', 'print the help of a command')
  .showHelpAfterError("(try 'orbweaver --help')")
  .addHelpText('after', examples)
  .enablePositionalOptions()
  .exitOverride();

for (const command of [analyzeCommand(), startCommand(), importCommand(), searchCommand(), fieldsCommand(), deadLettersCommand()]) {
  program.addCommand(command.exitOverride().showHelpAfterError(`(try 'orbweaver ${command.name()} --help')`));
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
}
