import { Verdict } from '../sdk/module.ts';

/** Frames have nothing that tells them from other octets; a connection is known by the upgrade that HTTP hands over after. */
export function detect(): Verdict {
  return Verdict.no;
}
