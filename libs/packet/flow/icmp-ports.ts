import { IpProtocol } from '../layers/packet.ts';

/** What stands for ports in an ICMP flow and in its Community ID. */
export interface IcmpPorts {
  /** The type that answers this one or, if none does, the code. */
  readonly counterpart: number;
  /** True for a message without answer: it makes a flow of its own, in its direction. */
  readonly oneWay: boolean;
}

/** Types that ask and types that answer, as the Community ID specification pairs them. */
const pairs4: readonly (readonly [number, number])[] = [
  [8, 0], // echo
  [13, 14], // timestamp
  [15, 16], // information
  [10, 9], // router solicitation and advertisement
  [17, 18], // address mask
];
const pairs6: readonly (readonly [number, number])[] = [
  [128, 129], // echo
  [133, 134], // router solicitation and advertisement
  [135, 136], // neighbour solicitation and advertisement
  [130, 131], // multicast listener query and report
  [139, 140], // node information
  [144, 145], // home agent address discovery
];

const answers4 = tableOf(pairs4);
const answers6 = tableOf(pairs6);

const made = new Map<number, IcmpPorts>();

/** `protocol` is ICMP's or ICMPv6's IP protocol number. */
export function icmpPorts(protocol: number, type: number, code: number): IcmpPorts {
  const key = (protocol << 16) | (type << 8) | code;
  let ports = made.get(key);
  if (ports === undefined) {
    const answer = (protocol === IpProtocol.icmp ? answers4 : answers6)[type]!;
    ports = answer < 0 ? { counterpart: code, oneWay: true } : { counterpart: answer, oneWay: false };
    made.set(key, ports);
  }
  return ports;
}

function tableOf(pairs: readonly (readonly [number, number])[]): Int16Array {
  const table = new Int16Array(256).fill(-1);
  for (const [ask, answer] of pairs) {
    table[ask] = answer;
    table[answer] = ask;
  }
  return table;
}
