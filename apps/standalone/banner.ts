import { version } from '@orbweaver/kernel/version.ts';
import type { Standalone } from './start/start-standalone.ts';

/** What a person at the terminal needs to know. */
export function banner({ url, signInLink, dataFolder, live }: Standalone, color: boolean): string {
  const bold = (text: string) => (color ? `\u001b[1m${text}\u001b[22m` : text);
  const dim = (text: string) => (color ? `\u001b[2m${text}\u001b[22m` : text);
  const rows = [
    ...(signInLink === undefined ? [['Open', bold(url)]] : [['Sign in', bold(signInLink)]]),
    ...(signInLink === undefined ? [] : [['', dim('works once, within 24 hours; for a new one stop, then npm start -- --sign-in-link')]]),
    ['Data', dataFolder],
    ...(live === undefined ? [] : [['Capture', live.status().interface]]),
    ['Stop', 'Ctrl+C'],
  ];
  return `\n  ${bold('Orbweaver')} ${version}\n\n${rows.map(([name, text]) => `  ${name!.padEnd(8)} ${text!}`).join('\n')}\n\n`;
}
