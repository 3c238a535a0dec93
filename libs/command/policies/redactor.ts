import type { FieldMap, FieldValue, TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { redactCookies, redactCredential } from './redact-header.ts';
import { redactContent, type ContentRules } from './redact-content.ts';
import { plainName, redactParameters, redactUrl, type SecretNames } from './redact-url.ts';
import { defaultRedaction, mask, type RedactionPolicy } from './redaction-policy.ts';

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

const headerFields = ['http.request.headers', 'http.response.headers'];

/**
 * Takes secrets out of records before they are stored: credentials and cookies in headers, passwords and tokens in URLs. A record without any
 * comes back as it is, one with some as a copy.
 */
export class Redactor {
  readonly counts: RedactionCounts = { credential: 0, cookie: 0, url: 0, content: 0 };
  private readonly headers = new Map<string, { rule: Rule; kind: keyof RedactionCounts }>();
  private readonly fields = new Map<string, Rule>();
  private readonly content: ContentRules;

  constructor(policy: RedactionPolicy = defaultRedaction) {
    const names: SecretNames = new Set(policy.parameters.map(plainName));
    const inUrl: Rule = (value) => redactUrl(value, names);
    for (const name of policy.urlHeaders) this.headers.set(name.toLowerCase(), { rule: inUrl, kind: 'url' });
    for (const name of policy.cookieHeaders) this.headers.set(name.toLowerCase(), { rule: redactCookies, kind: 'cookie' });
    for (const name of policy.credentialHeaders) this.headers.set(name.toLowerCase(), { rule: ruleOf(name), kind: 'credential' });
    this.content = { names, headers: new Map([...this.headers].map(([name, { rule }]) => [name, rule])) };
    for (const field of policy.urlFields)
      this.fields.set(field, field.endsWith('.query') ? (value) => redactParameters(value, names) : inUrl);
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
      const map = record[field];
      if (map === undefined || typeof map !== 'object' || Array.isArray(map)) continue;
      const clean = this.redactHeaders(map as FieldMap);
      if (clean !== map) (copy ??= { ...record })[field] = clean;
    }
    return copy ?? record;
  }

  /** The same for a body or payload that is kept beside a record; the very same array if nothing was found. */
  redactContent(bytes: Uint8Array): Uint8Array {
    const clean = redactContent(bytes, this.content);
    this.counts.content += clean.found;
    return clean.bytes;
  }

  private redactHeaders(map: FieldMap): FieldMap {
    let copy: Record<string, FieldMap[string]> | undefined;
    for (const name in map) {
      const entry = this.headers.get(name);
      if (entry === undefined) continue;
      const value = map[name]!;
      const clean = this.apply(value, entry.rule, entry.kind);
      if (clean !== value) (copy ??= { ...map })[name] = clean as FieldMap[string];
    }
    return copy ?? map;
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
