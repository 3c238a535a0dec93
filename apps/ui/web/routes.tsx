import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { z } from 'zod';
import { takeLinkToken } from './session/link-token.ts';
import type { Services } from './session/services.tsx';
import { exploreSearch } from './explore/state/search-params.ts';
import { NotFound } from './states/not-found.tsx';
import { RouteError } from './states/route-error.tsx';
import { Shell } from './shell/shell.tsx';

const root = createRootRouteWithContext<Services>()({ component: Outlet, notFoundComponent: NotFound, errorComponent: RouteError });

/** Where to go after signing in; only a path of this site, never another one. */
const afterSignIn = z.object({
  to: z
    .string()
    .regex(/^\/(?![/\\])/)
    .optional()
    .catch(undefined),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: afterSignIn,
  component: lazyRouteComponent(() => import('./session/sign-in-page.tsx'), 'SignInPage'),
});

const signInByLink = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/link',
  // A link works once, so it is never tried again by itself.
  staleTime: Infinity,
  loader: ({ context }) => {
    const token = takeLinkToken();
    if (token === undefined) throw redirect({ to: '/sign-in' });
    return context.session.signInByLink(token);
  },
  component: lazyRouteComponent(() => import('./session/link-page.tsx'), 'LinkPage'),
  errorComponent: lazyRouteComponent(() => import('./session/link-page.tsx'), 'LinkProblem'),
});

/** Everything behind the sign-in. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    if (!(await context.session.restore())) throw redirect({ to: '/sign-in', search: { to: location.href } });
  },
});

const home = createRoute({
  getParentRoute: () => app,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/explore' });
  },
});

const explore = createRoute({
  getParentRoute: () => app,
  path: '/explore',
  validateSearch: exploreSearch,
  component: lazyRouteComponent(() => import('./explore/explore-page.tsx'), 'ExplorePage'),
});

const captures = createRoute({
  getParentRoute: () => app,
  path: '/captures',
  component: lazyRouteComponent(() => import('./captures/captures-page.tsx'), 'CapturesPage'),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
});

const routeTree = root.addChildren([signIn, signInByLink, app.addChildren([home, explore, captures, settings])]);

export function createAppRouter(services: Services) {
  return createRouter({
    routeTree,
    context: services,
    defaultPreload: 'intent',
    defaultErrorComponent: RouteError,
    // Plain `name=value` pairs: a URL that people read, and write by hand.
    parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
    stringifySearch: (search) => {
      const pairs = Object.entries(search).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
      return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
    },
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
