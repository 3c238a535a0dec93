import type { PortHint, Verdict } from '../sdk/module.ts';

/** Looks at what one side sent first, as the `detect` of a protocol module does, under the same rules. */
export type Detect = (bytes: Uint8Array, start: number, end: number, ports: PortHint) => Verdict;

/** A protocol that is recognised and named in its flow, though nothing parses it. A protocol module of the same name takes its place. */
export interface Signature {
  /** `network.protocols`, lower case. */
  readonly name: string;
  readonly stream?: Detect;
  readonly datagram?: Detect;
  /** What it carries may be any protocol in turn. */
  readonly carriesOthers?: boolean;
}
