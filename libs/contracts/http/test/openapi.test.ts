import openapiTypeScript from 'openapi-typescript';
import { expect, test } from 'vitest';
import { buildOpenApi, fullPath } from '../openapi.ts';
import { isRawBody, type Route } from '../route.ts';
import { routes } from '../routes.ts';

const document = buildOpenApi('1.2.3') as {
  openapi: string;
  paths: Record<string, Record<string, { operationId: string; parameters: { in: string; name: string }[]; responses: object }>>;
  components: { schemas: Record<string, unknown> };
};
const all = Object.entries<Route>(routes);

test('the_document_is_valid_and_a_client_can_be_made_of_it', async () => {
  // Validates against the rules of OpenAPI 3.1 before it generates, and throws with what it finds.
  const nodes = await openapiTypeScript(JSON.stringify(document), { silent: true });
  expect(nodes.length).toBeGreaterThan(0);
  expect(document.openapi).toMatch(/^3\.1\./);
});

test('every_route_is_in_it_under_its_operation_id', () => {
  const found = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method} ${path}`),
  );
  expect(found.sort()).toEqual(all.map(([id, route]) => `${id} ${route.method} ${fullPath(route)}`).sort());
});

test('every_reference_leads_somewhere', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1]!);
  expect(references.length).toBeGreaterThan(0);
  for (const name of references) expect(document.components.schemas).toHaveProperty([name]);
  for (const name of Object.keys(document.components.schemas)) expect(references, `${name} is used`).toContain(name);
});

test('the_names_in_a_path_are_its_path_parameters', () => {
  for (const [id, route] of all) {
    const names = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
    expect(Object.keys(route.pathParameters ?? {}), id).toEqual(names);
  }
});

test('only_health_and_the_ways_to_sign_in_are_public', () => {
  const open = all.filter(([, route]) => route.access === 'public').map(([id]) => id);
  expect(open).toEqual(['live', 'ready', 'signIn', 'signInByLink']);
});

test('whatever_needs_a_token_says_so_and_may_answer_401', () => {
  for (const [id, route] of all.filter(([, { access }]) => access !== 'public' && access !== 'cookie')) {
    const operation = document.paths[fullPath(route)]![route.method]!;
    expect(operation, id).not.toHaveProperty('security');
    expect(Object.keys(operation.responses), id).toContain('401');
  }
});

test('a_request_with_json_takes_no_unknown_names', () => {
  for (const [id, route] of all) {
    if (route.body === undefined || isRawBody(route.body)) continue;
    expect(
      route.body.safeParse({ surprise: 1 }).error?.issues.map((issue) => issue.code),
      id,
    ).toContain('unrecognized_keys');
  }
});
