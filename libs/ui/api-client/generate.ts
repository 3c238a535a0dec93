import { writeFile } from 'node:fs/promises';
import openapiTypeScript, { astToString } from 'openapi-typescript';
import { buildOpenApi } from '@orbweaver/contracts/http/openapi.ts';

/** `node libs/ui/api-client/generate.ts` writes the types of the API's OpenAPI document; a test fails while they are out of date. */
export const target = new URL('generated/openapi.d.ts', import.meta.url);

export async function apiTypes(): Promise<string> {
  // The version of the product is no part of the types.
  const document = buildOpenApi('0') as unknown as Parameters<typeof openapiTypeScript>[0];
  return astToString(await openapiTypeScript(document));
}

if (import.meta.main) await writeFile(target, await apiTypes());
