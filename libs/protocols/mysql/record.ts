import type { TrafficRecord } from '@orbweaver/contracts/records/record.ts';
import type { FlowContext } from '../sdk/analyzer.ts';
import { operationOf, withoutPasswords } from '../sdk/sql-text.ts';
import type { Command, Session } from './command.ts';

export function buildRecord(flow: FlowContext, command: Command, session: Session): TrafficRecord {
  const record = flow.newRecord('mysql', command.ordinal, command.start, command.end);
  record['db.system.name'] = 'mysql';
  record['mysql.command'] = command.name;
  put(record, 'db.user', session.user);
  put(record, 'db.namespace', session.database);
  put(record, 'mysql.program_name', session.program);
  const { statement } = command;
  if (statement !== undefined) {
    record['db.query.text'] = withoutPasswords(statement.text);
    put(record, 'db.operation.name', operationOf(statement.text));
    if (statement.isTruncated) record['mysql.query.truncated'] = true;
  }
  record['event.outcome'] = command.outcome;
  if (command.hasRows) record['db.response.returned_rows'] = command.rows;
  put(record, 'db.response.affected_rows', command.affected);
  if (command.errorCode !== undefined) record['db.response.status_code'] = String(command.errorCode);
  put(record, 'error.message', command.message);
  if (command.warnings > 0) record['mysql.warnings'] = command.warnings;
  put(record, 'mysql.authentication_plugin', command.plugin);
  put(record, 'mysql.compression', command.compression);
  put(record, 'mysql.server_version', command.serverVersion);
  put(record, 'mysql.connection_id', command.connectionId);
  if (command.fileName !== undefined) {
    record['mysql.local_file.name'] = command.fileName;
    record['mysql.local_file.size'] = command.fileBytes;
  }
  return record;
}

function put(record: TrafficRecord, field: string, value: string | number | undefined): void {
  if (value !== undefined) record[field] = value;
}
