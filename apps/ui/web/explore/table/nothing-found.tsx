import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { EmptyNotice } from '../../states/empty-notice.tsx';
import { titleOf } from '../state/all-datasets.ts';
import { useExplore } from '../state/explore.tsx';

/** No records: because nothing is stored yet, or because the question is too narrow. */
export function NothingFound() {
  const { query, setQuery, time, setTime, catalog, dataset } = useExplore();
  const nothingStored = time?.choice.kind === 'all' && time.bounds === undefined;
  if (nothingStored) {
    return (
      <EmptyNotice
        title="Nothing has been recorded yet"
        actions={
          <Button component={Link} to="/captures">
            Add a capture
          </Button>
        }
      >
        Add a pcap or pcapng file, or start Orbweaver with an interface to listen to.
      </EmptyNotice>
    );
  }
  const neverSeen = catalog.datasets.find((entry) => entry.dataset === dataset)?.count === 0;
  const when = time?.choice.kind === 'all' ? 'in all the data' : 'in this time';
  return (
    <EmptyNotice
      title={query === '' ? 'No records' : 'No records match'}
      actions={
        <>
          {query !== '' && (
            <Button variant="default" onClick={() => setQuery('')}>
              Clear the query
            </Button>
          )}
          {time?.choice.kind !== 'all' && (
            <Button variant="default" onClick={() => setTime({ kind: 'all' })}>
              Search all data
            </Button>
          )}
        </>
      }
    >
      {query !== ''
        ? `Nothing ${when} matches the query.`
        : neverSeen
          ? `No ${titleOf(catalog.datasets, dataset)} has been seen in what is stored.`
          : `Nothing of this kind happened ${when}.`}
    </EmptyNotice>
  );
}
