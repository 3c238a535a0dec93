import { Skeleton, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { bodyOf } from '@orbweaver/ui/api-client/client.ts';
import type { Capture } from '@orbweaver/ui/api-client/types.ts';
import { useApi } from '../session/services.tsx';
import { EmptyNotice } from '../states/empty-notice.tsx';
import { ProblemNotice } from '../states/problem-notice.tsx';
import { CaptureTable } from './capture-table.tsx';
import classes from './captures.module.css';
import { UploadArea } from './upload-area.tsx';

/** Between two looks at captures that are still analysed, in milliseconds. */
const pollInterval = 700;

export function CapturesPage() {
  const api = useApi();
  const captures = useQuery({
    queryKey: ['captures'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/captures', { signal })),
    refetchInterval: ({ state }) => (state.data?.some(inProgress) ? pollInterval : false),
  });
  return (
    <div className={classes.page}>
      <Title order={1} mb="md">
        Captures
      </Title>
      <UploadArea />
      {captures.isPending && <Skeleton height={160} mt="lg" />}
      {captures.error && !captures.data && <ProblemNotice error={captures.error} onRetry={() => void captures.refetch()} />}
      {captures.data?.length === 0 && (
        <div className={classes.empty}>
          <EmptyNotice title="No captures yet">
            Drop a pcap or pcapng file above. It is analysed here, on this machine, and nowhere else.
          </EmptyNotice>
        </div>
      )}
      {captures.data && captures.data.length > 0 && <CaptureTable captures={captures.data} />}
    </div>
  );
}

function inProgress(capture: Capture): boolean {
  return capture.state === 'queued' || capture.state === 'analysing';
}
