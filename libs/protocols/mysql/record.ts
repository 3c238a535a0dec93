import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import { withoutPasswords, withoutQuotation } from '../sdk/sql-passwords.ts';
import { operationOf } from '../sdk/sql-text.ts';
import type { Command, Session } from './command.ts';

/** Each field is written by its name as it stands, not through a variable: to V8 a record whose fields come from variables is a dictionary, slow to write out. */
export function buildRecord(flow: FlowContext, command: Command, session: Session): TrafficRecord {
  const record = flow.newRecord('mysql', command.ordinal, command.start, command.end);
  const { user, database, program } = session;
  record['db.system.name'] = 'mysql';
  record['mysql.command'] = command.name;
  if (user !== undefined) record['db.user'] = user;
  if (database !== undefined) record['db.namespace'] = database;
  if (program !== undefined) record['mysql.program_name'] = program;
  const { statement } = command;
  if (statement !== undefined) {
    record['db.query.text'] = withoutPasswords(statement.text, 'mysql');
    const operation = operationOf(statement.text, 'mysql');
    if (operation !== undefined) record['db.operation.name'] = operation;
    if (statement.isTruncated) record['mysql.query.truncated'] = true;
  }
  record['event.outcome'] = command.outcome;
  if (command.hasRows) record['db.response.returned_rows'] = command.rows;
  if (command.affected !== undefined) record['db.response.affected_rows'] = command.affected;
  if (command.errorCode !== undefined) record['db.response.status_code'] = String(command.errorCode);
  if (command.message !== undefined) record['error.message'] = tellable(command, command.message);
  if (command.warnings > 0) record['mysql.warnings'] = command.warnings;
  if (command.plugin !== undefined) record['mysql.authentication_plugin'] = command.plugin;
  if (command.compression !== undefined) record['mysql.compression'] = command.compression;
  if (command.serverVersion !== undefined) record['mysql.server_version'] = command.serverVersion;
  if (command.connectionId !== undefined) record['mysql.connection_id'] = command.connectionId;
  if (command.fileName !== undefined) {
    record['mysql.local_file.name'] = command.fileName;
    record['mysql.local_file.size'] = command.fileBytes;
  }
  return record;
}

/** ER_PARSE_ERROR, and ER_UNKNOWN_ERROR of servers that have no other number for it, quote the statement from where it went wrong. */
const quotingErrors: readonly unknown[] = [1064, 1105];

function tellable({ errorCode, statement }: Command, message: string): string {
  const mayQuote = quotingErrors.includes(errorCode) && statement !== undefined;
  return mayQuote && withoutPasswords(statement.text, 'mysql') !== statement.text ? withoutQuotation(message) : message;
}
