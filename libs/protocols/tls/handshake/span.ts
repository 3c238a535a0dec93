/** A range of the message being decoded: offsets, never a copy. Absent when `start` is negative. */
export class Span {
  start = -1;
  end = -1;

  set(start: number, end: number): void {
    this.start = start;
    this.end = end;
  }

  clear(): void {
    this.start = -1;
    this.end = -1;
  }

  get present(): boolean {
    return this.start >= 0;
  }

  get length(): number {
    return this.end - this.start;
  }
}
