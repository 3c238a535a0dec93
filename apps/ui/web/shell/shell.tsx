import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Hints } from '../overlays/hints.tsx';
import { useServices, useUser } from '../session/services.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { KeysHelp } from './keys-help.tsx';
import classes from './shell.module.css';

/** The frame around every screen behind the sign-in. */
export function Shell() {
  const [keysShown, keys] = useDisclosure();
  useHotkeys([
    ['shift+?', keys.toggle, { usePhysicalKeys: false }],
    ['?', keys.toggle],
  ]);
  useLeaveOnSignOut();
  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>
        Skip to content
      </a>
      <Header onShowKeys={keys.open} />
      <ConnectionBanner />
      <main id="main" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
      <Footer />
      <Hints />
      <KeysHelp opened={keysShown} onClose={keys.close} />
    </div>
  );
}

/** When the session ends under the page, nothing of what was seen stays, and the way back to this very URL leads through the sign-in. */
function useLeaveOnSignOut() {
  const user = useUser();
  const { queries } = useServices();
  const router = useRouter();
  useEffect(() => {
    if (user) return;
    const left = router.navigate({ to: '/sign-in', search: { to: router.state.location.href }, replace: true });
    void left.then(() => queries.clear());
  }, [user, router, queries]);
}
