import type { FieldMap, TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import { flat, joined } from '@orbweaver/kernel/bytes/text.ts';
import { mediaType, readable } from '../http/text.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import { anomalyNames } from './anomalies.ts';
import { addressesOf } from './mail/addresses.ts';
import type { Attachment } from './mail/attachment.ts';
import { decodeWords } from './mail/encoded-words.ts';
import { MailField, type HeadReader } from './mail/head-reader.ts';
import { parseMailDate } from './mail/mail-date.ts';
import type { MailText } from './mail-text.ts';
import type { Reply } from './reply-reader.ts';
import type { Session } from './session.ts';
import type { Transaction } from './transaction.ts';

/** Characters of a header's text that a record holds, and of its encoded form that are decoded. */
const textLimit = 4096;
const encodedLimit = 4 * textLimit;
/** Characters of a file name that a record holds: file systems allow 255. */
const nameLimit = 1024;

/** The record of a transaction, or of a session without one; strings are made here and not before. */
export function buildRecord(flow: FlowContext, session: Session, transaction: Transaction | undefined): TrafficRecord {
  const { start, end } = transaction ?? session;
  const record = flow.newRecord('smtp', transaction?.ordinal ?? 0, start, end);
  const { variant, helo, greeting } = session;
  if (isText(variant)) record['smtp.protocol'] = variant;
  if (isText(helo)) record['smtp.helo'] = helo;
  if (isText(greeting?.text)) record['smtp.greeting'] = greeting.text;
  record['smtp.tls'] = session.isTls;
  // Of a session whose beginning, or something in it, was not seen "not signed in" cannot be said.
  if (session.isSignedIn || (greeting !== undefined && !session.mayHaveSignedIn)) record['smtp.authenticated'] = session.isSignedIn;
  if (transaction === undefined) putSession(record, session);
  else putTransaction(record, session, transaction);
  return record;
}

function putSession(record: TrafficRecord, session: Session): void {
  const { lastReply } = session;
  if (lastReply !== undefined) record['smtp.last_reply'] = lineOf(lastReply);
  record['event.outcome'] = session.isTls ? 'success' : session.lastCode >= 400 ? 'failure' : 'unknown';
  putAnomalies(record, session.anomalies);
}

function putTransaction(record: TrafficRecord, session: Session, transaction: Transaction): void {
  const { text, lastReply, isTaken } = transaction;
  if (transaction.from !== undefined) record['smtp.mail_from'] = transaction.from;
  if (transaction.recipients.size > 0) record['smtp.rcpt_to'] = [...transaction.recipients];
  if (transaction.refused.size > 0) record['smtp.refused_rcpt_to'] = [...transaction.refused];
  if (transaction.recipientCount > 0) record['smtp.rcpt_count'] = transaction.recipientCount;
  if (lastReply !== undefined) record['smtp.last_reply'] = lineOf(lastReply);
  const isFailure = isTaken === false || (isTaken === undefined && lastReply !== undefined && lastReply.code >= 400);
  record['event.outcome'] = isTaken === true ? 'success' : isFailure ? 'failure' : 'unknown';
  if (text !== undefined) putText(record, text);
  putAnomalies(record, session.anomalies | transaction.anomalies | (text?.anomalies ?? 0));
}

function putAnomalies(record: TrafficRecord, anomalies: number): void {
  if (anomalies !== 0) record['smtp.anomalies'] = anomalyNames(anomalies);
}

/** `250 2.0.0 Ok: queued as 1E2891CA025`. */
const lineOf = ({ code, text }: Reply): string => (text === '' ? `${code}` : joined(`${code}`, ' ', text));

function putText(record: TrafficRecord, text: MailText): void {
  record['smtp.message.bytes'] = text.bytes;
  if (text.isTruncated) record['smtp.message.truncated'] = true;
  if (text.missed > 0) record['flow.missed_bytes'] = text.missed;
  if (text.kept !== undefined) {
    record['smtp.message.content_id'] = text.kept.id;
    record['smtp.message.kept_bytes'] = text.kept.bytes;
  }
  putHead(record, text.mail.head);
  const { attachments } = text.mail;
  if (attachments.length > 0) record['email.attachments'] = attachments.map(attachmentFields);
}

/** Each field is written by its name as it stands, not through a variable: to V8 a record whose fields come from variables is a dictionary, slow to write out. */
function putHead(record: TrafficRecord, head: HeadReader): void {
  const [from] = addressesIn(head, MailField.from);
  if (from !== undefined) record['email.from.address'] = from;
  const to = addressesIn(head, MailField.to);
  if (to.length > 0) record['email.to.address'] = to;
  const cc = addressesIn(head, MailField.cc);
  if (cc.length > 0) record['email.cc.address'] = cc;
  const [replyTo] = addressesIn(head, MailField.replyTo);
  if (replyTo !== undefined) record['email.reply_to.address'] = replyTo;
  const subject = head.value(MailField.subject);
  if (subject !== undefined) record['email.subject'] = decodedText(subject);
  const id = flat(readable(withoutBrackets(head.value(MailField.messageId) ?? '')).slice(0, textLimit));
  if (id !== '') record['email.message_id'] = id;
  const mailer = decodedText(head.value(MailField.mailer) ?? '');
  if (mailer !== '') record['email.x_mailer'] = mailer;
  const date = parseMailDate(head.value(MailField.date) ?? '');
  if (date !== undefined) record['email.origination_timestamp'] = date;
  const type = mediaType(head.value(MailField.contentType) ?? '')?.slice(0, nameLimit);
  if (type !== undefined) record['email.content_type'] = type;
}

const decodedText = (text: string): string => decodeWords(text.slice(0, encodedLimit)).slice(0, textLimit);

function addressesIn(head: HeadReader, field: MailField): string[] {
  const value = head.value(field);
  return value === undefined ? [] : [...new Set(addressesOf(value))];
}

/** `<id@example.org>`, perhaps with a comment behind it (RFC 5322, section 3.6.4). */
function withoutBrackets(id: string): string {
  const start = id.indexOf('<');
  const end = id.indexOf('>', start + 1);
  return start < 0 || end < 0 ? id : id.slice(start + 1, end);
}

function attachmentFields({ fileName, mimeType, size, digests }: Attachment): FieldMap {
  return {
    ...(fileName === undefined || fileName === '' ? {} : { 'file.name': fileName.slice(0, nameLimit) }),
    'file.mime_type': mimeType.slice(0, nameLimit),
    'file.size': size,
    ...(digests === undefined ? {} : { 'file.hash.sha256': digests.sha256, 'file.hash.md5': digests.md5 }),
  };
}

const isText = (text: string | undefined): text is string => text !== undefined && text !== '';
