import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { className, OpCode, opCodeName, responseCodeName } from './codes.ts';
import type { Edns } from './edns.ts';
import { Flag, typeText, type Dialect, type Message } from './message.ts';
import { netbiosOperationName, netbiosResponseName } from './netbios.ts';
import type { Exchange } from './stitcher.ts';

/** Writes the fields of `schema.ts` onto the flow's record. Of an exchange at least one message is there. */
export function buildRecord(record: TrafficRecord, exchange: Exchange, dialect: Dialect): void {
  const { query, response, question } = exchange;
  const main = response ?? query;
  if (main === undefined) return;
  record['dns.id'] = main.id;
  record['dns.type'] = response === undefined ? 'query' : 'answer';
  record['dns.op_code'] = dialect === 'nbns' ? netbiosOperationName(main.opCode) : opCodeName(main.opCode);
  if (question !== undefined) {
    record['dns.question.name'] = question.name;
    record['dns.question.type'] = typeText(question.type, dialect);
    record['dns.question.class'] = className(question.class);
  }
  const questions = (query ?? main).questionCount;
  if (questions > 1) record['dns.questions_count'] = questions;
  addFlags(record, main.flags & (flagMasks[dialect] ?? flagMask));
  if (query !== undefined) record['dns.query.bytes'] = query.bytes;
  if (exchange.isRepeated) record['dns.retransmission'] = true;
  if (response !== undefined) addResponse(record, exchange, response, dialect);
  addSections(record, query, response);
  addEdns(record, query?.edns, response?.edns);
  const signature = query?.signature ?? response?.signature;
  if (signature !== undefined) {
    record['dns.tsig.key_name'] = signature.key;
    record['dns.tsig.algorithm'] = signature.algorithm;
  }
  const error = query?.error ?? response?.error;
  if (error !== undefined) record['dns.parse_error'] = error;
}

const flagNames = [
  [Flag.authoritative, 'AA'],
  [Flag.truncated, 'TC'],
  [Flag.recursionDesired, 'RD'],
  [Flag.recursionAvailable, 'RA'],
  [Flag.authentic, 'AD'],
  [Flag.checkingDisabled, 'CD'],
] as const;

const flagMask = flagNames.reduce((mask, [flag]) => mask | flag, 0);

/** Where some of the bits say something else: broadcast (RFC 1002, section 4.2.1.1), conflict and tentative (RFC 4795, section 2.1.1). */
const flagMasks: Partial<Record<Dialect, number>> = {
  nbns: Flag.authoritative | Flag.truncated | Flag.recursionDesired | Flag.recursionAvailable,
  llmnr: Flag.truncated,
};

/** The names of the flags that are set, by those flags: few of the combinations are ever met. */
const flagLists = new Map<number, readonly string[]>();

function addFlags(record: TrafficRecord, set: number): void {
  if (set === 0) return;
  let list = flagLists.get(set);
  if (list === undefined) flagLists.set(set, (list = flagNames.filter(([flag]) => set & flag).map(([, name]) => name)));
  record['dns.header_flags'] = list;
}

function addResponse(record: TrafficRecord, exchange: Exchange, response: Message, dialect: Dialect): void {
  record['dns.response_code'] = dialect === 'nbns' ? netbiosResponseName(response.responseCode) : responseCodeName(response.responseCode);
  record['dns.response.bytes'] = response.bytes;
  if (exchange.responses > 1) record['dns.response.messages'] = exchange.responses;
  if (exchange.query !== undefined) record['dns.response_time'] = exchange.answered!.nanosSince(exchange.start);
  record['dns.answers_count'] = response.answerCount;
  record['dns.authorities_count'] = response.authorityCount;
  record['dns.additionals_count'] = response.additionalCount;
  if (response.resolved.length > 0) record['dns.resolved_ip'] = response.resolved;
}

/** Answers are the response's; what a notification or an update says stands in the query. */
function addSections(record: TrafficRecord, query: Message | undefined, response: Message | undefined): void {
  let answers = response?.answers ?? [];
  let authorities = response?.authorities ?? [];
  if (answers.length === 0 && query?.opCode === OpCode.notify) answers = query.answers;
  if (authorities.length === 0 && query?.opCode === OpCode.update) authorities = query.authorities;
  if (answers.length > 0) record['dns.answers'] = answers;
  if (authorities.length > 0) record['dns.authorities'] = authorities;
}

/** What a client offers and what a server adds, on one record. */
function addEdns(record: TrafficRecord, query: Edns | undefined, response: Edns | undefined): void {
  const main = query ?? response;
  if (main === undefined) return;
  record['dns.edns.version'] = main.version;
  record['dns.edns.udp_size'] = main.udpSize;
  record['dns.edns.dnssec_ok'] = main.dnssecOk;
  const options = [...new Set([...(query?.options ?? []), ...(response?.options ?? [])])];
  if (options.length > 0) record['dns.edns.options'] = options;
  const subnet = query?.clientSubnet ?? response?.clientSubnet;
  if (subnet !== undefined) record['dns.edns.client_subnet'] = subnet;
  const cookie = response?.cookie ?? query?.cookie;
  if (cookie !== undefined) record['dns.edns.cookie'] = cookie;
  if (response?.serverId !== undefined) record['dns.edns.server_id'] = response.serverId;
  if (response !== undefined && response.errors.length > 0) record['dns.edns.errors'] = response.errors;
}
