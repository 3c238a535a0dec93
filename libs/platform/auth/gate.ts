/** Thrown instead of waiting when too many already wait. */
export class GateFullError extends Error {
  constructor() {
    super('too many are waiting');
    this.name = 'GateFullError';
  }
}

/** Lets so many pass at a time, in order of arrival, and so many wait. */
export class Gate {
  private inside = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly width: number;
  private readonly room: number;

  constructor(width: number, room: number) {
    this.width = width;
    this.room = room;
  }

  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.inside >= this.width) {
      if (this.waiting.length >= this.room) throw new GateFullError();
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else this.inside++;
    try {
      return await work();
    } finally {
      // A waiting one takes the place over, so that nobody who comes in between gets it.
      const next = this.waiting.shift();
      if (next === undefined) this.inside--;
      else next();
    }
  }
}
