import type { FlatRecord } from '@orbweaver/ui/api-client/types.ts';
import { fillSummary } from '@orbweaver/ui/views/summary.ts';
import { viewOf } from '../state/all-datasets.ts';
import { useExplore } from '../state/explore.tsx';
import { ValueText } from './value-text.tsx';

/** A record in one line, as its dataset tells it. */
export function SummaryLine({ record }: { record: FlatRecord }) {
  const { catalog } = useExplore();
  const template = viewOf(catalog.datasets, record['event.dataset']).summary;
  return fillSummary(template, record).map((part, index) =>
    'text' in part ? <span key={index}>{part.text}</span> : <ValueText key={index} field={part.field} value={part.value} />,
  );
}
