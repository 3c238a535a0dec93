import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { alertLevelName, alertName } from './names/alerts.ts';
import { cipherSuiteName, groupName } from './names/code-names.ts';
import { draftName, versionName } from './names/versions.ts';
import { Role, type Handshake, type RoleProgress } from './stitcher.ts';

/** Puts everything that a handshake told on its record. What was not seen is absent. */
export function fillRecord(record: TrafficRecord, handshake: Handshake): void {
  putServer(record, handshake);
  putClient(record, handshake);
  putCertificate(record, serverCertificate, handshake.progress[Role.server]);
  putCertificate(record, clientCertificate, handshake.progress[Role.client]);
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

/** Fields of a side's certificate; made once, since a name that is put together for each record costs more than what it names. */
function certificateFields(side: 'server' | 'client') {
  return {
    count: `tls.${side}.certificate_count`,
    sha1: `tls.${side}.hash.sha1`,
    sha256: `tls.${side}.hash.sha256`,
    subject: `tls.${side}.subject`,
    issuer: `tls.${side}.issuer`,
    notBefore: `tls.${side}.not_before`,
    notAfter: `tls.${side}.not_after`,
    serialNumber: `tls.${side}.x509.serial_number`,
    signatureAlgorithm: `tls.${side}.x509.signature_algorithm`,
    keyAlgorithm: `tls.${side}.x509.public_key_algorithm`,
    keyCurve: `tls.${side}.x509.public_key_curve`,
    keySize: `tls.${side}.x509.public_key_size`,
    alternativeNames: `tls.${side}.x509.alternative_names`,
  };
}

const serverCertificate = certificateFields('server');
const clientCertificate = certificateFields('client');
type CertificateFields = typeof serverCertificate;

function putCertificate(record: TrafficRecord, names: CertificateFields, { certificate, certificates }: RoleProgress): void {
  if (certificates >= 0) record[names.count] = certificates;
  if (certificate === undefined) return;
  record[names.sha1] = certificate.sha1;
  record[names.sha256] = certificate.sha256;
  const { facts } = certificate;
  if (facts === undefined) return;
  put(record, names.subject, facts.subject);
  put(record, names.issuer, facts.issuer);
  put(record, names.notBefore, facts.notBefore);
  put(record, names.notAfter, facts.notAfter);
  put(record, names.serialNumber, facts.serialNumber);
  put(record, names.signatureAlgorithm, facts.signatureAlgorithm);
  put(record, names.keyAlgorithm, facts.keyAlgorithm);
  put(record, names.keyCurve, facts.keyCurve);
  if (facts.keySize !== undefined) record[names.keySize] = facts.keySize;
  if (facts.alternativeNames !== undefined) record[names.alternativeNames] = facts.alternativeNames;
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
