/** Length of `2026-01-02T03:04`. */
const minuteLength = 16;

/** Times come in order, so that the minute mostly is that of the last one. */
let lastMinute = '';
let lastMinuteMicros = NaN;

/** Microseconds since 1970 of a packet's time as records write it (RFC 3339 in UTC); exact to the year 2255, whatever is finer is left off. NaN for another text. */
export function packetMicros(text: string): number {
  const minute = text.slice(0, minuteLength);
  if (minute !== lastMinute) {
    lastMinuteMicros = Date.parse(`${minute}:00Z`) * 1000;
    lastMinute = minute;
  }
  // `:05Z` or `:05.123456789Z`.
  let micros = digitAt(text, 17) * 10 + digitAt(text, 18);
  for (let i = 0; i < 6; i++) micros = micros * 10 + (text.length > 20 + i + 1 ? digitAt(text, 20 + i) : 0);
  return lastMinuteMicros + micros;
}

function digitAt(text: string, at: number): number {
  return text.charCodeAt(at) - 0x30;
}
