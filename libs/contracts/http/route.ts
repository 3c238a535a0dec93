import type { z } from 'zod';
import type { ProblemKind } from './problem.ts';
import type { Role } from './auth.ts';

export type Method = 'get' | 'post' | 'delete';

/** Who may call: everybody (`public`), whoever holds the refresh cookie (`cookie`), or the bearer of a token with at least this role. */
export type Access = 'public' | 'cookie' | Role;

/** Bytes that travel as they are, under one of these media types. */
export interface RawBody {
  readonly mediaTypes: readonly string[];
  readonly description: string;
}

export interface Answer {
  readonly status: number;
  readonly description: string;
  /** JSON of this shape, raw bytes, or (if absent) nothing. */
  readonly body?: z.ZodType | RawBody;
}

/**
 * One operation of the API. The table of them (`routes.ts`) is what the OpenAPI document is made of, what the servers validate requests
 * with, and what a test holds the servers' routes against.
 */
export interface Route {
  readonly method: Method;
  /** Below `apiPrefix` (or below `/` for health): `records/{id}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  /** By the names in `path`. */
  readonly pathParameters?: Readonly<Record<string, z.ZodType>>;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType | RawBody;
  readonly answer: Answer;
  /** Beyond those that every route of its access may give. */
  readonly problems?: readonly ProblemKind[];
}

export const apiPrefix = '/api/v1';

export const isRawBody = (body: z.ZodType | RawBody): body is RawBody => 'mediaTypes' in body;
