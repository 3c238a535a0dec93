import { Button, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { condition } from '@orbweaver/ui/filters/edit.ts';
import type { FlatRecord } from '@orbweaver/ui/api-client/types.ts';
import { formatDuration } from '@orbweaver/ui/format/duration.ts';
import { ProblemNotice } from '../../states/problem-notice.tsx';
import { viewOf } from '../state/all-datasets.ts';
import { useExplore } from '../state/explore.tsx';
import { useFlow } from '../state/questions.ts';
import { recordParameter } from '../state/search-params.ts';
import { SummaryLine } from '../values/summary-line.tsx';
import { DatasetBadge } from '../values/value-text.tsx';
import classes from './detail.module.css';
import { FieldsSection } from './fields-section.tsx';
import { Section } from './section.tsx';
import { spanLeft, spanOf } from './timing-bar.tsx';

/** The conversation that a record belongs to, with all that was said in it. */
export function FlowTab({ record }: { record: FlatRecord }) {
  const { catalog, setQuery } = useExplore();
  const id = String(record['flow.id']);
  const { data, error, refetch } = useFlow(id);
  if (error) return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={200} m="sm" w="auto" />;
  const flow = data.flow as FlatRecord;
  const sections = viewOf(catalog.datasets, 'flow').sections;
  return (
    <>
      <div className={classes.flowHead}>
        <span>
          <SummaryLine record={flow} />
        </span>
        <Button size="compact-xs" variant="default" flex="none" onClick={() => setQuery(condition('flow.id', id))}>
          Only this flow
        </Button>
      </div>
      <Section title="In this flow" note={data.transactions.length}>
        {data.transactions.length === 0 && (
          <Text c="dimmed" px="md" pb="xs">
            No protocol was understood in it.
          </Text>
        )}
        <ol className={classes.siblings}>
          {data.transactions.map((sibling) => (
            <Sibling
              key={sibling['event.id']}
              record={sibling as FlatRecord}
              flow={flow}
              current={sibling['event.id'] === record['event.id']}
            />
          ))}
        </ol>
        {data.truncated && (
          <Text c="dimmed" px="md">
            There are more: “Only this flow” finds them all.
          </Text>
        )}
      </Section>
      {sections.map(
        (section) =>
          section.kind === 'fields' && <FieldsSection key={section.title} title={section.title} fields={section.fields} record={flow} />,
      )}
    </>
  );
}

function Sibling({ record, flow, current }: { record: FlatRecord; flow: FlatRecord; current: boolean }) {
  const { update } = useExplore();
  const span = spanOf(record, flow);
  return (
    <li>
      <UnstyledButton
        className={classes.sibling}
        aria-current={current || undefined}
        onClick={() => update({ record: recordParameter({ dataset: record['event.dataset'], id: record['event.id'] }), tab: undefined })}
      >
        <DatasetBadge dataset={record['event.dataset']} />
        <span className={classes.siblingText}>
          <SummaryLine record={record} />
        </span>
        <span className={classes.siblingTrack}>
          {span && <span className={classes.span} style={{ left: spanLeft(span.start), width: `${Math.max(span.length * 100, 1.5)}%` }} />}
        </span>
        <span className={classes.siblingLong}>{formatDuration(Number(record['event.duration'] ?? 0))}</span>
      </UnstyledButton>
    </li>
  );
}
