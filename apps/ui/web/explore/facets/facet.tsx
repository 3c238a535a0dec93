import { Skeleton } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { TermsAnswer } from '@orbweaver/ui/api-client/types.ts';
import { formatCount, formatShortCount } from '@orbweaver/ui/format/number.ts';
import { isUnreachable } from '../../session/services.tsx';
import { useExplore } from '../state/explore.tsx';
import { useTerms } from '../state/questions.ts';
import { FacetValue } from './facet-value.tsx';
import classes from './facets.module.css';

const valuesAtFirst = 6;
const valuesAtMost = 50;

export function Facet({ field, onRemove }: { field: string; onRemove: () => void }) {
  const { catalog, scope } = useExplore();
  const [open, setOpen] = useState(true);
  const [all, setAll] = useState(false);
  const terms = useTerms(open ? scope : undefined, field, all ? valuesAtMost : valuesAtFirst);
  const shape = catalog.fields.get(field);
  const label = shape?.label ?? field;
  return (
    <section className={classes.facet} aria-label={label}>
      <div className={classes.head}>
        <button type="button" className={classes.title} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? <IconChevronDown size={13} aria-hidden /> : <IconChevronRight size={13} aria-hidden />}
          <span title={`${field}${shape ? ` — ${shape.help}` : ''}`}>{label}</span>
        </button>
        {open && terms.data && <Distinct terms={terms.data} />}
        <button type="button" className={classes.remove} aria-label={`Remove the facet ${label}`} onClick={onRemove}>
          <IconX size={12} />
        </button>
      </div>
      {open && terms.error && !terms.data && (
        <p className={classes.problem}>{isUnreachable(terms.error) ? 'Not known' : terms.error.message}</p>
      )}
      {open && !terms.error && !terms.data && <Skeleton height={66} mx={10} w="auto" />}
      {open && terms.data && <Values field={field} terms={terms.data} stale={terms.isPlaceholderData} all={all} onAll={setAll} />}
    </section>
  );
}

function Distinct({ terms }: { terms: TermsAnswer }) {
  const { distinct, approximate } = terms;
  return (
    <span
      className={classes.distinct}
      title={`${approximate ? 'About ' : ''}${formatCount(distinct)} different ${distinct === 1 ? 'value' : 'values'}${approximate ? ' (an estimate)' : ''}`}
    >
      {approximate && '≈'}
      {formatShortCount(distinct)}
    </span>
  );
}

interface ValuesProps {
  readonly field: string;
  readonly terms: TermsAnswer;
  readonly stale: boolean;
  readonly all: boolean;
  readonly onAll: (all: boolean) => void;
}

function Values({ field, terms, stale, all, onAll }: ValuesProps) {
  const most = terms.buckets[0]?.count ?? 1;
  const more = terms.distinct > terms.buckets.length;
  if (terms.buckets.length === 0) return <p className={classes.none}>No values in what is found</p>;
  return (
    <>
      <ul className={classes.values} data-stale={stale || undefined}>
        {terms.buckets.map(({ value, count }) => (
          <FacetValue key={String(value)} field={field} value={value} count={count} share={count / most} />
        ))}
      </ul>
      {(more || all) && (
        <button type="button" className={classes.more} onClick={() => onAll(!all)}>
          {all ? 'Fewer' : `${formatShortCount(terms.distinct - terms.buckets.length)} more`}
        </button>
      )}
    </>
  );
}
