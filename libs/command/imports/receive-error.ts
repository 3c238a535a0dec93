/** Why a file was not taken. */
export type ReceiveProblem = 'too-large' | 'not-a-capture' | 'disk-full' | 'aborted' | 'busy' | 'known';

export class ReceiveError extends Error {
  override readonly name = 'ReceiveError';
  readonly problem: ReceiveProblem;

  constructor(problem: ReceiveProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
