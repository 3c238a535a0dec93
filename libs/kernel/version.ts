import manifest from './package.json' with { type: 'json' };

/** The version of the product: every project of the house carries the same. */
export const version: string = manifest.version;
