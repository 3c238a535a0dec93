import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useServices } from '../session/services.tsx';
import { upload } from './upload.ts';

export interface Upload {
  readonly key: number;
  readonly name: string;
  readonly bytes: number;
  /** Sent so far, from 0 to 1. */
  readonly share: number;
  readonly error?: Error;
  readonly cancel: () => void;
}

let nextKey = 1;

/** Uploads on their way, and those that failed until they are dismissed. One that is done is a capture and stands in the list. */
export function useUploads() {
  const { session } = useServices();
  const queries = useQueryClient();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);

  const dismiss = useCallback((key: number) => setUploads((all) => all.filter((one) => one.key !== key)), []);
  const start = useCallback(
    (file: File) => {
      const key = nextKey++;
      const change = (part: Partial<Upload>) => setUploads((all) => all.map((one) => (one.key === key ? { ...one, ...part } : one)));
      const running = upload(session, file, (share) => change({ share }));
      setUploads((all) => [...all, { key, name: file.name, bytes: file.size, share: 0, cancel: running.cancel }]);
      running.done.then(
        async () => {
          await queries.invalidateQueries({ queryKey: ['captures'] });
          dismiss(key);
        },
        (error: Error) => (error.name === 'AbortError' ? dismiss(key) : change({ error })),
      );
    },
    [session, queries, dismiss],
  );
  return { uploads, start, dismiss };
}
