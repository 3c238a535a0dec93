import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { hexDump } from '@orbweaver/ui/format/hex.ts';
import { readableText } from '@orbweaver/ui/format/readable-text.ts';
import classes from '../detail.module.css';
import { JsonText } from '../json-text.tsx';

/** Characters or bytes shown before more are asked for. */
const textStep = 64 * 1024;
const hexStep = 4 * 1024;

/** Bytes as text where they are text, in hex where not. Nothing is ever interpreted: no markup, no images. */
export function BytesView({ bytes, mimeType }: { bytes: Uint8Array; mimeType: string }) {
  const text = useMemo(() => readableText(bytes, mimeType), [bytes, mimeType]);
  const [steps, setSteps] = useState(1);
  const shown = steps * (text === undefined ? hexStep : textStep);
  const whole = text === undefined ? bytes.length : text.length;
  return (
    <>
      {text === undefined ? (
        <pre className={`${classes.pre} ${classes.hex}`} tabIndex={0} aria-label="Bytes in hex">
          {hexDump(bytes, 0, shown)}
        </pre>
      ) : (
        <JsonText text={text.slice(0, shown)} />
      )}
      {shown < whole && (
        <Button size="compact-xs" variant="subtle" onClick={() => setSteps(steps * 2)}>
          Show more
        </Button>
      )}
    </>
  );
}
