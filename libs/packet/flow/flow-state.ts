import { IpProtocol } from '../layers/packet.ts';
import { Word, wordsPerFlow, type FlowSlab } from './flow-slab.ts';
import { historyText } from './history.ts';
import { TcpState, streamBytes } from './tcp-tracker.ts';

/** How a flow opened and ended, in Zeek's words; undefined where they have no meaning (ARP and protocols without sessions). */
export function flowState(slab: FlowSlab, flow: number): string | undefined {
  switch (slab.words[flow * wordsPerFlow + Word.protocol]! & 0xff) {
    case IpProtocol.tcp:
      return tcpFlowState(slab, flow);
    case IpProtocol.udp: {
      const { words } = slab;
      const at = flow * wordsPerFlow + Word.packets;
      if (words[at]! > 0) return words[at + 1]! > 0 ? 'SF' : 'S0';
      return words[at + 1]! > 0 ? 'SHR' : 'OTH';
    }
    case IpProtocol.icmp:
    case IpProtocol.icmpv6:
      return 'OTH';
    default:
      return undefined;
  }
}

function tcpFlowState(slab: FlowSlab, flow: number): string {
  const at = flow * wordsPerFlow + Word.state;
  const source = slab.words[at]! & 0xffff;
  const destination = slab.words[at + 1]! & 0xffff;
  const sourceUnseen = source === TcpState.inactive || source === TcpState.partial;
  const destinationUnseen = destination === TcpState.inactive || destination === TcpState.partial;
  if (destination === TcpState.reset) {
    const opening = source === TcpState.synSent || source === TcpState.synAckSent;
    const nothingSaid = source === TcpState.reset && streamBytes(slab, flow, 0) === 0 && streamBytes(slab, flow, 1) === 0;
    if (opening || nothingSaid) return 'REJ';
    return sourceUnseen ? 'RSTRH' : 'RSTR';
  }
  if (source === TcpState.reset) {
    if (!destinationUnseen) return 'RSTO';
    return isSynThenReset(historyText(slab, flow)) ? 'RSTOS0' : 'OTH';
  }
  if (source === TcpState.closed && destination === TcpState.closed) return 'SF';
  if (source === TcpState.closed) return destinationUnseen ? 'SH' : 'S2';
  if (destination === TcpState.closed) return sourceUnseen ? 'SHR' : 'S3';
  if (source === TcpState.synSent && destination === TcpState.inactive) return 'S0';
  if (source === TcpState.established && destination === TcpState.established) return 'S1';
  return 'OTH';
}

/** The source's SYN, then its RST, with nothing of weight between. */
function isSynThenReset(history: string): boolean {
  const start = history.startsWith('^') ? 1 : 0;
  if (history[start] !== 'S') return false;
  for (let i = start + 1; i < history.length; i++) {
    if (history[i] === 'R') return true;
    if ('HAFGIQ'.includes(history[i]!)) return false;
  }
  return false;
}
