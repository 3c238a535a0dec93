import { Octet } from './characters.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Text of Latin-1 characters as people meant it: UTF-8 where the octets are that, else as it is. RFC 9110, section 5.5, calls octets
 * above 127 opaque; both readings lose nothing.
 */
export function readable(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) {
      try {
        return utf8.decode(Buffer.from(text, 'latin1'));
      } catch {
        return text;
      }
    }
  }
  return text;
}

/** A folded value on one line: each line break and the blanks around it become one space (RFC 9112, section 5.2). */
export function unfold(text: string): string {
  let out = '';
  let from = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
    out += `${trimBlanks(text.slice(from, at))} `;
    from = at + 1;
  }
  return trimBlanks(out + trimBlanks(text.slice(from)));
}

/** Without blanks and carriage returns at both ends. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isEdge(text.charCodeAt(start))) start++;
  while (end > start && isEdge(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

const isEdge = (code: number): boolean => code === Octet.space || code === Octet.tab || code === Octet.cr;

/** The members of a comma-separated list in lower case, without parameters (RFC 9110, section 5.6.1). */
export function listMembers(value: string): string[] {
  const members: string[] = [];
  for (const part of value.split(',')) {
    const semicolon = part.indexOf(';');
    const member = trimBlanks(semicolon < 0 ? part : part.slice(0, semicolon)).toLowerCase();
    if (member !== '') members.push(member);
  }
  return members;
}

/** The media type of a Content-Type value in lower case, without parameters. */
export function mediaType(value: string): string | undefined {
  const semicolon = value.indexOf(';');
  const type = trimBlanks(semicolon < 0 ? value : value.slice(0, semicolon)).toLowerCase();
  return type === '' ? undefined : type;
}

/** A parameter of a header value (`boundary` of a Content-Type), unquoted (RFC 9110, section 5.6.6); `name` in lower case. */
export function parameter(value: string, name: string): string | undefined {
  let at = value.indexOf(';');
  while (at >= 0 && at < value.length) {
    const equals = value.indexOf('=', at + 1);
    if (equals < 0) return undefined;
    const key = trimBlanks(value.slice(at + 1, equals)).toLowerCase();
    const { text, next } = readParameterValue(value, equals + 1);
    if (key === name) return text;
    at = value.indexOf(';', next);
  }
  return undefined;
}

function readParameterValue(value: string, start: number): { text: string; next: number } {
  let at = start;
  while (at < value.length && isEdge(value.charCodeAt(at))) at++;
  if (value.charCodeAt(at) !== Octet.quote) {
    const end = value.indexOf(';', at);
    const stop = end < 0 ? value.length : end;
    return { text: trimBlanks(value.slice(at, stop)), next: stop };
  }
  let text = '';
  for (at++; at < value.length && value[at] !== '"'; at++) {
    if (value[at] === '\\' && at + 1 < value.length && (value[at + 1] === '"' || value[at + 1] === '\\')) at++;
    text += value[at];
  }
  return { text, next: at + 1 };
}
