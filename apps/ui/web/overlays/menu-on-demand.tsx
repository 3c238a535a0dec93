import { Menu, type MenuProps } from '@mantine/core';
import { cloneElement, type KeyboardEvent, type ReactElement, type ReactNode, useLayoutEffect, useRef, useState } from 'react';

interface MenuOnDemandProps extends Omit<MenuProps, 'opened' | 'defaultOpened' | 'onChange'> {
  /** The button that opens it. */
  readonly target: ReactElement<{ onClick?: () => void }>;
  readonly children: ReactNode;
}

/** A menu that is made when it is first asked for: a screen has dozens of them and few are ever opened, so they must cost nothing. */
export function MenuOnDemand({ target, children, ...props }: MenuOnDemandProps) {
  const [wanted, setWanted] = useState(false);
  if (wanted)
    return (
      <WantedMenu target={target} {...props}>
        {children}
      </WantedMenu>
    );
  const closed = { 'aria-haspopup': 'menu', 'aria-expanded': false, onClick: () => setWanted(true) };
  return cloneElement(target, closed);
}

/** Opens by itself once, from its button, so that the focus comes back there. */
function WantedMenu({ target, children, ...props }: MenuOnDemandProps) {
  const [opened, setOpened] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const focusButton = () => place.current?.querySelector<HTMLElement>('button, [tabindex]')?.focus();
  // Before the next key is heard: it may be the one that closes it.
  useLayoutEffect(() => {
    focusButton();
    setOpened(true);
  }, []);
  // A menu that is closed while it takes the focus would take the focus with it.
  const giveFocusBack = () => {
    const { activeElement } = document;
    if (activeElement === document.body || activeElement?.closest('[role=menu]')) focusButton();
  };
  // The menu listens once it has the focus; until then the key comes to the button.
  const closeOnEscape = ({ key }: KeyboardEvent) => {
    if (key === 'Escape') setOpened(false);
  };
  return (
    <span ref={place} style={{ display: 'contents' }} onKeyDown={closeOnEscape}>
      <Menu {...props} opened={opened} onChange={setOpened} onExitTransitionEnd={giveFocusBack}>
        <Menu.Target>{target}</Menu.Target>
        {children}
      </Menu>
    </span>
  );
}
