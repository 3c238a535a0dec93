import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayCarryTunnel } from '../peek-tunnel.ts';
import { concat, ethernet, ipv4, plainIpv4, plainIpv6, u16, u32, udp } from './build.ts';
import { decode } from './decode.ts';

const raw = 101;
const ipLength = 20;
const frame = ethernet(0x0800, plainIpv4());
/** An IPv6 packet from Teredo's prefix (RFC 4380, section 2.6). */
const teredo = Uint8Array.from(plainIpv6());
teredo.set([0x20, 0x01, 0, 0], 8);
/** RFC 4380, section 5.1.1. */
const authentication = [0, 1, 2, 3, 1, 2, 1, 2, 3, ...new Uint8Array(9)];
const origin = [0, 0, 0xff, 0xff, 1, 2, 3, 4];

const payloads = [
  concat(u32(0x08000000), u32(0x00123400), frame),
  concat(u16(0), u16(0x6558), u32(0x00123400), frame),
  concat(u16(0x0240), u16(0x6558), u32(0x00123400), u32(1), u32(2), frame),
  teredo,
  concat(origin, teredo),
  concat(authentication, teredo),
  concat(authentication, origin, teredo),
];
const ports = [4789, 8472, 4790, 6081, 2152, 3544, 1701, 4754, 6635, 5072, 443, 12_345, 54_321];

const octet = fc.nat(255);
const datagrams = fc
  .record({
    payload: fc.constantFrom(...payloads),
    ports: fc.tuple(fc.constantFrom(...ports), fc.constantFrom(...ports)),
    changes: fc.array(fc.tuple(fc.nat(48), octet), { maxLength: 2 }),
    cut: fc.nat(40),
    behind: fc.uint8Array({ maxLength: 60 }),
  })
  .map(({ payload, ports, changes, cut, behind }) => {
    const changed = Uint8Array.from(payload.subarray(0, cut < 20 ? payload.length : payload.length - cut));
    for (const [at, value] of changes) if (at < changed.length) changed[at] = value;
    return concat(ipv4({ protocol: 17 }, udp(ports[0], ports[1], changed)), behind);
  });

describe('mayCarryTunnel', () => {
  it('is_true_for_every_datagram_in_which_a_tunnel_is_found', () => {
    let found = 0;
    let plain = 0;
    fc.assert(
      fc.property(datagrams, (packet) => {
        const { packets, innerRefused, innerNotIp } = decode(packet, raw);
        const isTunnel = packets.length > 1 || innerNotIp > 0 || Object.keys(innerRefused).length > 0;
        if (isTunnel) found++;
        const may = mayCarryTunnel(packet, ipLength, packet.length);
        if (!may) plain++;
        expect(isTunnel && !may).toBe(false);
      }),
      { numRuns: 5000 },
    );
    expect(found).toBeGreaterThan(1000);
    expect(plain).toBeGreaterThan(50);
  });

  it.each([
    ['QUIC with a short header', [0x4b, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['QUIC that spins', [0x6b, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['QUIC Initial', [0xc3, 0, 0, 0, 1, 8]],
    ['RTP', [0x80, 0x60, 0, 1]],
    ['DNS', [0x12, 0x34, 1, 0, 0, 1]],
    ['NTP', [0x23, 0, 6, 0xec]],
  ])('is_false_for_%s', (_, begin) => {
    const packet = ipv4({ protocol: 17 }, udp(49_152, 443, concat(begin, new Uint8Array(100))));
    expect(mayCarryTunnel(packet, ipLength, packet.length)).toBe(false);
  });
});
