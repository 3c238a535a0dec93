import { Skeleton, Title } from '@mantine/core';
import { EmptyNotice } from '../states/empty-notice.tsx';
import { ProblemNotice } from '../states/problem-notice.tsx';
import { CaptureTable } from './capture-table.tsx';
import classes from './captures.module.css';
import { UploadArea } from './upload-area.tsx';
import { useCaptures } from './use-captures.ts';

export function CapturesPage() {
  const captures = useCaptures();
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
