import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconFileDatabase, IconKeyboard, IconMoon, IconSun, IconZoomCode } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Logo } from './logo.tsx';
import { UserMenu } from './user-menu.tsx';
import classes from './shell.module.css';

export function Header({ onShowKeys }: { onShowKeys: () => void }) {
  return (
    <header className={classes.header}>
      <Link to="/explore" className={classes.brand} aria-label="Orbweaver, to Explore">
        <Logo />
        Orbweaver
      </Link>
      <nav aria-label="Main" style={{ display: 'flex' }}>
        <Link to="/explore" className={classes.link} activeOptions={{ includeSearch: false }}>
          <IconZoomCode size={16} aria-hidden /> Explore
        </Link>
        <Link to="/captures" className={classes.link}>
          <IconFileDatabase size={16} aria-hidden /> Captures
        </Link>
      </nav>
      <div className={classes.spacer} />
      <ActionIcon aria-label="Show keyboard shortcuts" data-hint="Keyboard (?)" onClick={onShowKeys}>
        <IconKeyboard size={18} />
      </ActionIcon>
      <SchemeSwitch />
      <UserMenu />
    </header>
  );
}

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('dark');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon
      aria-label={`Switch to the ${other} theme`}
      data-hint={`Switch to the ${other} theme`}
      onClick={() => setColorScheme(other)}
    >
      {scheme === 'dark' ? <IconSun size={18} /> : <IconMoon size={18} />}
    </ActionIcon>
  );
}
