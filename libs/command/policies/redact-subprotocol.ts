import { mask } from './redaction-policy.ts';
import { plainName, type IsSecretName } from './redact-url.ts';

/**
 * What goes before a token in a subprotocol: of Kubernetes (`staging/src/k8s.io/apiserver/pkg/authentication/request/websocket`) and OpenAI, of AppSync (a header in base64),
 * and common ones.
 */
const prefixes = [
  ...[
    'base64url.bearer.authorization.k8s.io.',
    'authorization.bearer.',
    'authorization.',
    'bearer.',
    'openai-insecure-api-key.',
    'header-',
  ],
  ...['access_token.', 'access-token.', 'token.', 'api-key.', 'jwt.', 'auth.'],
];
/** Words behind which the next member is a token: `bearer, TOKEN`. */
const words = new Set(['bearer', 'auth', 'basic']);
/** Names of subprotocols are shorter (IANA's registry), tokens as a rule longer, in characters. */
const longestName = 64;
/** How a JSON Web Token begins: `{"` in base64. */
const tokenStart = 'eyJ';

/** `chat, authorization.bearer.abc` -> `chat, authorization.bearer.***`: a list of subprotocols without the tokens among them. */
export function redactSubprotocols(list: string, isSecretName: IsSecretName): string {
  return redactMembers(list.split(','), isSecretName).join(',');
}

/** As `redactSubprotocols`, for the members of a list. */
export function redactMembers(members: readonly string[], isSecretName: IsSecretName): string[] {
  return members.map((member, i) => {
    const before = i > 0 ? plainName(members[i - 1]!.trim()) : '';
    return words.has(before) || (before !== '' && isSecretName(before)) ? maskFrom(member, 0) : redactMember(member);
  });
}

function redactMember(member: string): string {
  const text = member.trim().toLowerCase();
  const prefix = prefixes.find((beginning) => text.length > beginning.length && text.startsWith(beginning));
  if (prefix !== undefined) return maskFrom(member, prefix.length);
  return text.length > longestName || member.trimStart().startsWith(tokenStart) ? maskFrom(member, 0) : member;
}

/** Keeps the blanks before the member and its first `kept` characters. */
function maskFrom(member: string, kept: number): string {
  return member.slice(0, member.length - member.trimStart().length + kept) + mask;
}
