import type { ValueKind } from './values.ts';

/** One setting: what it is called is its key in the table that declares it. */
export interface Setting<Value> {
  readonly kind: ValueKind<Value>;
  /** One sentence for the reference. */
  readonly help: string;
  /** Undefined: the setting may be absent. */
  readonly default: Value | undefined;
  /** Never shown, whoever asks. */
  readonly secret?: true;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type ConfigOf<Table extends Settings> = { readonly [Name in keyof Table]: Table[Name] extends Setting<infer Value> ? Value : never };

export function setting<Value>(kind: ValueKind<Value>, fallback: NoInfer<Value>, help: string): Setting<Value> {
  return { kind, help, default: fallback };
}

export function optionalSetting<Value>(kind: ValueKind<Value>, help: string): Setting<Value | undefined> {
  return { kind: kind as ValueKind<Value | undefined>, help, default: undefined };
}

export function secretSetting<Value>(kind: ValueKind<Value>, help: string): Setting<Value | undefined> {
  return { ...optionalSetting(kind, help), secret: true };
}

/** Where values come from, the first that has one wins. Keys are those of the place: flags and file by setting, environment by variable. */
export interface Sources {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file: Readonly<Record<string, unknown>>;
  /** Named in messages. */
  readonly fileName?: string | undefined;
  /** Variables of the same prefix that belong to others. */
  readonly otherVariables?: readonly string[];
}

/** Every problem of a configuration at once, a line each. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the configuration is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** The effective values, frozen. Throws a `ConfigError` that names every setting that is wrong and what was expected. */
export function readSettings<Table extends Settings>(table: Table, sources: Sources): ConfigOf<Table> {
  const problems = [...unknownNames(table, sources)];
  const config: Record<string, unknown> = {};
  for (const [name, { kind, default: fallback, secret }] of Object.entries(table)) {
    const found = find(name, sources);
    const value = found === undefined ? fallback : kind.read(found.input);
    if (found !== undefined && value === undefined) {
      // What is no address may have its password anywhere: behind a slash, or in the second of two.
      const given = secret ? 'something else' : JSON.stringify(found.input).replace(/:\/\/.*@/, '://***@');
      problems.push(`${found.place}: expected ${kind.expected}, got ${given}`);
    }
    config[name] = value;
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config) as ConfigOf<Table>;
}

/** The values as text, secrets masked: fit for a log. */
export function describeConfig<Table extends Settings>(table: Table, config: ConfigOf<Table>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(table).map(([name, { kind, secret }]) => {
      const value = config[name];
      return [name, value === undefined ? '' : secret ? '***' : kind.write(value)];
    }),
  );
}

/** `searchTimeLimit` -> `--search-time-limit` */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
/** `searchTimeLimit` -> `ORBWEAVER_SEARCH_TIME_LIMIT` */
export const variableOf = (name: string): string => variablePrefix + name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

const variablePrefix = 'ORBWEAVER_';

function find(name: string, { flags, environment, file, fileName }: Sources): { input: unknown; place: string } | undefined {
  if (flags[name] !== undefined) return { input: flags[name], place: flagOf(name) };
  const variable = environment[variableOf(name)];
  if (variable !== undefined && variable !== '') return { input: variable, place: variableOf(name) };
  if (file[name] !== undefined) return { input: file[name], place: `${name} in ${fileName ?? 'the file'}` };
  return undefined;
}

/** A misspelt name would otherwise pass without a sound. */
function* unknownNames(table: Settings, { environment, file, fileName, otherVariables }: Sources): Generator<string> {
  const variables = new Set([...Object.keys(table).map(variableOf), ...(otherVariables ?? [])]);
  for (const name of Object.keys(environment))
    if (name.startsWith(variablePrefix) && !variables.has(name)) yield `${name}: there is no such setting`;
  for (const name of Object.keys(file)) if (!(name in table)) yield `${name} in ${fileName ?? 'the file'}: there is no such setting`;
}
