import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Gate } from './gate.ts';

interface Cost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP's first choice for scrypt: N = 2^17, r = 8, p = 1, which takes 128 MiB and some 300 ms. */
export const owaspCost: Cost = { logN: 17, r: 8, p: 1 };
const keyBytes = 32;
const saltBytes = 16;

/** Each takes 128 MiB: so many at a time, so many waiting; more are turned away. */
const gate = new Gate(2, 32);

/** Makes and checks what is stored of a password. Both reject with a `GateFullError` when too many are being computed. */
export class Passwords {
  private readonly cost: Cost;
  /** Nobody's password: of the same cost as a real one. */
  private readonly nobody: string;

  constructor(cost: Cost = owaspCost) {
    this.cost = cost;
    this.nobody = format(cost, Buffer.alloc(saltBytes), Buffer.alloc(keyBytes));
  }

  /** The password as it is stored: `scrypt$17$8$1$<salt>$<key>`, base64url. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    return format(this.cost, salt, await derive(password, salt, this.cost, keyBytes));
  }

  /**
   * Whether the password is the stored one. Without a stored one it does the same work and says no: how long it takes does not tell whether
   * there is such a user.
   */
  async verify(password: string, stored: string | undefined): Promise<boolean> {
    const { salt, key, parameters } = parse(stored ?? this.nobody);
    const derived = await derive(password, salt, parameters, key.length);
    return timingSafeEqual(derived, key) && stored !== undefined;
  }
}

function format({ logN, r, p }: Cost, salt: Buffer, key: Buffer): string {
  return ['scrypt', logN, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

function parse(stored: string): { salt: Buffer; key: Buffer; parameters: Cost } {
  const [scheme, logN, r, p, salt, key] = stored.split('$');
  if (scheme !== 'scrypt' || salt === undefined || key === undefined)
    throw new Error('the stored password is not in the form scrypt$N$r$p$salt$key');
  return {
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
    parameters: { logN: Number(logN), r: Number(r), p: Number(p) },
  };
}

function derive(password: string, salt: Buffer, { logN, r, p }: Cost, length: number): Promise<Buffer> {
  const N = 2 ** logN;
  return gate.pass(
    () =>
      new Promise((resolve, reject) => {
        // NFKC: the same password typed on another keyboard gives the same bytes.
        scrypt(password.normalize('NFKC'), salt, length, { N, r, p, maxmem: 256 * N * r }, (error, key) => {
          if (error === null) resolve(key);
          else reject(error);
        });
      }),
  );
}
