/** Speaks the binary protocol with mysql2, which is installed in the folder that the first argument names. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Connection {
  query(options: string | { sql: string; multipleStatements?: boolean }): Promise<unknown>;
  execute(sql: string, values?: readonly unknown[]): Promise<unknown>;
  unprepare(sql: string): void;
  changeUser(options: Readonly<Record<string, string>>): Promise<void>;
  ping(): Promise<void>;
  end(): Promise<void>;
}

interface Library {
  createConnection(options: Readonly<Record<string, unknown>>): Promise<Connection>;
}

const library = createRequire(join(process.argv[2]!, 'index.js'))('mysql2/promise') as Library;
const as = { host: '127.0.0.1', user: 'weaver', password: 'warp-and-weft', database: 'shop' };
const connection = await library.createConnection({ ...as, multipleStatements: true, connectAttributes: { program_name: 'heddle' } });
const select = 'SELECT id, name FROM goods WHERE id < ?';
await connection.execute(select, [3]);
await connection.execute(select, [0]);
connection.unprepare(select);
await connection.execute('UPDATE goods SET name = ? WHERE id = ?', ['loom', 1]);
await connection.execute('INSERT INTO goods VALUES (?, ?)', [1, 'taken']).catch(() => undefined);
await connection.execute('SELECT nothing FROM goods WHERE id = ?', [1]).catch(() => undefined);
await connection.query('SELECT 1; UPDATE goods SET id = id; SELECT 2');
await connection.execute('CALL twice()');
await connection.changeUser({ user: 'weaver', password: 'warp-and-weft', database: 'store' });
await connection.ping();
await connection.changeUser({ user: 'weaver', password: 'wrong', database: 'store' }).catch(() => undefined);
await connection.end().catch(() => undefined);
process.exit();
