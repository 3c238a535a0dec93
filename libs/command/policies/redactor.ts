import type { FieldMap, FieldValue, TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { redactCookies, redactCredential } from './redact-header.ts';
import { redactContent, type ContentRules } from './redact-content.ts';
import { redactMembers, redactSubprotocols } from './redact-subprotocol.ts';
import { isUserAlone, plainName, redactParameters, redactUrl, type IsSecretName } from './redact-url.ts';
import { defaultRedaction, mask, type RedactionPolicy } from './redaction-policy.ts';
import { NameRules } from './secret-names.ts';

/** Secrets taken out, by where they stood. */
export interface RedactionCounts {
  credential: number;
  cookie: number;
  url: number;
  /** In bodies and payload that are kept. */
  content: number;
}

type Rule = (value: string) => string;

/** Only `Authorization` and `Proxy-Authorization` begin with a scheme; what begins another header may be part of the secret. */
const ruleOf = (name: string): Rule => (name.toLowerCase().endsWith('authorization') ? redactCredential : () => mask);

const headerFields = ['http.request.headers', 'http.response.headers', 'http.request.trailers', 'http.response.trailers'];

const subprotocolHeader = 'sec-websocket-protocol';

/** Metadata of gRPC whose value is bytes in base64 has this behind its name (gRPC over HTTP/2, "Binary-Header"). */
const binarySuffix = '-bin';

interface HeaderRule {
  readonly rule: Rule;
  readonly kind: keyof RedactionCounts;
}

/**
 * Takes secrets out of records before they are stored: credentials and cookies in headers, passwords and tokens in URLs and in subprotocols of WebSocket. A record
 * without any comes back as it is, one with some as a copy.
 */
export class Redactor {
  readonly counts: RedactionCounts = { credential: 0, cookie: 0, url: 0, content: 0 };
  private readonly headers = new NameRules<HeaderRule>();
  private readonly fields = new Map<string, Rule>();
  private readonly subprotocolFields: readonly string[];
  private readonly isSecretName: IsSecretName;
  private readonly content: ContentRules;

  constructor(policy: RedactionPolicy = defaultRedaction) {
    const names = new NameRules<true>();
    for (const name of policy.parameters) names.add(plainName(name), true);
    const isSecretName: IsSecretName = (name) => names.get(name) === true;
    this.isSecretName = isSecretName;
    const inUrl: Rule = (value) => redactUrl(value, isSecretName);
    const inSubprotocols: Rule = (value) => redactSubprotocols(value, isSecretName);
    this.addHeaders(policy.urlHeaders, 'url', () => inUrl);
    this.addHeaders(policy.subprotocolHeaders, 'credential', () => inSubprotocols);
    this.addHeaders(policy.cookieHeaders, 'cookie', () => redactCookies);
    this.addHeaders(policy.credentialHeaders, 'credential', ruleOf);
    this.content = { isSecretName, ruleOfHeader: (name) => this.headers.get(name)?.rule };
    this.subprotocolFields = policy.subprotocolFields;
    for (const field of policy.urlFields)
      this.fields.set(field, field.endsWith('.query') ? (value) => redactParameters(value, isSecretName) : inUrl);
  }

  redact(record: TrafficRecord): TrafficRecord {
    let copy: TrafficRecord | undefined;
    for (const [field, rule] of this.fields) {
      const value = record[field];
      if (value === undefined) continue;
      const clean = this.apply(value, rule, 'url');
      if (clean !== value) (copy ??= { ...record })[field] = clean;
    }
    for (const field of headerFields) {
      const map = headersOf(record, field);
      if (map === undefined) continue;
      const clean = this.redactHeaders(map);
      if (clean !== map) (copy ??= { ...record })[field] = clean;
    }
    for (const field of this.subprotocolFields) {
      const value = record[field];
      if (value === undefined) continue;
      const clean = this.redactSubprotocols(value);
      if (clean !== value) (copy ??= { ...record })[field] = clean;
    }
    const offer = offerOf(record);
    if (offer !== undefined) copy = this.redactChoice(record, copy, offer);
    if (record['user.name'] !== undefined && isUserSecret(record)) {
      (copy ??= { ...record })['user.name'] = mask;
      this.counts.credential++;
    }
    return copy ?? record;
  }

  /** The same for a body or payload that is kept beside a record; the very same array if nothing was found. */
  redactContent(bytes: Uint8Array): Uint8Array {
    const clean = redactContent(bytes, this.content);
    this.counts.content += clean.found;
    return clean.bytes;
  }

  private addHeaders(names: readonly string[], kind: keyof RedactionCounts, rule: (name: string) => Rule): void {
    for (const name of names) this.headers.add(name.toLowerCase(), { rule: rule(name), kind });
  }

  private redactHeaders(map: FieldMap): FieldMap {
    let copy: Record<string, FieldMap[string]> | undefined;
    for (const name in map) {
      const entry = this.headers.get(name.endsWith(binarySuffix) ? name.slice(0, -binarySuffix.length) : name);
      if (entry === undefined) continue;
      const value = map[name]!;
      const clean = this.apply(value, entry.rule, entry.kind);
      if (clean !== value) (copy ??= { ...map })[name] = clean as FieldMap[string];
    }
    return copy ?? map;
  }

  /** One subprotocol, or the members of a list: what a member is may be said by the one before. */
  private redactSubprotocols(value: FieldValue): FieldValue {
    const members = Array.isArray(value) ? value : [value];
    if (!members.every((member): member is string => typeof member === 'string')) return value;
    const clean = redactMembers(members, this.isSecretName);
    const changed = clean.filter((text, i) => text !== members[i]).length;
    this.counts.credential += changed;
    return changed === 0 ? value : Array.isArray(value) ? clean : clean[0]!;
  }

  /** The subprotocol that the server chose is judged by where it stood in the client's offer: it says of itself no more that it is a token. */
  private redactChoice(record: TrafficRecord, copy: TrafficRecord | undefined, offer: readonly string[]): TrafficRecord | undefined {
    const clean = redactMembers(offer, this.isSecretName);
    const without = (choice: FieldValue | undefined): string | undefined => {
      const at = offer.findIndex((member) => member === choice);
      return at < 0 || clean[at] === choice ? undefined : clean[at];
    };
    const chosen = without(record['websocket.subprotocol']);
    if (chosen !== undefined) (copy ??= { ...record })['websocket.subprotocol'] = chosen;
    const answered = without(headersOf(record, 'http.response.headers')?.[subprotocolHeader]);
    if (answered !== undefined) {
      copy ??= { ...record };
      copy['http.response.headers'] = { ...headersOf(copy, 'http.response.headers'), [subprotocolHeader]: answered };
    }
    return copy;
  }

  /** The very same value if the rule found nothing. */
  private apply(value: FieldValue, rule: Rule, kind: keyof RedactionCounts): FieldValue {
    if (typeof value === 'string') {
      const clean = rule(value);
      if (clean !== value) this.counts[kind]++;
      return clean === value ? value : clean;
    }
    if (!Array.isArray(value) || !value.every((item): item is string => typeof item === 'string')) return value;
    const clean = value.map(rule);
    const changed = clean.filter((text, i) => text !== value[i]).length;
    this.counts[kind] += changed;
    return changed === 0 ? value : clean;
  }
}

function headersOf(record: TrafficRecord, field: string): FieldMap | undefined {
  const map = record[field];
  return typeof map === 'object' && !Array.isArray(map) ? (map as FieldMap) : undefined;
}

/** The subprotocols that a client offered, as they stand in the record of the request or of the connection. */
function offerOf(record: TrafficRecord): readonly string[] | undefined {
  const list = headersOf(record, 'http.request.headers')?.[subprotocolHeader];
  if (typeof list === 'string') return list.split(',').map((member) => member.trim());
  const members = record['websocket.client.protocols'];
  return Array.isArray(members) && members.every((member): member is string => typeof member === 'string') ? members : undefined;
}

/** Basic authentication whose password is empty or this word has a token for a user: Stripe's and GitHub's, among others. */
const emptyPasswords = new Set(['', 'x-oauth-basic', 'x-token-auth']);

/** Whether the user that a record names is the secret: a token in place of a name and a password, in the URL or in Basic authentication (RFC 7617). */
function isUserSecret(record: TrafficRecord): boolean {
  const url = record['url.original'];
  if (typeof url === 'string' && isUserAlone(url)) return true;
  const credentials = headersOf(record, 'http.request.headers')?.['authorization'];
  if (typeof credentials !== 'string' || !/^basic /i.test(credentials)) return false;
  const [, password] = Buffer.from(credentials.slice('basic '.length), 'base64').toString('latin1').split(':', 2);
  return password !== undefined && emptyPasswords.has(password);
}
