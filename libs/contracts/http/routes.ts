import { z } from 'zod';
import { LinkRequest, PasswordRequest, SignedIn, SignInRequest, User } from './auth.ts';
import { Capture, CaptureId, UploadParameters } from './captures.ts';
import { Dataset, FieldInfo } from './catalog.ts';
import { CheckAnswer, CheckRequest, CompleteAnswer, CompleteRequest } from './query-text.ts';
import { ContentName, ContentParameters, FlowAnswer, RecordAnswer, RecordId, RecordParameters } from './records.ts';
import type { RawBody, Route } from './route.ts';
import {
  ExtentAnswer,
  ExtentParameters,
  HistogramAnswer,
  HistogramRequest,
  SearchAnswer,
  SearchRequest,
  StatisticsAnswer,
  StatisticsRequest,
  TermsAnswer,
  TermsRequest,
} from './search.ts';
import { HealthAnswer, StatusAnswer } from './status.ts';

const ok = (body: z.ZodType | RawBody, description = 'OK') => ({ status: 200, description, body });
const done = { status: 204, description: 'Done' };

const bytes: RawBody = { mediaTypes: ['application/octet-stream'], description: 'The bytes as they were kept.' };
const captureFile: RawBody = {
  mediaTypes: ['application/octet-stream', 'application/vnd.tcpdump.pcap', 'application/x-pcapng', 'application/gzip'],
  description: 'A pcap or pcapng file, plain or compressed with gzip or zstd.',
};

const searchProblems = ['invalid-query', 'query-too-slow', 'busy'] as const;

