import { Verdict } from '../sdk/module.ts';
import type { Signature } from './signature.ts';

/** Application tags of RFC 4511, section 4.2: what clients send, and what servers send. */
const ldapRequests = [0x60, 0x42, 0x63, 0x66, 0x68, 0x4a, 0x6c, 0x6e, 0x50, 0x77];
const ldapAnswers = [0x61, 0x64, 0x65, 0x67, 0x69, 0x6b, 0x6d, 0x6f, 0x73, 0x78, 0x79];

/** BER: SEQUENCE { messageID INTEGER, protocolOp [APPLICATION n] ... } */
function detectLdap(bytes: Uint8Array, start: number, end: number): Verdict {
  const id = contentOf(bytes, start, end, 0x30);
  if (id === -1) return Verdict.no;
  if (id === needMore) return Verdict.needMore;
  if (id + 2 > end) return Verdict.needMore;
  const length = bytes[id + 1]!;
  if (bytes[id] !== 0x02 || length === 0 || length > 4) return Verdict.no;
  const operation = id + 2 + length;
  if (operation >= end) return Verdict.needMore;
  const tag = bytes[operation]!;
  return ldapRequests.includes(tag) ? Verdict.client : ldapAnswers.includes(tag) ? Verdict.server : Verdict.no;
}
export const ldap: Signature = { name: 'ldap', stream: detectLdap, datagram: detectLdap };

/**
 * SNMP (RFC 3416, RFC 3412): SEQUENCE { version INTEGER, community OCTET STRING, PDU [n] } or, in version 3, SEQUENCE { version, header SEQUENCE ... }.
 */
export const snmp: Signature = {
  name: 'snmp',
  datagram(bytes, start, end, ports) {
    const version = contentOf(bytes, start, end, 0x30);
    if (version < 0 || version + 5 > end || bytes[version] !== 0x02 || bytes[version + 1] !== 1) return Verdict.no;
    const number = bytes[version + 2]!;
    if (number === 3) {
      if (bytes[version + 3] !== 0x30) return Verdict.no;
      return ports.senderPort === 161 ? Verdict.server : ports.receiverPort === 161 ? Verdict.client : Verdict.either;
    }
    if (number > 1 || bytes[version + 3] !== 0x04) return Verdict.no;
    const community = lengthAt(bytes, version + 4, end);
    if (community === undefined) return Verdict.no;
    const pdu = bytes[community.at + community.length]!;
    if (community.at + community.length >= end || pdu < 0xa0 || pdu > 0xa8) return Verdict.no;
    return pdu === 0xa2 ? Verdict.server : Verdict.client;
  },
};

const needMore = -2;

/** Where the content of the element with `tag` at `at` begins; -1 if it is another, -2 if its length is not there yet. */
function contentOf(bytes: Uint8Array, at: number, end: number, tag: number): number {
  if (bytes[at] !== tag) return -1;
  if (at + 1 >= end) return needMore;
  const first = bytes[at + 1]!;
  if (first < 0x80) return first >= 5 ? at + 2 : -1;
  const octets = first & 0x7f;
  if (octets === 0 || octets > 4) return -1;
  return at + 2 + octets > end ? needMore : at + 2 + octets;
}

function lengthAt(bytes: Uint8Array, at: number, end: number): { at: number; length: number } | undefined {
  const first = bytes[at]!;
  if (first < 0x80) return { at: at + 1, length: first };
  const octets = first & 0x7f;
  if (octets === 0 || octets > 2 || at + 1 + octets > end) return undefined;
  let length = 0;
  for (let i = 1; i <= octets; i++) length = (length << 8) | bytes[at + i]!;
  return { at: at + 1 + octets, length };
}
