import type { components } from './generated/openapi.d.ts';

type Schemas = components['schemas'];

export type User = Schemas['User'];
export type SignedIn = Schemas['SignedIn'];
export type Dataset = Schemas['Dataset'];
export type DatasetView = Schemas['DatasetView'];
export type ViewSection = DatasetView['sections'][number];
export type Field = Schemas['Field'];
export type FlatRecord = Schemas['Record'];
export type FieldValue = Schemas['FieldValue'];
export type Capture = Schemas['Capture'];
export type Status = Schemas['Status'];
export type FlowAnswer = Schemas['FlowAnswer'];
export type SearchAnswer = Schemas['SearchAnswer'];
export type HistogramAnswer = Schemas['HistogramAnswer'];
export type TermsAnswer = Schemas['TermsAnswer'];
export type StatisticsAnswer = Schemas['StatisticsAnswer'];
export type CheckAnswer = Schemas['CheckAnswer'];
export type QueryError = Schemas['QueryError'];
export type CompleteAnswer = Schemas['CompleteAnswer'];
export type ProblemDetails = Schemas['Problem'];
export type TimeRange = Schemas['TimeRange'];

/** What a question is about: the part that every search request shares. */
export interface Scope {
  datasets: string[];
  query?: string;
  time?: TimeRange;
  twins?: 'hide' | 'show';
}

export interface SortKey {
  field: string;
  order: 'asc' | 'desc';
}
