import { z } from 'zod';
import { answerNames, requestNames } from './naming.ts';
import { Problem, problemMediaType, problems, type ProblemKind } from './problem.ts';
import { apiPrefix, isRawBody, type Answer, type RawBody, type Route } from './route.ts';
import { routes } from './routes.ts';

type Json = Record<string, unknown>;
const uri = (id: string) => `#/components/schemas/${id}`;

/** The OpenAPI 3.1 document of the API, made of the route table and the zod schemas it names. `version` is the product's. */
export function buildOpenApi(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const [id, route] of Object.entries<Route>(routes)) (paths[fullPath(route)] ??= {})[route.method] = operation(id, route);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Orbweaver',
      version,
      description: 'Search and control API of Orbweaver, a network observatory. Errors are problem details (RFC 9457).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: [...new Set(Object.values<Route>(routes).map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...named('input'), ...named('output') },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        refresh: { type: 'apiKey', in: 'cookie', name: 'orbweaver_refresh' },
      },
    },
  };
}

/** Where the route is served: below the prefix, unless its path begins with a slash. */
export function fullPath(route: Route): string {
  return route.path.startsWith('/') ? route.path : `${apiPrefix}/${route.path}`;
}

function operation(id: string, route: Route): Json {
  return {
    operationId: id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.access === 'public' ? { security: [] } : route.access === 'cookie' ? { security: [{ refresh: [] }] } : {}),
    ...(route.access === 'analyst' || route.access === 'admin' ? { description: `Needs the role ${route.access}.` } : {}),
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: content(route.body, 'input') } }),
    responses: { [String(route.answer.status)]: success(route.answer), ...problemResponses(route) },
  };
}

function pathParameters(route: Route): Json[] {
  return Object.entries(route.pathParameters ?? {}).map(([name, schema]) => parameter('path', name, true, jsonSchema(schema, 'input')));
}

function queryParameters(route: Route): Json[] {
  if (route.query === undefined) return [];
  const object = jsonSchema(route.query, 'input') as { properties: Record<string, Json>; required?: string[] };
  return Object.entries(object.properties).map(([name, schema]) =>
    parameter('query', name, object.required?.includes(name) ?? false, schema),
  );
}

function parameter(place: 'path' | 'query', name: string, required: boolean, { description, ...schema }: Json): Json {
  return { name, in: place, required, ...(description === undefined ? {} : { description }), schema };
}

function success(answer: Answer): Json {
  return { description: answer.description, ...(answer.body === undefined ? {} : { content: content(answer.body, 'output') }) };
}

function content(body: z.ZodType | RawBody, io: 'input' | 'output'): Json {
  if (!isRawBody(body)) return { 'application/json': { schema: jsonSchema(body, io) } };
  const schema = { type: 'string', format: 'binary', description: body.description };
  return Object.fromEntries(body.mediaTypes.map((type) => [type, { schema }]));
}

/** One response a status: several kinds of problem may share it. */
function problemResponses(route: Route): Json {
  const kinds = new Set<ProblemKind>(route.problems);
  if (route.body !== undefined || route.query !== undefined || route.pathParameters !== undefined) kinds.add('invalid-request');
  if (route.access !== 'public' && route.access !== 'cookie')
    kinds.add('token-missing').add('token-invalid').add('token-expired').add('unavailable');
  if (route.access === 'analyst' || route.access === 'admin') kinds.add('forbidden');
  const titles = new Map<number, string[]>();
  for (const kind of kinds)
    titles.set(problems[kind].status, [...(titles.get(problems[kind].status) ?? []), `${problems[kind].title} (${kind})`]);
  const schema = jsonSchema(Problem, 'output');
  return Object.fromEntries(
    [...titles].map(([status, list]) => [String(status), { description: list.join('; '), content: { [problemMediaType]: { schema } } }]),
  );
}

/** A reference where the schema has a name, the schema itself otherwise. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const id = registry(io).get(schema)?.id;
  if (id !== undefined) return { $ref: uri(id) };
  // A registry of the names and this one schema, so that what it contains becomes references too.
  const scratch = z.registry<{ id: string }>();
  for (const [name, known] of registry(io)._idmap) scratch.add(known, { id: name });
  scratch.add(schema, { id: anonymous });
  return clean(z.toJSONSchema(scratch, { ...options, io, uri }).schemas[anonymous] as Json);
}

const anonymous = '__anonymous';
const options = { target: 'draft-2020-12', override: openAnswers } as const;
const registry = (io: 'input' | 'output') => (io === 'input' ? requestNames : answerNames);

function named(io: 'input' | 'output'): Json {
  const { schemas } = z.toJSONSchema(registry(io), { ...options, io, uri });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, clean(schema as Json)]));
}

/** OpenAPI names the dialect once and finds schemas by their place. */
function clean(schema: Json): Json {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema' && key !== '$id'));
}

/** An answer may gain fields in a later version; a client must not refuse them. */
function openAnswers({ zodSchema, jsonSchema: schema }: { zodSchema: z.core.$ZodTypes; jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (zodSchema._zod.def.type === 'object' && zodSchema._zod.def.catchall === undefined) delete schema.additionalProperties;
}
