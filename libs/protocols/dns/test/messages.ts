import { TestFlow } from '../../sdk/test-flow.ts';
import { protocol } from '../module.ts';

export const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** `\3www` and so on: labels of a dotted name. */
export const wire = (name: string): string =>
  name
    .split('.')
    .filter((label) => label !== '')
    .map((label) => Buffer.of(label.length).toString('hex') + Buffer.from(label, 'latin1').toString('hex'))
    .join('') + '00';

/** A query for one name, in hex. */
export const query = (id: string, name: string, type = '0001'): string => `${id} 0100 0001 0000 0000 0000 ${wire(name)} ${type} 0001`;

/** An answer with one A record. */
export const answer = (id: string, name: string, address = 'c0000207', type = '0001'): string =>
  `${id} 8180 0001 0001 0000 0000 ${wire(name)} ${type} 0001 c00c 0001 0001 0000003c 0004 ${address}`;

/** An answer whose one record has this type and data. */
export const answerOf = (type: string, data: string): string =>
  `0001 8180 0001 0001 0000 0000 ${wire('x.test')} ${type} 0001 c00c ${type} 0001 0000003c ${(data.replaceAll(' ', '').length / 2).toString(16).padStart(4, '0')} ${data}`;

export const datagrams = (destinationPort = 53): TestFlow =>
  new TestFlow(protocol, { datagrams: true, sourcePort: 40_000, destinationPort });
export const stream = (): TestFlow => new TestFlow(protocol, { sourcePort: 40_000, destinationPort: 53 });

/** Behind the length that DNS over TCP wants. */
export function framed(hex: string): Buffer {
  const message = bytes(hex);
  return Buffer.concat([Buffer.of(message.length >> 8, message.length & 255), message]);
}
