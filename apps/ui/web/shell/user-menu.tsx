import { ActionIcon, Menu } from '@mantine/core';
import { IconLogout, IconSettings, IconUserCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { MenuOnDemand } from '../overlays/menu-on-demand.tsx';
import { useServices, useUser } from '../session/services.tsx';

export function UserMenu() {
  const user = useUser();
  const { session } = useServices();
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
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void session.signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </MenuOnDemand>
  );
}
