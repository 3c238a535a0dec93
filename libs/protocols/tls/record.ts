import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { alertLevelName, alertName } from './names/alerts.ts';
import { cipherSuiteName, groupName } from './names/code-names.ts';
import { draftName, versionName } from './names/versions.ts';
import { Role, type Handshake, type RoleProgress } from './stitcher.ts';

/** Puts everything that a handshake told on its record. What was not seen is absent. */
export function fillRecord(record: TrafficRecord, handshake: Handshake): void {
  putServer(record, handshake);
  putClient(record, handshake);
  putCertificate(record, 'tls.server', handshake.progress[Role.server]);
  putCertificate(record, 'tls.client', handshake.progress[Role.client]);
  putOutcome(record, handshake);
}

function putServer(record: TrafficRecord, { server, curve }: Handshake): void {
  if (server === undefined) return;
  const version = versionName(server.version);
  if (version !== undefined) {
    record['tls.version'] = version.version;
    record['tls.version_protocol'] = version.protocol;
  }
  put(record, 'tls.version_draft', draftName(server.version));
  if (server.cipherSuite >= 0) record['tls.cipher'] = cipherSuiteName(server.cipherSuite);
  const group = server.keyShareGroup >= 0 ? server.keyShareGroup : curve;
  if (group >= 0) record['tls.curve'] = groupName(group);
  put(record, 'tls.next_protocol', server.alpn);
  put(record, 'tls.server.ja3s', server.ja3s);
  if (server.sessionId !== '') record['tls.session_id'] = server.sessionId;
}

function putClient(record: TrafficRecord, { client }: Handshake): void {
  if (client === undefined) return;
  put(record, 'tls.client.server_name', client.serverName);
  put(record, 'tls.client.ja3', client.ja3);
  put(record, 'tls.client.ja4', client.ja4);
  putList(record, 'tls.client.supported_versions', client.versions);
  putList(record, 'tls.client.supported_ciphers', client.cipherSuites);
  putList(record, 'tls.client.supported_groups', client.groups);
  putList(record, 'tls.client.alpn', client.alpn);
  if (client.offersEarlyData) record['tls.client.early_data'] = true;
  if (client.grease) record['tls.client.grease'] = true;
  if (client.encryptedClientHello) record['tls.client.encrypted_client_hello'] = true;
}

function putCertificate(record: TrafficRecord, prefix: 'tls.server' | 'tls.client', { certificate, certificates }: RoleProgress): void {
  if (certificates >= 0) record[`${prefix}.certificate_count`] = certificates;
  if (certificate === undefined) return;
  record[`${prefix}.hash.sha1`] = certificate.sha1;
  record[`${prefix}.hash.sha256`] = certificate.sha256;
  const { facts } = certificate;
  if (facts === undefined) return;
  put(record, `${prefix}.subject`, facts.subject);
  put(record, `${prefix}.issuer`, facts.issuer);
  put(record, `${prefix}.not_before`, facts.notBefore);
  put(record, `${prefix}.not_after`, facts.notAfter);
  put(record, `${prefix}.x509.serial_number`, facts.serialNumber);
  put(record, `${prefix}.x509.signature_algorithm`, facts.signatureAlgorithm);
  put(record, `${prefix}.x509.public_key_algorithm`, facts.keyAlgorithm);
  put(record, `${prefix}.x509.public_key_curve`, facts.keyCurve);
  if (facts.keySize !== undefined) record[`${prefix}.x509.public_key_size`] = facts.keySize;
  if (facts.alternativeNames !== undefined) record[`${prefix}.x509.alternative_names`] = facts.alternativeNames;
}

function putOutcome(record: TrafficRecord, handshake: Handshake): void {
  const [client, server] = handshake.progress;
  const { established, resumption, alert } = handshake;
  // Of a conversation that was seen from one side only, "not established" cannot be said.
  if (established || (client.seen && server.seen)) record['tls.established'] = established;
  if (handshake.server !== undefined) record['tls.resumed'] = resumption !== undefined;
  put(record, 'tls.resumption', resumption);
  if (handshake.retried) record['tls.hello_retry'] = true;
  if (handshake.certificateRequested) record['tls.client.certificate_requested'] = true;
  if (handshake.incomplete) record['tls.incomplete'] = true;
  if (alert === undefined) return;
  record['tls.alert.description'] = alertName(alert.description);
  record['tls.alert.level'] = alertLevelName(alert.level);
  record['tls.alert.sender'] = alert.role === Role.client ? 'client' : 'server';
}

function put(record: TrafficRecord, name: string, value: string | undefined): void {
  if (value !== undefined) record[name] = value;
}

function putList(record: TrafficRecord, name: string, values: readonly string[]): void {
  if (values.length > 0) record[name] = values;
}
