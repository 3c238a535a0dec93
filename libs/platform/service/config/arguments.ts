import { flagOf, type Settings } from './settings.ts';

export interface Arguments {
  /** By setting, as text, or true and false for a switch. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** What is no flag. */
  readonly operands: readonly string[];
  /** Flags that name no setting, or lack their value. */
  readonly problems: readonly string[];
}

/** Reads `--flag value`, `--flag=value`, `--switch`, `--no-switch`; behind `--` everything is an operand. */
export function readArguments(table: Settings, args: readonly string[]): Arguments {
  const names = new Map(Object.keys(table).map((name) => [flagOf(name), name]));
  const flags: Record<string, unknown> = {};
  const operands: string[] = [];
  const problems: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    if (argument === '--') {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (!argument.startsWith('-') || argument === '-') {
      operands.push(argument);
      continue;
    }
    const equals = argument.indexOf('=');
    const flag = equals < 0 ? argument : argument.slice(0, equals);
    const name = names.get(flag);
    const negated = flag.startsWith('--no-') ? names.get(`--${flag.slice('--no-'.length)}`) : undefined;
    if (name !== undefined && equals >= 0) flags[name] = argument.slice(equals + 1);
    else if (name !== undefined && table[name]!.kind.isSwitch) flags[name] = true;
    else if (name !== undefined && i + 1 < args.length) flags[name] = args[++i];
    else if (name !== undefined) problems.push(`${flag}: expected ${table[name]!.kind.expected} behind it`);
    else if (negated !== undefined && table[negated]!.kind.isSwitch && equals < 0) flags[negated] = false;
    else problems.push(`${flag}: there is no such option${suggestion(flag, [...names.keys()])}`);
  }
  return { flags, operands, problems };
}

function suggestion(flag: string, known: readonly string[]): string {
  const near = known.map((name) => ({ name, distance: editDistance(flag, name) })).sort((a, b) => a.distance - b.distance)[0];
  return near !== undefined && near.distance <= 3 ? `; did you mean ${near.name}?` : '';
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}
