import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import { withoutPasswords, withoutQuotation } from '../sdk/sql-passwords.ts';
import { operationOf } from '../sdk/sql-text.ts';
import type { Command, Statement } from './command.ts';

/** Who speaks on the connection, from the startup message on. */
export interface Session {
  user: string | undefined;
  database: string | undefined;
  application: string | undefined;
  serverVersion: string | undefined;
  /** Reads what is sent in the encoding that the client chose. */
  decoder: TextDecoder;
}

/** Each field is written by its name as it stands, not through a variable: to V8 a record whose fields come from variables is a dictionary, slow to write out. */
export function buildRecord(flow: FlowContext, command: Command, session: Session): TrafficRecord {
  const record = flow.newRecord('postgresql', command.ordinal, command.start, command.end);
  const { user, database, application, serverVersion } = session;
  record['db.system.name'] = 'postgresql';
  record['postgresql.message'] = command.kind;
  if (user !== undefined) record['db.user'] = user;
  if (database !== undefined) record['db.namespace'] = database;
  if (application !== undefined) record['postgresql.application_name'] = application;
  if (command.statement !== undefined) putStatement(record, command.statement);
  record['event.outcome'] = command.outcome;
  if (command.hasRows) record['db.response.returned_rows'] = command.rows;
  if (command.affected !== undefined) record['db.response.affected_rows'] = command.affected;
  if (command.code !== undefined) record['db.response.status_code'] = command.code;
  if (command.message !== undefined) record['error.message'] = tellable(command, command.message);
  if (command.authentication !== undefined) record['postgresql.authentication'] = command.authentication;
  if (command.processId !== undefined) record['postgresql.process_id'] = command.processId;
  if (command.copied !== undefined) record['postgresql.copy.bytes'] = command.copied;
  if (command.kind === 'startup' && serverVersion !== undefined) record['postgresql.server_version'] = serverVersion;
  if (command.notices.length > 0) record['postgresql.notices'] = command.notices;
  if (command.isSkipped) record['postgresql.skipped'] = true;
  return record;
}

function putStatement(record: TrafficRecord, { text, name, isTruncated }: Statement): void {
  record['db.query.text'] = withoutPasswords(text, 'postgresql');
  const operation = operationOf(text, 'postgresql');
  if (operation !== undefined) record['db.operation.name'] = operation;
  if (name !== '') record['postgresql.statement'] = name;
  if (isTruncated) record['postgresql.query.truncated'] = true;
}

/** A syntax error quotes the statement from where it went wrong. */
const syntaxError = '42601';

function tellable({ code, statement }: Command, message: string): string {
  const mayQuote = code === syntaxError && statement !== undefined;
  return mayQuote && withoutPasswords(statement.text, 'postgresql') !== statement.text ? withoutQuotation(message) : message;
}
