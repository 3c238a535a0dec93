import type { TimeChoice } from '../state/time-choice.ts';

/** Spans on offer, each with how it is said. */
export const presets: readonly (readonly [span: string, label: string])[] = [
  ['1m', 'Last minute'],
  ['5m', 'Last 5 minutes'],
  ['15m', 'Last 15 minutes'],
  ['1h', 'Last hour'],
  ['6h', 'Last 6 hours'],
  ['1d', 'Last day'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
];

export function presetLabel(choice: TimeChoice): string {
  switch (choice.kind) {
    case 'last':
      return presets.find(([span]) => span === choice.span)?.[1] ?? `Last ${choice.span}`;
    case 'between':
      return 'Chosen range';
    case 'auto':
    case 'all':
      return 'All data';
  }
}
