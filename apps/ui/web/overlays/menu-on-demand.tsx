import { Menu, type MenuProps } from '@mantine/core';
import { cloneElement, type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';

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
  const button = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    button.current?.querySelector<HTMLElement>('button, [tabindex]')?.focus();
    setOpened(true);
  }, []);
  return (
    <span ref={button} style={{ display: 'contents' }}>
      <Menu {...props} opened={opened} onChange={setOpened}>
        <Menu.Target>{target}</Menu.Target>
        {children}
      </Menu>
    </span>
  );
}
