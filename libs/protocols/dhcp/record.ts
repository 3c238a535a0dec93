import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { Message } from './message.ts';
import type { Exchange } from './stitcher.ts';

/**
 * Writes the fields of `schema.ts` onto the flow's record. Of several values the last counts. Each field is written by its name as it stands, not through a
 * variable: to V8 a record whose fields come from variables is a dictionary, slow to write out.
 */
export function buildRecord(record: TrafficRecord, exchange: Exchange): void {
  const { messages } = exchange;
  const requests = messages.filter((message) => !message.isReply);
  const replies = messages.filter((message) => message.isReply);
  record['dhcp.transaction_id'] = messages[0]!.transactionId;
  record['dhcp.message_types'] = messages.map((message) => message.type);
  const hardware = lastOf(messages, 'hardware');
  if (hardware !== undefined) record['dhcp.client.mac'] = hardware;
  const clientAddress = lastOf(messages, 'clientAddress');
  if (clientAddress !== undefined) record['dhcp.client.ip'] = clientAddress;
  const clientId = lastOf(requests, 'clientId');
  if (clientId !== undefined) record['dhcp.client.id'] = clientId;
  const serverAddress = lastOf(messages, 'serverAddress');
  if (serverAddress !== undefined) record['dhcp.server.ip'] = serverAddress;
  const relayAddress = lastOf(messages, 'relayAddress');
  if (relayAddress !== undefined) record['dhcp.relay.ip'] = relayAddress;
  const relayCircuit = lastOf(messages, 'relayCircuit');
  if (relayCircuit !== undefined) record['dhcp.relay.circuit_id'] = relayCircuit;
  const assignedAddress = lastOf(replies, 'assignedAddress');
  if (assignedAddress !== undefined) record['dhcp.assigned_ip'] = assignedAddress;
  const requestedAddress = lastOf(requests, 'requestedAddress');
  if (requestedAddress !== undefined) record['dhcp.requested_ip'] = requestedAddress;
  // A client's name is what it calls itself; a server may answer with another.
  const hostname = lastOf(requests, 'hostname') ?? lastOf(replies, 'hostname');
  if (hostname !== undefined) record['dhcp.hostname'] = hostname;
  const clientFqdn = lastOf(requests, 'clientFqdn') ?? lastOf(replies, 'clientFqdn');
  if (clientFqdn !== undefined) record['dhcp.client_fqdn'] = clientFqdn;
  const domain = lastOf(replies, 'domain');
  if (domain !== undefined) record['dhcp.domain'] = domain;
  const leaseTime = lastOf(replies, 'leaseTime');
  if (leaseTime !== undefined) record['dhcp.lease_time'] = leaseTime;
  const vendorClass = lastOf(requests, 'vendorClass');
  if (vendorClass !== undefined) record['dhcp.vendor_class'] = vendorClass;
  const message = lastOf(messages, 'message');
  if (message !== undefined) record['dhcp.message'] = message;
  const parameters = requests.findLast((message) => message.parameters !== undefined)?.parameters;
  if (parameters !== undefined) record['dhcp.parameter_request_list'] = [...parameters];
  if (exchange.answered !== undefined && requests.length > 0) {
    const waited = exchange.answered.nanosSince(exchange.start);
    if (waited >= 0 && !messages[0]!.isReply) record['dhcp.response_time'] = waited;
  }
  if (messages.some((message) => message.isCut)) record['dhcp.parse_error'] = 'options cut short';
}

function lastOf<K extends keyof Message>(messages: readonly Message[], key: K): Message[K] | undefined {
  return messages.findLast((message) => message[key] !== undefined)?.[key];
}
