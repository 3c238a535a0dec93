import { problems, problemType, type Problem, type ProblemItem, type ProblemKind } from '@orbweaver/contracts/http/problem.ts';

/** Ends a request with a problem that the client may see. */
export class ProblemError extends Error {
  readonly kind: ProblemKind;
  readonly items: readonly ProblemItem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: ProblemKind,
    detail: string,
    more: { items?: readonly ProblemItem[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause });
    this.name = 'ProblemError';
    this.kind = kind;
    this.items = more.items ?? [];
    this.headers = more.headers ?? {};
  }

  get status(): number {
    return problems[this.kind].status;
  }

  toProblem(): Problem {
    const { status, title } = problems[this.kind];
    return {
      type: problemType(this.kind),
      title,
      status,
      detail: this.message,
      ...(this.items.length > 0 ? { errors: [...this.items] } : {}),
    };
  }
}
