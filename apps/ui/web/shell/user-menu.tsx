import { ActionIcon, Menu } from '@mantine/core';
import { IconLogout, IconSettings, IconUserCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { MenuOnDemand } from '../overlays/menu-on-demand.tsx';
import { useServices, useUser } from '../session/services.tsx';

export function UserMenu() {
  const user = useUser();
  const { session, queries } = useServices();
  const signOut = async () => {
    await session.signOut();
    // Nothing that one person saw may be there for the next.
    queries.clear();
  };
  return (
    <MenuOnDemand
      position="bottom-end"
      width={200}
      target={
        <ActionIcon aria-label={`Account of ${user?.name ?? 'nobody'}`}>
          <IconUserCircle size={20} />
        </ActionIcon>
      }
    >
      <Menu.Dropdown>
        <Menu.Label>
          {user?.name} · {user?.roles.join(', ')}
        </Menu.Label>
        <Menu.Item component={Link} to="/settings" leftSection={<IconSettings size={16} />}>
          Settings
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </MenuOnDemand>
  );
}
