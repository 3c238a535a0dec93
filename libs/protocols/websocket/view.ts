import type { DatasetView } from '@orbweaver/contracts/records/view.ts';

export const view: DatasetView = {
  columns: [
    '@timestamp',
    'source.ip',
    'url.domain',
    'url.original',
    'websocket.subprotocol',
    'websocket.source.messages',
    'websocket.destination.messages',
    'websocket.close.code',
    'event.duration',
  ],
  facets: ['url.domain', 'websocket.subprotocol', 'websocket.close.code', 'source.ip', 'destination.ip', 'websocket.server.extensions'],
  timelineBy: 'websocket.close.code',
  summary:
    '[{url.domain}][{url.original}][ {websocket.subprotocol}][ ↑{websocket.source.messages}][ ↓{websocket.destination.messages}][ closed {websocket.close.code}]',
  sections: [
    {
      kind: 'fields',
      title: 'Upgrade',
      fields: [
        'url.domain',
        'url.original',
        'user_agent.original',
        'websocket.subprotocol',
        'websocket.client.protocols',
        'websocket.client.extensions',
        'websocket.server.extensions',
      ],
    },
    {
      kind: 'fields',
      title: 'Messages',
      fields: [
        'websocket.source.messages',
        'websocket.source.bytes',
        'websocket.destination.messages',
        'websocket.destination.bytes',
        'websocket.close.code',
        'websocket.close.reason',
        'flow.missed_bytes',
      ],
    },
  ],
};
