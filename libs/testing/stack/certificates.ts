import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Certificates of a stack: files in PEM. */
export interface Certificates {
  /** Of the authority that signed the other: what a client has to trust. */
  readonly ca: string;
  /** Of the servers, for 127.0.0.1 and localhost. */
  readonly certificate: string;
  readonly key: string;
  /** Key and certificate in one file. */
  readonly both: string;
}

/** Makes an authority and a certificate of servers with `openssl`; both are good for a week. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const [ca, caKey, certificate, key, both] = ['ca.pem', 'ca.key', 'server.pem', 'server.key', 'both.pem'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string, string];
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '7'];
  await openssl([...make, '-subj', '/CN=orbweaver stack', '-keyout', caKey, '-out', ca]);
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost', '-addext', 'basicConstraints=critical,CA:FALSE'];
  await openssl([...make, '-subj', '/CN=localhost', ...names, '-CA', ca, '-CAkey', caKey, '-keyout', key, '-out', certificate]);
  await writeFile(both, `${await readFile(key, 'utf8')}${await readFile(certificate, 'utf8')}`);
  return { ca, certificate, key, both };
}

async function openssl(args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)('openssl', args);
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim() || (error as Error).message;
    throw new Error(`Certificates for the stack need OpenSSL 3 (openssl): ${said}`, { cause: error });
  }
}
