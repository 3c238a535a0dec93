import { describe, expect, it } from 'vitest';
import { Side } from '../analyzer.ts';
import { detectionLimit, Verdict, type PortHint, type ProtocolModule } from '../module.ts';
import { portsOf, type RecognisedConversation } from './replay.ts';
import { Random } from './random.ts';

const rounds = 4000;

type Detector = NonNullable<ProtocolModule['stream'] | ProtocolModule['datagram']>;

/** What is asked of `detect`: patient with a beginning, blind to what stands beside it, not fooled by noise. */
export function describeDetection(protocol: ProtocolModule, conversations: readonly RecognisedConversation[]): void {
  if (protocol.stream === undefined && protocol.datagram === undefined) return;
  describe('detection', () => {
    if (protocol.stream !== undefined) {
      const detector = protocol.stream;
      it('no_beginning_of_a_recognised_stream_is_refused', () => {
        for (const [bytes, ports] of beginnings(conversations)) expect(firstRefusal(detector, bytes, ports)).toBe(-1);
      });
    }

    for (const detector of [protocol.stream, protocol.datagram]) {
      if (detector === undefined) continue;
      const kind = detector === protocol.stream ? 'stream' : 'datagram';
      it(`random_bytes_are_not_recognised_as_a_${kind}`, () => {
        const random = new Random(1);
        const ports = portsOfFirst(conversations);
        for (let round = 0; round < rounds; round++) {
          const bytes = random.bytes(1 + random.below(120));
          const verdict = detector.detect(bytes, 0, bytes.length, ports);
          expect(verdict === Verdict.no || verdict === Verdict.needMore, `round ${round}: ${Buffer.from(bytes).toString('hex')}`).toBe(
            true,
          );
        }
      });
    }
  });
}

/** Both sides' first bytes of each conversation over a stream that the detector says yes to. */
function beginnings(conversations: readonly RecognisedConversation[]): [Uint8Array, PortHint][] {
  return conversations
    .filter((conversation) => conversation.transport === 'tcp')
    .flatMap((conversation) =>
      [Side.source, Side.destination].map((side): [Uint8Array, PortHint] => {
        const parts = conversation.steps.flatMap((step) => (step.kind === 'data' && step.side === side ? [step.bytes] : []));
        return [Buffer.concat(parts).subarray(0, detectionLimit), portsOf(conversation, side)];
      }),
    );
}

/** Length of the first beginning that is refused although a longer one is recognised, or -1. */
function firstRefusal(detector: Detector, bytes: Uint8Array, ports: PortHint): number {
  let refused = -1;
  for (let length = 1; length <= bytes.length; length++) {
    const verdict = verdictBetween(detector, bytes.subarray(0, length), ports);
    if (verdict === Verdict.no) refused = refused < 0 ? length : refused;
    else if (verdict !== Verdict.needMore) return refused;
  }
  return -1;
}

/** The verdict, which must be the same whatever stands around the bytes. */
function verdictBetween(detector: Detector, bytes: Uint8Array, ports: PortHint): Verdict {
  const verdicts = [0x00, 0x47].map((filler) => {
    const buffer = new Uint8Array(bytes.length + 32).fill(filler);
    buffer.set(bytes, 16);
    return detector.detect(buffer, 16, 16 + bytes.length, ports);
  });
  expect(verdicts[1], 'the verdict depends on bytes outside the range').toBe(verdicts[0]);
  return verdicts[0]!;
}

function portsOfFirst(conversations: readonly RecognisedConversation[]): PortHint {
  const first = conversations[0];
  return first === undefined ? { senderPort: 50_000, receiverPort: 50_001 } : portsOf(first, Side.source);
}
