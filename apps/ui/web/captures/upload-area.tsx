import { Dropzone } from '@mantine/dropzone';
import { Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import classes from './captures.module.css';
import { UploadRow } from './upload-row.tsx';
import { useUploads } from './use-uploads.ts';

export function UploadArea() {
  const { uploads, start, dismiss } = useUploads();
  return (
    <>
      <Dropzone
        className={classes.drop}
        onDrop={(files) => files.forEach(start)}
        inputProps={{ 'aria-label': 'Capture files' }}
        aria-label="Add captures"
        multiple
      >
        <div className={classes.dropContent}>
          <IconUpload size={26} stroke={1.5} aria-hidden />
          <div>
            <Text fw={550}>Drop captures here, or click to choose them</Text>
            <Text c="dimmed">pcap and pcapng, plain or compressed with gzip or zstd</Text>
          </div>
        </div>
      </Dropzone>
      {uploads.map((upload) => (
        <UploadRow key={upload.key} upload={upload} onDismiss={() => dismiss(upload.key)} />
      ))}
    </>
  );
}
