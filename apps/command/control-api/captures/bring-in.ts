import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Imports } from '@orbweaver/command/imports/imports.ts';
import { ReceiveError } from '@orbweaver/command/imports/receive-error.ts';
import type { Logger } from '@orbweaver/platform/service/logger.ts';

/** Imports files of this machine, one after the other; says of each that cannot be why, and goes on. */
export async function bringIn(imports: Imports, files: readonly string[], by: string, log: Logger): Promise<void> {
  for (const file of files) {
    try {
      const { size } = await stat(file);
      const { name } = await imports.receive(basename(file), by, createReadStream(file), size);
      log.info({ capture: name, bytes: size }, 'import queued');
    } catch (error) {
      if (error instanceof ReceiveError && error.problem === 'known') log.info({ file }, error.message);
      else log.error({ file }, `${file} is not imported: ${reasonOf(error)}`);
    }
  }
}

function reasonOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a directory, expected a capture file';
    case 'EACCES':
    case 'EPERM':
      return 'there is no permission to read it';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
