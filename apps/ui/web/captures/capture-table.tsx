import { useDisclosure } from '@mantine/hooks';
import { ActionIcon, Badge, Button, Menu, Progress, Table, Text } from '@mantine/core';
import { IconAlertTriangle, IconDots, IconDownload, IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { condition } from '@orbweaver/ui/filters/edit.ts';
import type { Capture } from '@orbweaver/ui/api-client/types.ts';
import { formatBytes } from '@orbweaver/ui/format/bytes.ts';
import { formatCount } from '@orbweaver/ui/format/number.ts';
import { formatInstant, formatRange } from '@orbweaver/ui/format/time.ts';
import { MenuOnDemand } from '../overlays/menu-on-demand.tsx';
import { useTimeZone } from '../preferences/time-zone.tsx';
import classes from './captures.module.css';
import { DeleteCapture } from './delete-capture.tsx';
import { useDownload } from './use-download.ts';

export function CaptureTable({ captures }: { captures: readonly Capture[] }) {
  return (
    <div className={classes.tableScroller} tabIndex={0} role="group" aria-label="List of captures">
      <Table className={classes.table} verticalSpacing={8} horizontalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th ta="right">Size</Table.Th>
            <Table.Th ta="right">Packets</Table.Th>
            <Table.Th>Records</Table.Th>
            <Table.Th>Time of the packets</Table.Th>
            <Table.Th aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {captures.map((capture) => (
            <CaptureRow key={capture.id} capture={capture} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function CaptureRow({ capture }: { capture: Capture }) {
  const [zone] = useTimeZone();
  const { first, last, records } = capture;
  const range = first !== undefined && last !== undefined ? formatRange(Date.parse(first), Date.parse(last), zone) : '';
  const datasets = Object.entries(records).filter(([, count]) => count > 0);
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={550} className={classes.name}>
          {capture.name}
        </Text>
        <Text c="dimmed" fz="xs">
          {formatInstant(capture.uploaded_at, zone).slice(0, 16)} by {capture.uploaded_by}
        </Text>
        {capture.message && (
          <Text fz="xs" className={capture.state === 'failed' ? classes.bad : classes.warn}>
            {capture.message}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <State capture={capture} />
      </Table.Td>
      <Table.Td ta="right" className="mono" title={`${formatCount(capture.bytes)} bytes`}>
        {formatBytes(capture.bytes)}
      </Table.Td>
      <Table.Td ta="right" className="mono">
        {formatCount(capture.packets)}
        <Refused capture={capture} />
      </Table.Td>
      <Table.Td>
        {datasets.map(([dataset, count]) => (
          <Link key={dataset} to="/explore" search={{ dataset, q: captureQuery(capture), from: 'all' }} className={classes.count}>
            <span>{dataset}</span> {formatCount(count)}
          </Link>
        ))}
      </Table.Td>
      <Table.Td className="mono">{range}</Table.Td>
      <Table.Td>
        <div className={classes.rowActions}>
          <Button
            component={Link}
            to="/explore"
            search={{ q: captureQuery(capture), from: 'all' } as never}
            variant="light"
            disabled={datasets.length === 0}
          >
            Explore
          </Button>
          <RowMenu capture={capture} />
        </div>
      </Table.Td>
    </Table.Tr>
  );
}

function captureQuery(capture: Capture): string {
  return condition('log.file.path', capture.name);
}

function State({ capture }: { capture: Capture }) {
  switch (capture.state) {
    case 'queued':
      return (
        <Badge variant="light" color="gray">
          Waiting
        </Badge>
      );
    case 'analysing':
      return (
        <div className={classes.progress}>
          <Progress value={capture.progress * 100} size="sm" aria-label={`Analysis of ${capture.name}`} />
          <Text fz="xs" c="dimmed">
            {Math.round(capture.progress * 100)} % analysed
          </Text>
        </div>
      );
    case 'done':
      return <span className={classes.good}>Analysed</span>;
    case 'failed':
      return <span className={classes.bad}>Failed</span>;
  }
}

function Refused({ capture }: { capture: Capture }) {
  const refused = Object.entries(capture.summary?.refused ?? {}).filter(([, count]) => count > 0);
  if (refused.length === 0) return null;
  const total = refused.reduce((sum, [, count]) => sum + count, 0);
  return (
    <Text
      fz="xs"
      className={classes.warn}
      tabIndex={0}
      data-hint={refused.map(([reason, count]) => `${reason}: ${formatCount(count)}`).join('\n')}
    >
      <IconAlertTriangle size={11} aria-hidden /> {formatCount(total)} refused
    </Text>
  );
}

function RowMenu({ capture }: { capture: Capture }) {
  const [asked, { open, close }] = useDisclosure();
  const download = useDownload();
  return (
    <>
      <MenuOnDemand
        position="bottom-end"
        target={
          <ActionIcon aria-label={`More for ${capture.name}`}>
            <IconDots size={16} />
          </ActionIcon>
        }
      >
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconDownload size={15} />} onClick={() => void download(capture)}>
            Save the file
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={open}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </MenuOnDemand>
      {asked && <DeleteCapture capture={capture} onClose={close} />}
    </>
  );
}
