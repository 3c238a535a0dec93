import { Button, Group, Modal, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { bodyOf } from '@orbweaver/ui/api-client/client.ts';
import type { Capture } from '@orbweaver/ui/api-client/types.ts';
import { formatCount } from '@orbweaver/ui/format/number.ts';
import { FormProblem } from '../session/form-problem.tsx';
import { useApi } from '../session/services.tsx';

/** Asks before a capture and everything that was read from it goes away. */
export function DeleteCapture({ capture, onClose }: { capture: Capture; onClose: () => void }) {
  const api = useApi();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => bodyOf(api.DELETE('/api/v1/captures/{id}', { params: { path: { id: capture.id } } })),
    onSuccess: () => {
      onClose();
      // Every answer about records may have counted them.
      return queries.invalidateQueries();
    },
  });
  const records = Object.values(capture.records).reduce((sum, count) => sum + count, 0);
  return (
    <Modal opened onClose={onClose} title="Delete this capture?" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Text mb="md">
        <strong>{capture.name}</strong> and the {formatCount(records)} records read from it will be gone for good.
      </Text>
      <FormProblem error={remove.error} />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep it
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          Delete
        </Button>
      </Group>
    </Modal>
  );
}
