import { joined } from '@orbweaver/kernel/bytes/text.ts';
import { IpProtocolNumber } from './ip-protocols.ts';

/** A type's name, and those of its codes where these tell more. */
type Named = readonly [name: string, ...codes: readonly string[]];

/** IANA, "Internet Control Message Protocol (ICMP) Parameters"; an echo is called a request as in version 6. */
const names4: Readonly<Record<number, Named>> = {
  0: ['echo reply'],
  3: [
    'destination unreachable',
    'net unreachable',
    'host unreachable',
    'protocol unreachable',
    'port unreachable',
    'fragmentation needed',
    'source route failed',
    'destination network unknown',
    'destination host unknown',
    'source host isolated',
    'network administratively prohibited',
    'host administratively prohibited',
    'network unreachable for type of service',
    'host unreachable for type of service',
    'communication administratively prohibited',
    'host precedence violation',
    'precedence cutoff in effect',
  ],
  4: ['source quench'],
  5: ['redirect', 'network', 'host', 'type of service and network', 'type of service and host'],
  8: ['echo request'],
  9: ['router advertisement'],
  10: ['router solicitation'],
  11: ['time exceeded', 'in transit', 'fragment reassembly'],
  12: ['parameter problem', 'pointer indicates the error', 'missing a required option', 'bad length'],
  13: ['timestamp'],
  14: ['timestamp reply'],
  15: ['information request'],
  16: ['information reply'],
  17: ['address mask request'],
  18: ['address mask reply'],
  30: ['traceroute'],
  40: ['photuris'],
  42: ['extended echo request'],
  43: ['extended echo reply'],
};

/** IANA, "Internet Control Message Protocol version 6 (ICMPv6) Parameters". */
const names6: Readonly<Record<number, Named>> = {
  1: [
    'destination unreachable',
    'no route to destination',
    'communication administratively prohibited',
    'beyond scope of source address',
    'address unreachable',
    'port unreachable',
    'source address failed policy',
    'reject route to destination',
    'error in source routing header',
    'headers too long',
  ],
  2: ['packet too big'],
  3: ['time exceeded', 'in transit', 'fragment reassembly'],
  4: ['parameter problem', 'erroneous header field', 'unrecognized next header', 'unrecognized option'],
  128: ['echo request'],
  129: ['echo reply'],
  130: ['multicast listener query'],
  131: ['multicast listener report'],
  132: ['multicast listener done'],
  133: ['router solicitation'],
  134: ['router advertisement'],
  135: ['neighbor solicitation'],
  136: ['neighbor advertisement'],
  137: ['redirect'],
  138: ['router renumbering'],
  139: ['node information query'],
  140: ['node information response'],
  141: ['inverse neighbor discovery solicitation'],
  142: ['inverse neighbor discovery advertisement'],
  143: ['version 2 multicast listener report'],
  144: ['home agent address discovery request'],
  145: ['home agent address discovery reply'],
  146: ['mobile prefix solicitation'],
  147: ['mobile prefix advertisement'],
  148: ['certification path solicitation'],
  149: ['certification path advertisement'],
  151: ['multicast router advertisement'],
  152: ['multicast router solicitation'],
  153: ['multicast router termination'],
  155: ['rpl control'],
  157: ['duplicate address request'],
  158: ['duplicate address confirmation'],
  160: ['extended echo request'],
  161: ['extended echo reply'],
};

/** What a message is called by its type and code: `destination unreachable (port unreachable)`; undefined where its type has no name. */
export function messageName(ipProtocol: number, type: number, code: number): string | undefined {
  const named = (ipProtocol === IpProtocolNumber.icmpv6 ? names6 : names4)[type];
  if (named === undefined) return undefined;
  const detail = named[code + 1];
  return detail === undefined ? named[0] : joined(named[0], ' (', detail, ')');
}
