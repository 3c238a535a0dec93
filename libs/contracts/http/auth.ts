import { z } from 'zod';
import { answer, request } from './naming.ts';
import { maxNameLength, maxPasswordLength, maxTokenLength, minPasswordLength } from './limits.ts';

export const roles = ['admin', 'analyst', 'viewer'] as const;
/** Each role may do what the ones behind it may: a viewer searches, an analyst also brings captures in and deletes them, an admin decides. */
export const Role = z.enum(roles);
export type Role = z.infer<typeof Role>;

export const SignInRequest = request(
  'SignInRequest',
  z.strictObject({
    username: z.string().min(1, 'a user name is needed').max(maxNameLength),
    password: z.string().min(1, 'a password is needed').max(maxPasswordLength),
  }),
);

export const LinkRequest = request(
  'LinkRequest',
  z.strictObject({ token: z.string().min(1).max(maxTokenLength).describe('From the one-time sign-in link.') }),
);

export const User = answer(
  'User',
  z.object({
    id: z.string(),
    username: z.string(),
    name: z.string(),
    roles: z.array(Role),
    has_password: z.boolean().describe('False until one was set: only a one-time link signs this user in.'),
  }),
);
export type User = z.infer<typeof User>;

export const SignedIn = answer(
  'SignedIn',
  z
    .object({
      access_token: z.string().describe('For `Authorization: Bearer`.'),
      token_type: z.literal('Bearer'),
      expires_in: z.int().describe('Seconds.'),
      user: User,
    })
    .describe('A refresh token comes with it in an HttpOnly cookie.'),
);
export type SignedIn = z.infer<typeof SignedIn>;

export const PasswordRequest = request(
  'PasswordRequest',
  z.strictObject({
    current: z.string().max(maxPasswordLength).optional().describe('Needed once a password is set.'),
    new: z
      .string()
      .min(minPasswordLength, `a password has at least ${String(minPasswordLength)} characters`)
      .max(maxPasswordLength, `a password has at most ${String(maxPasswordLength)} characters`),
  }),
);
