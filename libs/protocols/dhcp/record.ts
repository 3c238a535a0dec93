import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Message } from './message.ts';
import type { Exchange } from './stitcher.ts';

/** Writes the fields of `schema.ts` onto the flow's record. Of several values the last counts. */
export function buildRecord(record: TrafficRecord, exchange: Exchange): void {
  const { messages } = exchange;
  const requests = messages.filter((message) => !message.isReply);
  const replies = messages.filter((message) => message.isReply);
  record['dhcp.transaction_id'] = messages[0]!.transactionId;
  record['dhcp.message_types'] = messages.map((message) => message.type);
  const set = <K extends keyof Message>(field: string, key: K, among: readonly Message[] = messages): void => {
    const value = among.findLast((message) => message[key] !== undefined)?.[key];
    if (value !== undefined) record[field] = value as string | number;
  };
  set('dhcp.client.mac', 'hardware');
  set('dhcp.client.ip', 'clientAddress');
  set('dhcp.client.id', 'clientId', requests);
  set('dhcp.server.ip', 'serverAddress');
  set('dhcp.relay.ip', 'relayAddress');
  set('dhcp.relay.circuit_id', 'relayCircuit');
  set('dhcp.assigned_ip', 'assignedAddress', replies);
  set('dhcp.requested_ip', 'requestedAddress', requests);
  // A client's name is what it calls itself; a server may answer with another.
  set('dhcp.hostname', 'hostname', requests.some((message) => message.hostname !== undefined) ? requests : replies);
  set('dhcp.client_fqdn', 'clientFqdn', requests.some((message) => message.clientFqdn !== undefined) ? requests : replies);
  set('dhcp.domain', 'domain', replies);
  set('dhcp.lease_time', 'leaseTime', replies);
  set('dhcp.vendor_class', 'vendorClass', requests);
  set('dhcp.message', 'message');
  const parameters = requests.findLast((message) => message.parameters !== undefined)?.parameters;
  if (parameters !== undefined) record['dhcp.parameter_request_list'] = [...parameters];
  if (exchange.answered !== undefined && requests.length > 0) {
    const waited = exchange.answered.nanosSince(exchange.start);
    if (waited >= 0 && !messages[0]!.isReply) record['dhcp.response_time'] = waited;
  }
  if (messages.some((message) => message.isCut)) record['dhcp.parse_error'] = 'options cut short';
}
