/** UTF-16 code units of a query. */
export const maxQueryLength = 8192;
/** Parentheses and negations within one another. */
export const maxQueryDepth = 64;
/** Comparisons, words, negations and junctions of one query. */
export const maxQueryNodes = 1024;
