import { isIP } from 'node:net';

/** How a setting's value is read from text (flag, environment) or from JSON (file), and written back. */
export interface ValueKind<Value> {
  /** What should stand there: completes `expected …`. */
  readonly expected: string;
  /** Undefined if the input is not what was expected. */
  read(input: unknown): Value | undefined;
  write(value: Value): string;
  /** A flag of this kind stands alone: `--quiet`. */
  readonly isSwitch?: true;
}

export const text: ValueKind<string> = {
  expected: 'a text',
  read: (input) => (typeof input === 'string' && input !== '' ? input : undefined),
  write: (value) => value,
};

export function oneOf<const Choice extends string>(...choices: Choice[]): ValueKind<Choice> {
  return {
    expected: `one of ${choices.join(', ')}`,
    read: (input) => choices.find((choice) => choice === input),
    write: (value) => value,
  };
}

export function wholeNumber(least: number, most: number): ValueKind<number> {
  return {
    expected: `a whole number from ${String(least)} to ${String(most)}`,
    read: (input) => {
      const value = typeof input === 'string' && /^\d{1,15}$/.test(input) ? Number(input) : input;
      return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : undefined;
    },
    write: String,
  };
}

export const portNumber: ValueKind<number> = { ...wholeNumber(0, 65_535), expected: 'a port from 0 (any free one) to 65535' };

export const onOff: ValueKind<boolean> = {
  expected: 'true or false',
  read: (input) =>
    input === true || input === 'true' || input === '1' ? true : input === false || input === 'false' || input === '0' ? false : undefined,
  write: String,
  isSwitch: true,
};

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3, y: 31_536_000e3 };

/** Milliseconds, written with a unit: `250ms`, `10s`, `7d`. */
export function duration(least: string, most: string): ValueKind<number> {
  const [low, high] = [readDuration(least), readDuration(most)] as [number, number];
  return {
    expected: `a duration from ${least} to ${most} with its unit (ms, s, m, h, d, w, y), such as 30s`,
    read: (input) => within(readDuration(input), low, high),
    write: (value) => writeWithUnit(value, milliseconds),
  };
}

const binaryBytes: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };
const allBytes: Readonly<Record<string, number>> = { ...binaryBytes, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** Bytes, written with a unit: `64KiB`, `10GB`. */
export function byteSize(least: string, most: string): ValueKind<number> {
  const [low, high] = [readBytes(least), readBytes(most)] as [number, number];
  return {
    expected: `a size from ${least} to ${most} with its unit (B, kB, MB, GB, TB, KiB, MiB, GiB, TiB), such as 10GB`,
    read: (input) => within(readBytes(input), low, high),
    write: (value) => writeWithUnit(value, value % 1e6 === 0 ? allBytes : binaryBytes),
  };
}

/** Several texts: separated by commas, or a JSON list. */
export const listOfText: ValueKind<readonly string[]> = {
  expected: 'a list of texts, separated by commas',
  read: (input) => {
    const items: unknown[] = typeof input === 'string' ? input.split(',').map((item) => item.trim()) : Array.isArray(input) ? input : [0];
    const texts = items.filter((item): item is string => typeof item === 'string');
    return texts.length === items.length ? Object.freeze(texts.filter((item) => item !== '')) : undefined;
  },
  write: (value) => value.join(','),
};

/** Several values of one kind: separated by commas, or a JSON list. */
function listOf(expected: string, isOne: (item: string) => boolean): ValueKind<readonly string[]> {
  const read = (input: unknown) => {
    const items = listOfText.read(input);
    return items?.every(isOne) ? items : undefined;
  };
  return { ...listOfText, expected, read };
}

/** Addresses and networks: `127.0.0.1`, `10.0.0.0/8`, `fd00::/8`. */
export const networks = listOf('addresses or networks, such as 127.0.0.1 or 10.0.0.0/8, separated by commas', (item) => {
  const [address, bits, ...more] = item.split('/') as [string, ...string[]];
  const version = isIP(address);
  return (
    version !== 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)))
  );
});

/** Places of servers, at least one: `broker:9092`, `[::1]:9092`. */
export const serverPlaces = oneOrMore(
  listOf('host:port, or several separated by commas', (item) => {
    const [, host, port] = /^(\[[\da-fA-F:.]+\]|[^\s:/@[\]]+):(\d{1,5})$/.exec(item) ?? [];
    return host !== undefined && Number(port) > 0 && Number(port) <= 65_535;
  }),
);

/** An address with one of these schemes: `https://search:9200`. */
export function url(...schemes: readonly string[]): ValueKind<string> {
  const expected = `an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`;
  return { expected, read: (input) => (typeof input === 'string' && isUrl(input, schemes) ? input : undefined), write: withoutSecrets };
}

/** Several such addresses, at least one. */
export function urls(...schemes: readonly string[]): ValueKind<readonly string[]> {
  const kind = oneOrMore(listOf(`${url(...schemes).expected}, or several separated by commas`, (item) => isUrl(item, schemes)));
  return { ...kind, write: (value) => value.map(withoutSecrets).join(',') };
}

/** An address as it may be shown: whatever stands before the host, a user name or a password, is left out. */
export function withoutSecrets(address: string): string {
  return address.replace(/(?<=:\/\/)[^/?#]*@/, '***@');
}

function oneOrMore(kind: ValueKind<readonly string[]>): ValueKind<readonly string[]> {
  const read = (input: unknown) => {
    const items = kind.read(input);
    return items !== undefined && items.length > 0 ? items : undefined;
  };
  return { ...kind, read };
}

function isUrl(input: string, schemes: readonly string[]): boolean {
  const scheme = schemes.find((each) => input.startsWith(`${each}://`));
  return scheme !== undefined && URL.canParse(input) && new URL(input).host !== '';
}

const within = (value: number | undefined, least: number, most: number) =>
  value !== undefined && value >= least && value <= most ? value : undefined;

const readDuration = (input: unknown) => readWithUnit(input, /^(\d{1,12})\s?(ms|s|m|h|d|w|y)$/, milliseconds);
const readBytes = (input: unknown) => readWithUnit(input, /^(\d{1,12})\s?([kKMGT]i?B|B)$/, allBytes);

function readWithUnit(input: unknown, shape: RegExp, units: Readonly<Record<string, number>>): number | undefined {
  const match = typeof input === 'string' ? shape.exec(input.trim()) : null;
  const unit = match === null ? undefined : units[match[2]!];
  return unit === undefined ? undefined : Number(match![1]) * unit;
}

function writeWithUnit(value: number, units: Readonly<Record<string, number>>): string {
  const [name, size] = Object.entries(units)
    .filter(([, size]) => value % size === 0)
    .reduce((best, next) => (next[1] > best[1] ? next : best));
  return `${String(value / size)}${name}`;
}
