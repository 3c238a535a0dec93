import { Button, UnstyledButton } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { condition } from '@orbweaver/ui/filters/edit.ts';
import type { FlatRecord } from '@orbweaver/ui/api-client/types.ts';
import { useExplore } from '../state/explore.tsx';
import { recordParameter } from '../state/search-params.ts';
import { twinField, useOtherObservations } from '../state/twins.ts';
import classes from './detail.module.css';

/** Who else saw the conversation of this record, with the way there. Nothing where nobody did. */
export function OtherObservers({ record }: { record: FlatRecord }) {
  const { update } = useExplore();
  const { data: others = [] } = useOtherObservations(record);
  if (others.length === 0) return null;
  const compare = () =>
    update({ q: condition('network.community_id', String(record['network.community_id'])), twins: 'show', sort: undefined });
  return (
    <div className={classes.observed}>
      <IconEye size={14} aria-hidden />
      <span>
        Also observed by{' '}
        {others.map(({ flow, observer }, index) => (
          <span key={observer}>
            {index > 0 && ', '}
            <UnstyledButton
              className={classes.observer}
              title="Open the flow as it was seen there"
              onClick={() => update({ record: recordParameter({ dataset: 'flow', id: flow }) })}
            >
              {observer}
            </UnstyledButton>
            {record[twinField] === observer && ' first'}
          </span>
        ))}
      </span>
      <Button size="compact-xs" variant="default" title="Everything that any of them saw of it" onClick={compare}>
        Compare
      </Button>
    </div>
  );
}
