import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { alertLevelName, alertName } from './names/alerts.ts';
import { cipherSuiteName, groupName } from './names/code-names.ts';
import { draftName, versionName } from './names/versions.ts';
import { Role, type Handshake, type RoleProgress } from './stitcher.ts';

/** The one anomaly there is, as a record lists it. */
const answeredWithoutTls: readonly string[] = ['answered-without-tls'];

/**
 * Puts everything that a handshake told on its record. What was not seen is absent; so is whether it succeeded unless the carrier `seesEnd`.
 *
 * Each field is written by its name as it stands, not through a variable: to V8 a record whose fields come from variables is a dictionary, which takes four
 * times as long to read and to write out.
 */
export function fillRecord(record: TrafficRecord, handshake: Handshake, seesEnd: boolean): void {
  putServer(record, handshake);
  putClient(record, handshake);
  putServerCertificate(record, handshake.progress[Role.server]);
  putClientCertificate(record, handshake.progress[Role.client]);
  putOutcome(record, handshake, seesEnd);
}

function putServer(record: TrafficRecord, { server, curve }: Handshake): void {
  if (server === undefined) return;
  const version = versionName(server.version);
  if (version !== undefined) {
    record['tls.version'] = version.version;
    record['tls.version_protocol'] = version.protocol;
  }
  const draft = draftName(server.version);
  if (draft !== undefined) record['tls.version_draft'] = draft;
  if (server.cipherSuite >= 0) record['tls.cipher'] = cipherSuiteName(server.cipherSuite);
  const group = server.keyShareGroup >= 0 ? server.keyShareGroup : curve;
  if (group >= 0) record['tls.curve'] = groupName(group);
  if (server.alpn !== undefined) record['tls.next_protocol'] = server.alpn;
  if (server.ja3s !== undefined) record['tls.server.ja3s'] = server.ja3s;
  if (server.sessionId !== '') record['tls.session_id'] = server.sessionId;
}

function putClient(record: TrafficRecord, { client }: Handshake): void {
  if (client === undefined) return;
  const { profile } = client;
  if (client.serverName !== undefined) record['tls.client.server_name'] = client.serverName;
  if (profile.ja3 !== undefined) record['tls.client.ja3'] = profile.ja3;
  if (profile.ja4 !== undefined) record['tls.client.ja4'] = profile.ja4;
  if (profile.versions.length > 0) record['tls.client.supported_versions'] = profile.versions;
  if (profile.cipherSuites.length > 0) record['tls.client.supported_ciphers'] = profile.cipherSuites;
  if (profile.groups.length > 0) record['tls.client.supported_groups'] = profile.groups;
  if (profile.alpn.length > 0) record['tls.client.alpn'] = profile.alpn;
  if (client.offersEarlyData) record['tls.client.early_data'] = true;
  if (profile.grease) record['tls.client.grease'] = true;
  if (client.encryptedClientHello) record['tls.client.encrypted_client_hello'] = true;
}

function putServerCertificate(record: TrafficRecord, { certificate, certificates }: RoleProgress): void {
  if (certificates >= 0) record['tls.server.certificate_count'] = certificates;
  if (certificate === undefined) return;
  record['tls.server.hash.sha1'] = certificate.sha1;
  record['tls.server.hash.sha256'] = certificate.sha256;
  const { facts } = certificate;
  if (facts === undefined) return;
  if (facts.subject !== undefined) record['tls.server.subject'] = facts.subject;
  if (facts.issuer !== undefined) record['tls.server.issuer'] = facts.issuer;
  if (facts.notBefore !== undefined) record['tls.server.not_before'] = facts.notBefore;
  if (facts.notAfter !== undefined) record['tls.server.not_after'] = facts.notAfter;
  if (facts.serialNumber !== undefined) record['tls.server.x509.serial_number'] = facts.serialNumber;
  if (facts.signatureAlgorithm !== undefined) record['tls.server.x509.signature_algorithm'] = facts.signatureAlgorithm;
  if (facts.keyAlgorithm !== undefined) record['tls.server.x509.public_key_algorithm'] = facts.keyAlgorithm;
  if (facts.keyCurve !== undefined) record['tls.server.x509.public_key_curve'] = facts.keyCurve;
  if (facts.keySize !== undefined) record['tls.server.x509.public_key_size'] = facts.keySize;
  if (facts.alternativeNames !== undefined) record['tls.server.x509.alternative_names'] = facts.alternativeNames;
}

function putClientCertificate(record: TrafficRecord, { certificate, certificates }: RoleProgress): void {
  if (certificates >= 0) record['tls.client.certificate_count'] = certificates;
  if (certificate === undefined) return;
  record['tls.client.hash.sha1'] = certificate.sha1;
  record['tls.client.hash.sha256'] = certificate.sha256;
  const { facts } = certificate;
  if (facts === undefined) return;
  if (facts.subject !== undefined) record['tls.client.subject'] = facts.subject;
  if (facts.issuer !== undefined) record['tls.client.issuer'] = facts.issuer;
  if (facts.notBefore !== undefined) record['tls.client.not_before'] = facts.notBefore;
  if (facts.notAfter !== undefined) record['tls.client.not_after'] = facts.notAfter;
  if (facts.serialNumber !== undefined) record['tls.client.x509.serial_number'] = facts.serialNumber;
  if (facts.signatureAlgorithm !== undefined) record['tls.client.x509.signature_algorithm'] = facts.signatureAlgorithm;
  if (facts.keyAlgorithm !== undefined) record['tls.client.x509.public_key_algorithm'] = facts.keyAlgorithm;
  if (facts.keyCurve !== undefined) record['tls.client.x509.public_key_curve'] = facts.keyCurve;
  if (facts.keySize !== undefined) record['tls.client.x509.public_key_size'] = facts.keySize;
  if (facts.alternativeNames !== undefined) record['tls.client.x509.alternative_names'] = facts.alternativeNames;
}

function putOutcome(record: TrafficRecord, handshake: Handshake, seesEnd: boolean): void {
  const { established, resumption, alert } = handshake;
  // Of a conversation that was seen from one side only, or with holes, "not established" cannot be said.
  if (seesEnd && handshake.isDecided) record['tls.established'] = established;
  if (handshake.isFormKnown) record['tls.resumed'] = handshake.isResumed;
  if (resumption !== undefined) record['tls.resumption'] = resumption;
  if (handshake.retried) record['tls.hello_retry'] = true;
  if (handshake.certificateRequested) record['tls.client.certificate_requested'] = true;
  if (handshake.incomplete || handshake.malformed) record['tls.incomplete'] = true;
  if (handshake.isAnsweredWithoutTls) record['tls.anomalies'] = answeredWithoutTls;
  if (alert === undefined) return;
  record['tls.alert.description'] = alertName(alert.description);
  record['tls.alert.level'] = alertLevelName(alert.level);
  record['tls.alert.sender'] = alert.role === Role.client ? 'client' : 'server';
}
