import { parseArgs, type ParseArgsConfig } from 'node:util';

const help = { help: { type: 'boolean', short: 'h' } } as const;

type Options = NonNullable<ParseArgsConfig['options']>;
type Read<Given extends Options, Operands extends boolean> = ReturnType<
  typeof parseArgs<{ options: Given & typeof help; allowPositionals: Operands }>
>;

export interface Tool<Given extends Options, Operands extends boolean> {
  /** As it is typed: `npm run bench`. */
  readonly command: string;
  /** What help says behind the command: its command line, a blank line, what it does. */
  readonly usage: string;
  readonly options: Given;
  readonly hasOperands?: Operands;
}

/** What a tool was told. `--help` prints how it is used and ends the process with 0; what is not understood ends it with 2 and one line. */
export function readCommandLine<const Given extends Options, Operands extends boolean = false>(
  { command, usage, options, hasOperands }: Tool<Given, Operands>,
  args: readonly string[] = process.argv.slice(2),
): Read<Given, Operands> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(`${command} ${usage}`);
    process.exit(0);
  }
  try {
    const allowPositionals = (hasOperands ?? false) as Operands;
    return parseArgs({ args: [...args], options: { ...options, ...help }, allowPositionals });
  } catch (error) {
    // Behind the first sentence stands how operands would be written.
    return refuse(command, (error as Error).message.split(/\. |\.?\n/)[0]!);
  }
}

/** Ends the process with 2 and one line that says what is wrong with how it was called. */
export function refuse(command: string, problem: string): never {
  console.error(`${command}: ${problem}; see: ${command} -- --help`);
  process.exit(2);
}

/** A number of at least `least`, or the end of the process. */
export function numberOf(command: string, option: string, text: string, least = 0): number {
  const value = text.trim() === '' ? NaN : Number(text);
  return value >= least && value < Infinity ? value : refuse(command, `--${option}: expected a number from ${least}, got "${text}"`);
}
