const noAlert = -1;
const alertBytes = 7;

/**
 * Whether one side begins with an alert of TLS in the clear: type 21, version 3.0 to 3.4, length 2, a level of 1 or 2, a description (RFC 8446, sections 5.1 and 6).
 */
export class AlertOpening {
  /** Octets so far that are one's; `noAlert` once they are not, or the beginning is over. */
  #matched = 0;

  get isOver(): boolean {
    return this.#matched === noAlert;
  }

  /** The beginning is missing. */
  gap(): void {
    this.#matched = noAlert;
  }

  /** True once, with the last octet of the alert. */
  push(bytes: Uint8Array, start: number, end: number): boolean {
    for (let at = start; at < end; at++) {
      if (!belongs(this.#matched, bytes[at]!)) {
        this.#matched = noAlert;
        return false;
      }
      if (++this.#matched < alertBytes) continue;
      this.#matched = noAlert;
      return true;
    }
    return false;
  }
}

function belongs(place: number, octet: number): boolean {
  switch (place) {
    case 0:
      return octet === 21;
    case 1:
      return octet === 3;
    case 2:
      return octet <= 4;
    case 3:
      return octet === 0;
    case 4:
      return octet === 2;
    case 5:
      return octet === 1 || octet === 2;
    default:
      return true;
  }
}
