import { Match, matchAny } from '../sdk/detect-text.ts';
import { Verdict } from '../sdk/module.ts';

/** UPnP Device Architecture 2.0, sections 1.2.2, 1.3.2 and 1.3.3: an announcement, a search, and the answer to one. */
const openings = ['NOTIFY * HTTP/1.', 'M-SEARCH * HTTP/1.', 'HTTP/1.1 200 OK\r\n'];

/** HTTP in datagrams is that of SSDP. Who announces and who searches both speak first, and answers come to a port of their own. */
export function detectDatagram(bytes: Uint8Array, start: number, end: number): Verdict {
  return matchAny(bytes, start, end, openings) === Match.yes ? Verdict.either : Verdict.no;
}