/** Every operation of the API, by its operation id. */
export const routes = {
  live: { method: 'get', path: '/health/live', tag: 'health', summary: 'The process runs', access: 'public', answer: ok(HealthAnswer) },
  ready: {
    method: 'get',
    path: '/health/ready',
    tag: 'health',
    summary: 'The process takes requests (503 while it starts or stops)',
    access: 'public',
    answer: ok(HealthAnswer),
    problems: ['shutting-down', 'unavailable'],
  },

  signIn: {
    method: 'post',
    path: 'auth/sign-in',
    tag: 'auth',
    summary: 'Sign in with a password',
    access: 'public',
    body: SignInRequest,
    answer: ok(SignedIn),
    problems: ['sign-in-failed', 'too-many-attempts'],
  },
  signInByLink: {
    method: 'post',
    path: 'auth/link',
    tag: 'auth',
    summary: 'Sign in with the token of a one-time link',
    access: 'public',
    body: LinkRequest,
    answer: ok(SignedIn),
    problems: ['sign-in-failed', 'too-many-attempts'],
  },
  refresh: {
    method: 'post',
    path: 'auth/refresh',
    tag: 'auth',
    summary: 'A new access token for the refresh cookie, which is replaced',
    access: 'cookie',
    answer: ok(SignedIn),
    problems: ['token-invalid', 'forbidden'],
  },
  signOut: {
    method: 'post',
    path: 'auth/sign-out',
    tag: 'auth',
    summary: 'End the session of the refresh cookie',
    access: 'cookie',
    answer: done,
    problems: ['forbidden'],
  },
  me: { method: 'get', path: 'me', tag: 'auth', summary: 'Who is signed in', access: 'viewer', answer: ok(User) },
  setPassword: {
    method: 'post',
    path: 'me/password',
    tag: 'auth',
    summary: 'Set one’s password; ends all other sessions',
    access: 'viewer',
    body: PasswordRequest,
    answer: done,
    problems: ['forbidden', 'too-many-attempts'],
  },

  datasets: {
    method: 'get',
    path: 'datasets',
    tag: 'catalogue',
    summary: 'What kinds of records there are and how to show them; flow comes first',
    access: 'viewer',
    answer: ok(z.array(Dataset)),
  },
  fields: {
    method: 'get',
    path: 'fields',
    tag: 'catalogue',
    summary: 'Every field a record can have',
    access: 'viewer',
    answer: ok(z.array(FieldInfo)),
  },
  openapi: {
    method: 'get',
    path: 'openapi.json',
    tag: 'catalogue',
    summary: 'This document',
    access: 'viewer',
    answer: ok(z.record(z.string(), z.unknown())),
  },

  search: {
    method: 'post',
    path: 'search',
    tag: 'search',
    summary: 'A page of records',
    access: 'viewer',
    body: SearchRequest,
    answer: ok(SearchAnswer),
    problems: searchProblems,
  },
  histogram: {
    method: 'post',
    path: 'histogram',
    tag: 'search',
    summary: 'Records over time',
    access: 'viewer',
    body: HistogramRequest,
    answer: ok(HistogramAnswer),
    problems: searchProblems,
  },
  terms: {
    method: 'post',
    path: 'terms',
    tag: 'search',
    summary: 'Most frequent values of a field',
    access: 'viewer',
    body: TermsRequest,
    answer: ok(TermsAnswer),
    problems: searchProblems,
  },
  statistics: {
    method: 'post',
    path: 'statistics',
    tag: 'search',
    summary: 'Sums, averages, percentiles, grouped or not',
    access: 'viewer',
    body: StatisticsRequest,
    answer: ok(StatisticsAnswer),
    problems: searchProblems,
  },
  extent: {
    method: 'get',
    path: 'extent',
    tag: 'search',
    summary: 'Time that the stored records cover',
    access: 'viewer',
    query: ExtentParameters,
    answer: ok(ExtentAnswer),
    problems: ['invalid-request', 'query-too-slow', 'busy'],
  },
  checkQuery: {
    method: 'post',
    path: 'query/check',
    tag: 'query text',
    summary: 'Faults of a query text, with their places',
    access: 'viewer',
    body: CheckRequest,
    answer: ok(CheckAnswer),
  },
  completeQuery: {
    method: 'post',
    path: 'query/complete',
    tag: 'query text',
    summary: 'What could stand at the caret',
    access: 'viewer',
    body: CompleteRequest,
    answer: ok(CompleteAnswer),
    problems: ['query-too-slow', 'busy'],
  },

  record: {
    method: 'get',
    path: 'records/{id}',
    tag: 'records',
    summary: 'One record',
    access: 'viewer',
    pathParameters: { id: RecordId },
    query: RecordParameters,
    answer: ok(RecordAnswer),
    problems: ['not-found', 'query-too-slow', 'busy'],
  },
  recordContent: {
    method: 'get',
    path: 'records/{id}/content/{name}',
    tag: 'records',
    summary: 'Kept bytes of a record, such as a body. Hostile: never to be shown as a page',
    access: 'viewer',
    pathParameters: { id: RecordId, name: ContentName },
    query: ContentParameters,
    answer: ok(bytes),
    problems: ['not-found', 'query-too-slow', 'busy'],
  },
  flow: {
    method: 'get',
    path: 'flows/{id}',
    tag: 'records',
    summary: 'A flow with its transactions',
    access: 'viewer',
    pathParameters: { id: RecordId },
    answer: ok(FlowAnswer),
    problems: ['not-found', 'query-too-slow', 'busy'],
  },

  captures: {
    method: 'get',
    path: 'captures',
    tag: 'captures',
    summary: 'Captures, newest first',
    access: 'viewer',
    answer: ok(z.array(Capture)),
  },
  uploadCapture: {
    method: 'post',
    path: 'captures',
    tag: 'captures',
    summary: 'Bring a capture in; it is analysed afterwards',
    access: 'analyst',
    query: UploadParameters,
    body: captureFile,
    answer: { status: 201, description: 'Stored and queued', body: Capture },
    problems: ['too-large', 'conflict', 'not-a-capture', 'unsupported-media-type', 'disk-full', 'shutting-down', 'busy'],
  },
  capture: {
    method: 'get',
    path: 'captures/{id}',
    tag: 'captures',
    summary: 'One capture and how far its analysis is',
    access: 'viewer',
    pathParameters: { id: CaptureId },
    answer: ok(Capture),
    problems: ['not-found'],
  },
  deleteCapture: {
    method: 'delete',
    path: 'captures/{id}',
    tag: 'captures',
    summary: 'Delete a capture: file, records and kept content',
    access: 'analyst',
    pathParameters: { id: CaptureId },
    answer: done,
    problems: ['not-found', 'conflict'],
  },
  captureFile: {
    method: 'get',
    path: 'captures/{id}/file',
    tag: 'captures',
    summary: 'The capture file as it was uploaded',
    access: 'viewer',
    pathParameters: { id: CaptureId },
    answer: ok(bytes),
    problems: ['not-found'],
  },

  status: {
    method: 'get',
    path: 'status',
    tag: 'status',
    summary: 'How the system is: store, live capture, what was lost',
    access: 'viewer',
    answer: ok(StatusAnswer),
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
