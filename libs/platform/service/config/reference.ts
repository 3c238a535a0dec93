import { flagOf, variableOf, type Setting, type Settings } from './settings.ts';

/** The settings as a Markdown table: the reference page is made of it. */
export function settingsReference(table: Settings): string {
  const rows = Object.entries(table).map(
    ([name, setting]) =>
      `| \`${flagOf(name)}\` | \`${variableOf(name)}\` | \`${name}\` | ${fallback(setting)} | ${setting.help} Expected: ${setting.kind.expected}. |`,
  );
  return ['| option | environment | in the file | default | meaning |', '| --- | --- | --- | --- | --- |', ...rows, ''].join('\n');
}

/** The settings for `--help`: option, meaning, default. */
export function settingsHelp(table: Settings): string {
  const entries = Object.entries(table).map(([name, setting]) => ({
    option: `${flagOf(name)}${setting.kind.isSwitch ? '' : ' <value>'}`,
    text: `${setting.help}${setting.default === undefined || setting.default === false ? '' : ` [${setting.kind.write(setting.default)}]`}`,
  }));
  const width = Math.max(...entries.map(({ option }) => option.length));
  return entries.map(({ option, text }) => `  ${option.padEnd(width)}  ${text}`).join('\n');
}

function fallback({ default: value, kind }: Setting<unknown>): string {
  const text = value === undefined ? '' : kind.write(value);
  return text === '' ? '' : `\`${text}\``;
}
