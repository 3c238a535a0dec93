import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Bearer } from '@orbweaver/platform/auth/access-token.ts';

/** Who is signed in: as the guard found them. */
export const CurrentBearer = createParamDecorator(
  (_: unknown, context: ExecutionContext): Bearer => context.switchToHttp().getRequest<{ user: Bearer }>().user,
);
