import type { Capture } from '@orbweaver/ui/api-client/types.ts';
import { saveFile } from '../explore/detail/content/save-file.ts';
import { useApi } from '../session/services.tsx';

/** Saves the file of a capture. It goes through memory, since a link of its own could not carry the access token. */
export function useDownload() {
  const api = useApi();
  return async (capture: Capture): Promise<void> => {
    const { data } = await api.GET('/api/v1/captures/{id}/file', { params: { path: { id: capture.id } }, parseAs: 'arrayBuffer' });
    saveFile(new Uint8Array(data as unknown as ArrayBuffer), capture.name);
  };
}
