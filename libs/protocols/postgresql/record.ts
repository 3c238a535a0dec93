import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import { operationOf, withoutPasswords } from '../sdk/sql-text.ts';
import type { Command } from './command.ts';

/** Who speaks on the connection, from the startup message on. */
export interface Session {
  user: string | undefined;
  database: string | undefined;
  application: string | undefined;
  serverVersion: string | undefined;
}

export function buildRecord(flow: FlowContext, command: Command, session: Session): TrafficRecord {
  const record = flow.newRecord('postgresql', command.ordinal, command.start, command.end);
  record['db.system.name'] = 'postgresql';
  record['postgresql.message'] = command.kind;
  put(record, 'db.user', session.user);
  put(record, 'db.namespace', session.database);
  put(record, 'postgresql.application_name', session.application);
  if (command.statement !== undefined) putStatement(record, command);
  record['event.outcome'] = command.outcome;
  if (command.hasRows) record['db.response.returned_rows'] = command.rows;
  put(record, 'db.response.affected_rows', command.affected);
  put(record, 'db.response.status_code', command.code);
  put(record, 'error.message', command.message);
  put(record, 'postgresql.authentication', command.authentication);
  put(record, 'postgresql.process_id', command.processId);
  put(record, 'postgresql.copy.bytes', command.copied);
  if (command.kind === 'startup') put(record, 'postgresql.server_version', session.serverVersion);
  if (command.notices.length > 0) record['postgresql.notices'] = command.notices;
  if (command.isSkipped) record['postgresql.skipped'] = true;
  return record;
}

function putStatement(record: TrafficRecord, { statement }: Command): void {
  if (statement === undefined) return;
  record['db.query.text'] = withoutPasswords(statement.text);
  put(record, 'db.operation.name', operationOf(statement.text));
  put(record, 'postgresql.statement', statement.name === '' ? undefined : statement.name);
  if (statement.isTruncated) record['postgresql.query.truncated'] = true;
}

function put(record: TrafficRecord, field: string, value: string | number | undefined): void {
  if (value !== undefined) record[field] = value;
}
