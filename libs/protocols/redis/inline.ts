/**
 * Splits an inline command as the server does: words between blanks; in double quotes `\n \r \t \b \a \xNN` and a backslash before
 * any other character, in single quotes only `\'`. A quote that does not end, or that a word stands right behind, ends it: the server takes
 * the whole line for an error. https://redis.io/docs/latest/develop/reference/protocol-spec/#inline-commands
 */
export function splitInline(line: string): string[] {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (isSpace(line, at)) at++;
    if (at >= line.length) return words;
    let word = '';
    while (at < line.length && !isSpace(line, at)) {
      const quote = line[at]!;
      if (quote !== '"' && quote !== "'") {
        word += quote;
        at++;
        continue;
      }
      const quoted = quote === '"' ? readDouble(line, at + 1) : readSingle(line, at + 1);
      at = quoted.next;
      if (at < 0 || (at < line.length && !isSpace(line, at))) return words;
      word += quoted.text;
    }
    words.push(word);
  }
}

const isSpace = (line: string, at: number): boolean => {
  const code = line.charCodeAt(at);
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
};

interface Quoted {
  readonly text: string;
  /** Behind the closing quote; -1 if there is none. */
  readonly next: number;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

function readDouble(line: string, start: number): Quoted {
  let text = '';
  for (let at = start; at < line.length; at++) {
    const character = line[at]!;
    if (character === '"') return { text, next: at + 1 };
    if (character !== '\\' || at + 1 >= line.length) {
      text += character;
      continue;
    }
    const code = line[at + 1] === 'x' ? hexByte(line, at + 2) : -1;
    text += code >= 0 ? String.fromCharCode(code) : (escapes[line[at + 1]!] ?? line[at + 1]!);
    at += code >= 0 ? 3 : 1;
  }
  return { text, next: -1 };
}

function readSingle(line: string, start: number): Quoted {
  let text = '';
  for (let at = start; at < line.length; at++) {
    if (line[at] === "'") return { text, next: at + 1 };
    if (line[at] === '\\' && line[at + 1] === "'") at++;
    text += line[at]!;
  }
  return { text, next: -1 };
}

function hexByte(line: string, at: number): number {
  const high = hexDigit(line.charCodeAt(at));
  const low = hexDigit(line.charCodeAt(at + 1));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** NaN, past the end, is no digit. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
