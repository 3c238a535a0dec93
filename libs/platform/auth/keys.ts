import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, exportPKCS8, exportSPKI, generateKeyPair, importPKCS8 } from 'jose';
import { createPublicKey } from 'node:crypto';

/** ES256: the newest that `passport-jwt` verifies. */
export const algorithm = 'ES256';

export interface SigningKeys {
  /** Thumbprint of the public key (RFC 7638). */
  readonly kid: string;
  readonly privateKey: CryptoKey;
  /** PEM. */
  readonly publicKey: string;
}

/** The keys of `folder`, made at the first start. Only the owner can read the files; the public key lies beside for processes that check tokens. */
export async function loadOrCreateKeys(folder: string): Promise<SigningKeys> {
  const file = join(folder, 'signing-key.pem');
  const keys = await fromPem(readIfThere(file) ?? (await create(folder, file)), file);
  const published = join(folder, publicKeyFile);
  if (readIfThere(published) !== keys.publicKey) writeFileSync(published, keys.publicKey, { mode: 0o600, flush: true });
  return keys;
}

export const publicKeyFile = 'public-key.pem';

async function create(folder: string, file: string): Promise<string> {
  const pem = await exportPKCS8((await generateKeyPair(algorithm, { extractable: true })).privateKey);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Written beside and renamed: a crash leaves no half a key.
  writeFileSync(`${file}.new`, pem, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return pem;
}

/** Keys that live as long as the process. */
export async function createKeys(): Promise<SigningKeys> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return { privateKey, publicKey: await exportSPKI(publicKey), kid: await calculateJwkThumbprint(await exportJWK(publicKey)) };
}

async function fromPem(pem: string, file: string): Promise<SigningKeys> {
  try {
    const publicKey = createPublicKey(pem);
    return {
      privateKey: await importPKCS8(pem, algorithm),
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      kid: await calculateJwkThumbprint(publicKey.export({ format: 'jwk' }) as Record<string, string>),
    };
  } catch (cause) {
    throw new Error(
      `${file} does not hold a P-256 private key (PKCS #8, PEM); remove it to have a new one made, which signs everybody out`,
      { cause },
    );
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
