import { problemOf, type Problem, unreachable } from '@orbweaver/ui/api-client/problem.ts';
import type { Session } from '@orbweaver/ui/api-client/session.ts';
import type { Capture } from '@orbweaver/ui/api-client/types.ts';

export interface RunningUpload {
  readonly done: Promise<Capture>;
  cancel(): void;
}

/** Sends a file and tells how far it is, from 0 to 1. By XMLHttpRequest: `fetch` does not tell about what is sent. */
export function upload(session: Session, file: File, onProgress: (share: number) => void): RunningUpload {
  const request = new XMLHttpRequest();
  const done = session.authorization().then(
    (authorization) =>
      new Promise<Capture>((resolve, reject) => {
        request.open('POST', `/api/v1/captures?name=${encodeURIComponent(file.name)}`);
        request.responseType = 'json';
        request.setRequestHeader('authorization', authorization);
        request.setRequestHeader('content-type', 'application/octet-stream');
        request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total);
        request.onload = () => (request.status < 300 ? resolve(request.response as Capture) : reject(answerOf(request)));
        request.onerror = () => reject(unreachable());
        request.onabort = () => reject(new DOMException('The upload was cancelled.', 'AbortError'));
        request.send(file);
      }),
  );
  return { done, cancel: () => request.abort() };
}

function answerOf(request: XMLHttpRequest): Problem {
  return problemOf(request.status, request.response as unknown);
}
