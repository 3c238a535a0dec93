import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { formatInstant } from '@orbweaver/kernel/instant.ts';
import { Mode, type TimeHeader } from './message.ts';
import type { Exchange } from './stitcher.ts';

const modes = ['reserved', 'symmetric-active', 'symmetric-passive', 'client', 'server', 'broadcast', 'control', 'private'];
const leaps = ['none', 'add', 'delete', 'unsynchronized'];

/** RFC 9327, section 2, and RFC 1305, appendix B. */
const controlOperations = new Map([
  [1, 'read-status'],
  [2, 'read-variables'],
  [3, 'write-variables'],
  [4, 'read-clock-variables'],
  [5, 'write-clock-variables'],
  [6, 'set-trap'],
  [7, 'trap'],
  [8, 'configure'],
  [9, 'save-configuration'],
  [10, 'read-mru'],
  [11, 'read-ordered-list'],
  [12, 'request-nonce'],
  [31, 'unset-trap'],
]);

/** The requests that matter to who looks for abuse; the rest is told by number (`ntp_request.h`). */
const privateOperations = new Map([
  [0, 'peer-list'],
  [1, 'peer-list-sum'],
  [2, 'peer-info'],
  [4, 'system-info'],
  [16, 'restrictions'],
  [20, 'monlist'],
  [42, 'monlist-1'],
]);

/** Writes the fields of `schema.ts` onto the flow's record. */
export function buildRecord(record: TrafficRecord, exchange: Exchange): void {
  const { first, answer } = exchange;
  record['ntp.version'] = first.version;
  record['ntp.mode'] = modes[first.mode]!;
  const time = (answer ?? first).time;
  if (time !== undefined) addTime(record, time);
  const command = (answer ?? first).command;
  if (command !== undefined) {
    const names = first.mode === Mode.control ? controlOperations : privateOperations;
    record['ntp.operation'] = names.get(command.operation) ?? String(command.operation);
    if (command.isError) record['ntp.error_code'] = command.error;
  }
  if (answer === undefined) return;
  record['ntp.response_time'] = exchange.answered!.nanosSince(exchange.start);
  record['ntp.response.bytes'] = exchange.answerBytes;
  if (exchange.answers > 1) record['ntp.response.messages'] = exchange.answers;
}

function addTime(record: TrafficRecord, time: TimeHeader): void {
  record['ntp.leap'] = leaps[time.leap]!;
  record['ntp.stratum'] = time.stratum;
  if (time.referenceId !== undefined) record['ntp.reference_id'] = time.referenceId;
  record['ntp.poll'] = time.poll;
  record['ntp.precision'] = time.precision;
  record['ntp.root_delay'] = time.rootDelay;
  record['ntp.root_dispersion'] = time.rootDispersion;
  if (time.reference !== 0n) record['ntp.reference_time'] = timeText(time.reference);
  if (time.transmit !== 0n) record['ntp.transmit_time'] = timeText(time.transmit);
}

/** Seconds from 1900 to 1970, and of an era: numbers below the middle are taken to be of the era that begins in 2036 (RFC 4330, section 3). */
const unixEpoch = 2_208_988_800;
const era = 2 ** 32;

/** NTP's seconds and binary fraction as a date with nanoseconds. */
function timeText(time: bigint): string {
  const high = Number(time >> 32n);
  const nanos = Number(((time & 0xffff_ffffn) * 1_000_000_000n) >> 32n);
  return formatInstant(high + (high < era / 2 ? era : 0) - unixEpoch, nanos, 9);
}
