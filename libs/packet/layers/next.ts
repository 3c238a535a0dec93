/**
 * What a layer says comes next: a key into the registry (a space and a number in it), or, below zero, that the packet ends here and how.
 */
export const Space = {
  /** LINKTYPE_ numbers of captures, and what live captures call them. */
  linkType: 0x00000,
  etherType: 0x10000,
  ipProtocol: 0x20000,
  /** PPP Data Link Layer protocol numbers. */
  ppp: 0x30000,
  /** UDP ports that carry tunnels. */
  udpPort: 0x40000,
  /** IEEE 802.2 destination service access points. */
  llc: 0x50000,
  /** 802.11 frames without data: type in the upper, subtype in the lower four bits. It names what is not IP. */
  wlan: 0x60000,
  /** Address families of sockets, where the link header has one. Nothing is registered here either. */
  family: 0x70000,
  /** What follows MPLS labels and is neither IP nor Ethernet: its first four bits. Nothing is registered here either. */
  pseudowire: 0x80000,
  /** Next protocols of NSH. Nothing is registered here either. */
  nsh: 0x90000,
} as const;

/** The part of a key that tells the space. */
export const spaceMask = 0xf0000;

/** Number of keys over all spaces. */
export const keyCount = 0xa0000;

export const Next = {
  /** The packet is decoded to its end. */
  done: -1,
  /** An IP fragment: the decoder asks the fragment table. */
  fragment: -2,
} as const;

const refusalBase = -16;

/** A layer refuses the packet, for `Refusal.x`. */
export function refuse(reason: number): number {
  return refusalBase - reason;
}

/** The `Refusal` behind a layer's answer; below 0 if the answer is no refusal. */
export function refusalOf(next: number): number {
  return refusalBase - next;
}

/** A key that nothing is registered under, for people: `ethertype 0x88cc`. */
export function describeKey(key: number): string {
  const value = key & 0xffff;
  const hex = `0x${value.toString(16).padStart(4, '0')}`;
  switch (key & spaceMask) {
    case Space.linkType:
      return `link type ${value}`;
    case Space.etherType:
      return `ethertype ${hex}`;
    case Space.ipProtocol:
      return `IP protocol ${value}`;
    case Space.ppp:
      return `PPP protocol ${hex}`;
    case Space.udpPort:
      return `UDP port ${value}`;
    case Space.llc:
      return `LLC ${hex}`;
    case Space.pseudowire:
      return `MPLS payload beginning with 0x${value.toString(16)}`;
    case Space.nsh:
      return `NSH protocol ${value}`;
    case Space.family:
      return `address family ${value}`;
    default:
      return `802.11 type ${value >> 4} subtype ${value & 15}`;
  }
}
