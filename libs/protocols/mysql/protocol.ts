/** Capabilities that change what packets look like (MySQL client/server protocol, "Capabilities Flags"). */
export const Capability = {
  connectWithDb: 0x8,
  compress: 0x20,
  protocol41: 0x200,
  ssl: 0x800,
  secureConnection: 0x8000,
  pluginAuth: 0x8_0000,
  connectAttributes: 0x10_0000,
  pluginAuthLength: 0x20_0000,
  sessionTrack: 0x80_0000,
  deprecateEof: 0x100_0000,
  optionalMetadata: 0x200_0000,
  zstd: 0x400_0000,
  queryAttributes: 0x800_0000,
} as const;

/** MariaDB's own, in the last 4 octets of the filler; valid where the first bit of the others (CLIENT_LONG_PASSWORD) is not set. */
export const MariadbCapability = { cacheMetadata: 0x10 } as const;
export const longPassword = 1;

export const Status = { moreResults: 0x8, cursorExists: 0x40, sessionStateChanged: 0x4000 } as const;

/** First octets of packets that a server answers with. */
export const Answer = { ok: 0x00, more: 0x01, localFile: 0xfb, eof: 0xfe, error: 0xff } as const;

/** An EOF packet is shorter than this; a row may begin with the same octet, the length of a very long value. */
export const eofLimit = 9;
/** The body of a packet that another continues. */
export const fullPacket = 0xff_ffff;

export const CommandCode = {
  quit: 0x01,
  initDb: 0x02,
  query: 0x03,
  fieldList: 0x04,
  statistics: 0x09,
  processInfo: 0x0a,
  changeUser: 0x11,
  binlogDump: 0x12,
  tableDump: 0x13,
  statementPrepare: 0x16,
  statementExecute: 0x17,
  statementSendLongData: 0x18,
  statementClose: 0x19,
  statementReset: 0x1a,
  statementFetch: 0x1c,
  binlogDumpGtid: 0x1e,
  mariadbBulkExecute: 0xfa,
} as const;

const commandNames = new Map<number, string>([
  [0x00, 'sleep'],
  [CommandCode.quit, 'quit'],
  [CommandCode.initDb, 'init_db'],
  [CommandCode.query, 'query'],
  [CommandCode.fieldList, 'field_list'],
  [0x05, 'create_db'],
  [0x06, 'drop_db'],
  [0x07, 'refresh'],
  [0x08, 'shutdown'],
  [CommandCode.statistics, 'statistics'],
  [CommandCode.processInfo, 'process_info'],
  [0x0b, 'connect'],
  [0x0c, 'process_kill'],
  [0x0d, 'debug'],
  [0x0e, 'ping'],
  [0x0f, 'time'],
  [0x10, 'delayed_insert'],
  [CommandCode.changeUser, 'change_user'],
  [CommandCode.binlogDump, 'binlog_dump'],
  [CommandCode.tableDump, 'table_dump'],
  [0x14, 'connect_out'],
  [0x15, 'register_slave'],
  [CommandCode.statementPrepare, 'statement_prepare'],
  [CommandCode.statementExecute, 'statement_execute'],
  [CommandCode.statementSendLongData, 'statement_send_long_data'],
  [CommandCode.statementClose, 'statement_close'],
  [CommandCode.statementReset, 'statement_reset'],
  [0x1b, 'set_option'],
  [CommandCode.statementFetch, 'statement_fetch'],
  [0x1d, 'daemon'],
  [CommandCode.binlogDumpGtid, 'binlog_dump_gtid'],
  [0x1f, 'reset_connection'],
  [0x20, 'clone'],
  [CommandCode.mariadbBulkExecute, 'statement_bulk_execute'],
]);

/** Undefined for an octet that is no command. */
export const commandName = (code: number): string | undefined => commandNames.get(code);

/** A length of three octets, little-endian, as headers of packets have it. */
export const readLength = (bytes: Uint8Array, at: number): number => bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
