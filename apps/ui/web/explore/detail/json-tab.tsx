import { Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { FlatRecord } from '@orbweaver/ui/api-client/types.ts';
import classes from './detail.module.css';
import { JsonText } from './json-text.tsx';

/** The record as the API gives it. */
export function JsonTab({ record }: { record: FlatRecord }) {
  const text = JSON.stringify(record, null, 2);
  return (
    <div className={classes.json}>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button
            size="compact-xs"
            variant="default"
            className={classes.jsonCopy}
            leftSection={copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
            onClick={copy}
          >
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
      <JsonText text={text} />
    </div>
  );
}
