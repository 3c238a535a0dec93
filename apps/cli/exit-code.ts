/** Exit statuses of every command. */
export const ExitCode = {
  ok: 0,
  /** The work could not be done, or not to its end; standard error says why. */
  failed: 1,
  /** The command line makes no sense. */
  usage: 2,
} as const;
