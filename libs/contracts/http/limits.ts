/** Bounds of the requests that hold whatever the settings say. */

/** Records in one page of a search. */
export const maxPageSize = 1000;
/** Buckets of one histogram. */
export const maxBuckets = 1000;
/** Values of one terms aggregation, or groups of one level of a statistics request. */
export const maxTerms = 1000;
/** Fields named in one request. */
export const maxFields = 200;
/** Sort keys of one search. */
export const maxSortKeys = 4;
/** Metrics of one statistics request. */
export const maxMetrics = 20;
/** Datasets of one request. */
export const maxDatasets = 64;
/** UTF-16 code units of a query text. */
export const maxQueryLength = 8192;
/** UTF-16 code units of a name: field, dataset, user, file. */
export const maxNameLength = 255;
/** UTF-16 code units of a cursor or a token. */
export const maxTokenLength = 4096;
/** Characters of a password: more is only work for the hash function. */
export const maxPasswordLength = 1024;
export const minPasswordLength = 10;
