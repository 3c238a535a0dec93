import { ActionIcon, Progress, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { Problem } from '@orbweaver/ui/api-client/problem.ts';
import { formatBytes } from '@orbweaver/ui/format/bytes.ts';
import classes from './captures.module.css';
import type { Upload } from './use-uploads.ts';

export function UploadRow({ upload, onDismiss }: { upload: Upload; onDismiss: () => void }) {
  const { name, bytes, share, error, cancel } = upload;
  return (
    <div className={classes.upload} role={error ? 'alert' : 'status'}>
      <div className={classes.uploadText}>
        <Text className="truncate" fw={500}>
          {name}
        </Text>
        {error ? (
          <Text className={classes.bad}>
            {error instanceof Problem ? `${error.title}: ` : ''}
            {error.message}
          </Text>
        ) : (
          <Text c="dimmed">
            {formatBytes(bytes * share)} of {formatBytes(bytes)} sent
          </Text>
        )}
      </div>
      {!error && <Progress value={share * 100} w={200} size="sm" aria-label={`Upload of ${name}`} />}
      <ActionIcon aria-label={error ? `Dismiss ${name}` : `Cancel the upload of ${name}`} onClick={error ? onDismiss : cancel}>
        <IconX size={16} />
      </ActionIcon>
    </div>
  );
}
