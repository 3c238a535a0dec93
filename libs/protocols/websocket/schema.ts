import type { DatasetSchema, Field } from '@orbweaver/contracts/records/schema.ts';

const side = (name: 'client' | 'server'): Record<string, Field> => ({
  [`websocket.${name === 'client' ? 'source' : 'destination'}.messages`]: {
    type: 'integer',
    label: `Messages of the ${name}`,
    help: `Text and binary messages that the ${name} sent to their end; control frames are not counted.`,
    example: 12,
  },
  [`websocket.${name === 'client' ? 'source' : 'destination'}.bytes`]: {
    type: 'integer',
    unit: 'byte',
    label: `Payload of the ${name}`,
    help: `Octets of payload in the ${name}'s data frames, as they were sent: compressed messages count compressed.`,
    example: 4096,
  },
});

export const schema: DatasetSchema = {
  dataset: 'websocket',
  title: 'WebSocket',
  record: 'one connection, from the upgrade on',
  fields: {
    'url.domain': {
      type: 'keyword',
      label: 'Host',
      help: 'Host that the upgrade asked for, in lower case, without port.',
      example: 'chat.example.com',
    },
    'url.original': { type: 'text', label: 'Target', help: 'Request target of the upgrade as it was sent.', example: '/rooms?id=7' },
    'user_agent.original': { type: 'text', label: 'User agent', help: 'Value of User-Agent of the upgrade.', example: 'Mozilla/5.0' },
    'websocket.subprotocol': {
      type: 'keyword',
      label: 'Subprotocol',
      help: 'The subprotocol that the server chose.',
      example: 'graphql-transport-ws',
    },
    'websocket.client.protocols': {
      type: 'keyword',
      many: true,
      label: 'Subprotocols offered',
      help: 'Subprotocols that the client offered, in its order.',
      example: 'graphql-transport-ws',
    },
    'websocket.client.extensions': {
      type: 'keyword',
      many: true,
      label: 'Extensions offered',
      help: 'Extensions that the client offered, with their parameters.',
      example: 'permessage-deflate; client_max_window_bits',
    },
    'websocket.server.extensions': {
      type: 'keyword',
      many: true,
      label: 'Extensions in use',
      help: 'Extensions that the server agreed to, with their parameters.',
      example: 'permessage-deflate',
    },
    ...side('client'),
    ...side('server'),
    'websocket.close.code': {
      type: 'integer',
      label: 'Close code',
      help: 'Status code of the first close frame that has one.',
      example: 1000,
    },
    'websocket.close.reason': { type: 'text', label: 'Close reason', help: 'Reason beside the close code.', example: 'going away' },
  },
};
