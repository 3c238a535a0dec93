import { Button, Loader, SegmentedControl, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FlatRecord, ViewSection } from '@orbweaver/ui/api-client/types.ts';
import { formatBytes } from '@orbweaver/ui/format/bytes.ts';
import { useApi } from '../../../session/services.tsx';
import classes from '../detail.module.css';
import { Section } from '../section.tsx';
import { BytesView } from './bytes-view.tsx';
import { saveFile } from './save-file.ts';

/** Bytes that were kept beside the record, such as a body: fetched when looked at. */
export function ContentSection({ section, record }: { section: Extract<ViewSection, { kind: 'content' }>; record: FlatRecord }) {
  if (record[section.id] === undefined) return null;
  const mimeType = section.mimeType === undefined ? undefined : record[section.mimeType];
  return (
    <Section title={section.title} note={typeof mimeType === 'string' ? mimeType : undefined}>
      <Content section={section} record={record} mimeType={typeof mimeType === 'string' ? mimeType : ''} />
    </Section>
  );
}

interface ContentProps {
  readonly section: Extract<ViewSection, { kind: 'content' }>;
  readonly record: FlatRecord;
  readonly mimeType: string;
}

function Content({ section, record, mimeType }: ContentProps) {
  const api = useApi();
  const encoded = section.encoding !== undefined && record[section.encoding] !== undefined;
  const [decode, setDecode] = useState(true);
  const id = record['event.id'];
  const content = useQuery({
    queryKey: ['content', id, section.id, decode],
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/api/v1/records/{id}/content/{name}', {
        params: { path: { id, name: section.id }, query: { dataset: record['event.dataset'], decode: decode ? '1' : '0' } },
        parseAs: 'arrayBuffer',
        signal,
      });
      return new Uint8Array(data as unknown as ArrayBuffer);
    },
    staleTime: Infinity,
  });
  if (content.error) return <Text className={classes.problem}>{content.error.message}</Text>;
  if (!content.data) return <Loader size="xs" m="sm" role="status" aria-label="Loading" />;
  const bytes = content.data;
  return (
    <div className={classes.content}>
      <div className={classes.contentBar}>
        <span>{formatBytes(bytes.length)}</span>
        {encoded && (
          <SegmentedControl
            size="xs"
            aria-label="Content coding"
            value={decode ? 'decoded' : 'raw'}
            data={[
              { value: 'decoded', label: 'Decoded' },
              { value: 'raw', label: 'As sent' },
            ]}
            onChange={(value) => setDecode(value === 'decoded')}
          />
        )}
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<IconDownload size={13} />}
          onClick={() => saveFile(bytes, `${id}.bin`)}
        >
          Save
        </Button>
      </div>
      <BytesView bytes={bytes} mimeType={mimeType} />
    </div>
  );
}
