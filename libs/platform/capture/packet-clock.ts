/** Milliseconds after which the wall clock is asked again. */
const syncInterval = 1000;

/**
 * Time of a packet that was just handed over, to the microsecond: the binding does not tell when the kernel saw it. Follows the wall clock and
 * never goes back.
 */
export class PacketClock {
  seconds = 0;
  nanos = 0;
  private wall = Date.now();
  private steady = performance.now();
  private last = 0;

  /** Sets `seconds` and `nanos` to now. */
  read(): void {
    const steady = performance.now();
    if (steady - this.steady > syncInterval) {
      this.wall = Date.now();
      this.steady = steady;
    }
    // Microseconds since 1970 stay below 2^53.
    const micros = Math.max(this.last, Math.floor((this.wall + (steady - this.steady)) * 1000));
    this.last = micros;
    this.seconds = Math.floor(micros / 1e6);
    this.nanos = (micros % 1e6) * 1000;
  }
}
