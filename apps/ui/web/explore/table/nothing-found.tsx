import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { EmptyNotice } from '../../states/empty-notice.tsx';
import { useExplore } from '../state/explore.tsx';

/** No records: because nothing is stored yet, or because the question is too narrow. */
export function NothingFound() {
  const { query, setQuery, time, setTime } = useExplore();
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
  return (
    <EmptyNotice
      title="No records match"
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
      {query === '' ? 'Nothing of this kind happened in this time.' : 'Nothing in this time matches the query.'}
    </EmptyNotice>
  );
}
