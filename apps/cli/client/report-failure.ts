import { ExitCode } from '../exit-code.ts';
import { ClientError } from './server.ts';

/** Runs a command's action; what a person can do something about becomes one line on standard error and exit status 1. */
export function reportFailure<Args extends unknown[]>(
  command: string,
  action: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  return async (...args) => {
    try {
      await action(...args);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      process.stderr.write(`orbweaver ${command}: ${error.message}\n`);
      process.exitCode = ExitCode.failed;
    }
  };
}
