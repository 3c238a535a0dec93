import type { MantineColorsTuple } from '@mantine/core';

/** The accent: silk with the sea behind it. Shade 7 carries white text, shade 4 reads on the dark surfaces (both above 4.5:1). */
export const silk: MantineColorsTuple = [
  '#e8f8f5',
  '#cdeee8',
  '#9eded3',
  '#67ccbc',
  '#3dbcaa',
  '#1fa695',
  '#0d8a7c',
  '#08756a',
  '#075f57',
  '#064a44',
];

/** Surfaces and text of the dark scheme, from text (0) to the deepest ground (9). */
export const dark: MantineColorsTuple = [
  '#d9e0e8',
  '#bac4cf',
  '#98a5b3',
  '#6d7a89',
  '#303945',
  '#262e38',
  '#1b2129',
  '#13181e',
  '#0e1217',
  '#090c10',
];

/** Surfaces and text of the light scheme. */
export const gray: MantineColorsTuple = [
  '#f7f8fa',
  '#eff1f4',
  '#e4e7ec',
  '#d6dbe2',
  '#bcc4ce',
  '#8e99a6',
  '#5a6675',
  '#434e5b',
  '#2b343f',
  '#1a2129',
];
