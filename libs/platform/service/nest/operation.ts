import {
  applyDecorators,
  createParamDecorator,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
  type ExecutionContext,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fullPath } from '@orbweaver/contracts/http/openapi.ts';
import { isRawBody, type Method, type Route } from '@orbweaver/contracts/http/route.ts';
import { routes, type RouteName } from '@orbweaver/contracts/http/routes.ts';
import { ProblemError } from '../problem-error.ts';
import { validate } from '../validation.ts';

const operationKey = 'orbweaver:operation';
const methods: Record<Method, RequestMethod> = { get: RequestMethod.GET, post: RequestMethod.POST, delete: RequestMethod.DELETE };

/** Serves one route of the contract: its method, path, status and access come from there. A handler without it is out of reach. */
export function Operation(name: RouteName): MethodDecorator {
  const route: Route = routes[name];
  return applyDecorators(
    RequestMapping({ method: methods[route.method], path: fullPath(route).replace(/\{(\w+)\}/g, ':$1') }),
    HttpCode(route.answer.status),
    SetMetadata(operationKey, name),
  );
}

/** The operation that a handler serves, or undefined. */
export function operationOf(handler: object): RouteName | undefined {
  return Reflect.getMetadata(operationKey, handler) as RouteName | undefined;
}

const requestOf = (context: ExecutionContext) => context.switchToHttp().getRequest<FastifyRequest>();

function routeOf(context: ExecutionContext): Route {
  const name = operationOf(context.getHandler());
  if (name === undefined) throw new Error(`${context.getClass().name}.${context.getHandler().name} serves no operation of the contract`);
  return routes[name];
}

/** The JSON body, checked by the route's schema. */
export const JsonBody = createParamDecorator((_: unknown, context: ExecutionContext): unknown => {
  const { body: schema } = routeOf(context);
  if (schema === undefined || isRawBody(schema)) throw new Error('the operation takes no JSON');
  return validate(schema, requestOf(context).body, 'body');
});

/** The query parameters, checked by the route's schema. */
export const QueryParameters = createParamDecorator((_: unknown, context: ExecutionContext): unknown => {
  const { query: schema } = routeOf(context);
  if (schema === undefined) throw new Error('the operation takes no query parameters');
  return validate(schema, requestOf(context).query, 'query');
});

/** One parameter of the path, checked by the route's schema. */
export const PathParameter = createParamDecorator((name: string, context: ExecutionContext): unknown => {
  const schema = routeOf(context).pathParameters?.[name];
  if (schema === undefined) throw new Error(`the operation has no path parameter ${name}`);
  const value = (requestOf(context).params as Record<string, string>)[name];
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ProblemError('invalid-request', `${name}: ${result.error.issues[0]!.message}`, {
    items: result.error.issues.map(({ message }) => ({ path: name, message })),
  });
});

/** Fires when the client went away before it had its answer. */
export const ClientGone = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const { raw } = context.switchToHttp().getResponse<FastifyReply>();
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort(new ProblemError('client-closed-request', 'the client closed the connection'));
  });
  return controller.signal;
});
