import { Kbd, Modal, Title } from '@mantine/core';
import { Fragment } from 'react';
import classes from './shell.module.css';

const keys: readonly { readonly title: string; readonly rows: readonly (readonly [readonly string[], string])[] }[] = [
  {
    title: 'Explore',
    rows: [
      [['/'], 'to the query bar'],
      [['↑', '↓'], 'through the rows, or through earlier queries in the query bar'],
      [['Enter'], 'opens the record, or runs the query'],
      [['[', ']'], 'previous and next record'],
      [['Esc'], 'closes the record, or leaves the query bar'],
      [['1', '…', '9'], 'to a kind of records: all, then the tabs in their order'],
      [['r'], 'asks again'],
      [['t'], 'to the table'],
    ],
  },
  {
    title: 'Everywhere',
    rows: [
      [['?'], 'this list'],
      [['Tab'], 'to the next control'],
    ],
  },
];

export function KeysHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard" closeButtonProps={{ 'aria-label': 'Close' }}>
      {keys.map((group) => (
        <section key={group.title}>
          <Title order={3} fz="sm" c="dimmed" mb={8}>
            {group.title}
          </Title>
          <dl className={classes.keys}>
            {group.rows.map(([names, does]) => (
              <Fragment key={does}>
                <dt>
                  {names.map((name) => (
                    <Kbd key={name}>{name}</Kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </Fragment>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  );
}
