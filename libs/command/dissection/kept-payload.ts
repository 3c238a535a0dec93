import { Side } from '@orbweaver/protocols/sdk/analyzer.ts';
import type { ContentKind, ContentWriter } from '@orbweaver/protocols/sdk/content.ts';
import { nothingKept, type FlowFindings } from './findings.ts';

/** The payload of a flow that its policy keeps. */
export class KeptPayload {
  #source: ContentWriter | undefined;
  #destination: ContentWriter | undefined;

  private constructor(source: ContentWriter | undefined, destination: ContentWriter | undefined) {
    this.#source = source;
    this.#destination = destination;
  }

  /** Undefined if nothing is kept. */
  static open(host: { keep(kind: ContentKind): ContentWriter | undefined }): KeptPayload | undefined {
    const source = host.keep('source.payload');
    const destination = host.keep('destination.payload');
    return source === undefined && destination === undefined ? undefined : new KeptPayload(source, destination);
  }

  append(side: Side, bytes: Uint8Array, start: number, end: number): void {
    (side === Side.source ? this.#source : this.#destination)?.append(bytes, start, end);
  }

  /** Called once. */
  finish(): FlowFindings['payload'] {
    const [source, destination] = [this.#source?.finish(), this.#destination?.finish()];
    return source === undefined && destination === undefined ? nothingKept : [source, destination];
  }

  turnRound(): void {
    [this.#source, this.#destination] = [this.#destination, this.#source];
  }
}
