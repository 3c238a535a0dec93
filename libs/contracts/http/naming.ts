import { z } from 'zod';

/**
 * The schemas that stand under their own name in the OpenAPI document. Requests and answers are kept apart: a request is described as
 * it is sent (defaults may be left out), an answer as it arrives (defaults are there).
 */
export const requestNames = z.registry<{ id: string }>();
export const answerNames = z.registry<{ id: string }>();

export function request<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  requestNames.add(schema, { id });
  return schema;
}

export function answer<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  answerNames.add(schema, { id });
  return schema;
}
