import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Bytes of all files together: more is not a built UI, and they are kept in memory. */
const maxBytes = 64 * 2 ** 20;
/** Shorter ones are sent as they are. */
const worthCompressing = 1024;

export interface WebFile {
  readonly type: string;
  readonly etag: string;
  /** The name changes with the content (`index-4f3a9b.js`): it may be kept for ever. */
  readonly immutable: boolean;
  readonly identity: Buffer;
  readonly encoded: Partial<Record<Encoding, Buffer>>;
}

export type Encoding = 'br' | 'gzip';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.map': 'application/json',
};
const compressible = /^(text|application|image\/svg)/;

/** The built UI, read once: by path below `/`. Empty if the folder is not there. Nothing outside of it can be asked for. */
export function readWebFiles(folder: string): Map<string, WebFile> {
  const files = new Map<string, WebFile>();
  if (!existsSync(folder)) return files;
  let total = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    total += statSync(path).size;
    if (total > maxBytes) throw new Error(`${folder} holds more than ${String(maxBytes)} bytes: expected the built UI`);
    const name = `/${relative(folder, path).split(sep).join('/')}`;
    files.set(name, toWebFile(name, type, readFileSync(path)));
  }
  return files;
}

function toWebFile(name: string, type: string, identity: Buffer): WebFile {
  return {
    type,
    identity,
    etag: `"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`,
    immutable: name.startsWith('/assets/'),
    encoded: name !== indexPath && compressible.test(type) && identity.length >= worthCompressing ? compress(identity) : {},
  };
}

export const indexPath = '/index.html';

/** Middle qualities: this happens at every start. */
function compress(bytes: Buffer): Partial<Record<Encoding, Buffer>> {
  return {
    br: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
    gzip: gzipSync(bytes, { level: 6 }),
  };
}
