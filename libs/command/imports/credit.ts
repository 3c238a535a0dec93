/** Counts what was sent and not yet taken, so that a sender can wait before it has too much under way. */
export class Credit {
  private underWay = 0;
  private waiting: (() => void)[] = [];
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  get isFull(): boolean {
    return this.underWay >= this.limit;
  }

  sent(): void {
    this.underWay++;
  }

  taken(): void {
    this.underWay--;
    const wake = this.waiting;
    this.waiting = [];
    for (const resolve of wake) resolve();
  }

  /** Undefined if there is room, else a promise of some. */
  room(): Promise<void> | undefined {
    return this.isFull ? this.until(() => !this.isFull) : undefined;
  }

  /** Resolves when everything was taken. */
  empty(): Promise<void> {
    return this.until(() => this.underWay === 0);
  }

  private async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}
