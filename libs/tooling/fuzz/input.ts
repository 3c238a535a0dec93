import { PcapngBlocks } from '@orbweaver/packet/pcap/write/pcapng-writer.ts';
import type { OwnFrame } from '../relations/analysis.ts';
import type { Talk } from './talk.ts';

/** Switches of an analysis that an input is tried with. */
export interface InputOptions {
  readonly hashes: boolean;
  readonly verifyChecksums: boolean;
  readonly flowKeyVlan: boolean;
  readonly keepContent: boolean;
  readonly flowLimit: number;
  /** Bytes. */
  readonly reassemblyLimit: number;
  /** Seconds after which a flow is recorded; 0 for never. */
  readonly activeTimeout: number;
}

export const usualOptions: InputOptions = {
  hashes: true,
  verifyChecksums: false,
  flowKeyVlan: false,
  keepContent: false,
  flowLimit: 1000,
  reassemblyLimit: 1 << 20,
  activeTimeout: 0,
};

/** Something to analyse: frames, or the bytes of a capture file. */
export interface FuzzInput {
  /** What its frames were made of, if nothing was done to them since. */
  readonly talks: readonly Talk[] | undefined;
  readonly frames: readonly OwnFrame[];
  /** In place of the frames. */
  readonly file: Uint8Array | undefined;
  readonly options: InputOptions;
}

/** An input as a capture file: nanoseconds, an interface for each link type. */
export function fileOf(input: FuzzInput): Uint8Array {
  if (input.file !== undefined) return input.file;
  const blocks = new PcapngBlocks();
  const linkTypes = [...new Set(input.frames.map(({ linkType }) => linkType))];
  const parts = [blocks.section(), ...linkTypes.map((linkType) => blocks.interface({ linkType: linkType & 0xffff }))];
  for (const frame of input.frames) parts.push(blocks.packet(frame, linkTypes.indexOf(frame.linkType)));
  return Buffer.concat(parts);
}
