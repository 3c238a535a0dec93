/**
 * The token of `/sign-in/link#token=…`: it stands behind the `#`, so that it reaches no server log. Taking it removes it from the
 * address bar and the history, past the router, for which nothing changes.
 */
export function takeLinkToken(): string | undefined {
  const token = new URLSearchParams(window.location.hash.slice(1)).get('token') ?? undefined;
  if (token !== undefined) History.prototype.replaceState.call(window.history, window.history.state, '', window.location.pathname);
  return token;
}
