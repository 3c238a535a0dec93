/** MAC addresses a side, and VLAN tags, that one record names beside the first ones; further ones are left out. */
export const linkLimit = 8;

/** Sets that are remembered, so that flows share them. Beyond it each flow has its own. */
const sharedLimit = 4096;

/** What tells apart in a number of 53 bits which set comes of another one: whose address was added, or a tag. */
const kinds = 4;
const tag = 2;

/**
 * Link addresses (of 48 bits each, by side) and VLAN tags, in the order in which they were added. Never changes: whoever adds to one is given another. Flows on one path through a network
 * were seen with the same ones, so equal sets that come of one empty set are one object.
 */
export class LinkSet {
  readonly macs: readonly [readonly number[], readonly number[]];
  readonly vlans: readonly number[];
  readonly #shared: { count: number };
  #larger: Map<number, LinkSet> | undefined;

  private constructor(macs: LinkSet['macs'], vlans: readonly number[], shared: { count: number }) {
    this.macs = macs;
    this.vlans = vlans;
    this.#shared = shared;
  }

  static empty(): LinkSet {
    return new LinkSet([[], []], [], { count: 0 });
  }

  withMac(side: 0 | 1, mac: number): LinkSet {
    const known = this.macs[side];
    if (known.length === linkLimit || known.includes(mac)) return this;
    return this.#with(mac * kinds + side, () => {
      const macs: LinkSet['macs'] = side === 0 ? [[...known, mac], this.macs[1]] : [this.macs[0], [...known, mac]];
      return new LinkSet(macs, this.vlans, this.#shared);
    });
  }

  withVlan(vlan: number): LinkSet {
    if (this.vlans.length === linkLimit || this.vlans.includes(vlan)) return this;
    return this.#with(vlan * kinds + tag, () => new LinkSet(this.macs, [...this.vlans, vlan], this.#shared));
  }

  /** With the addresses of both sides exchanged. */
  turned(): LinkSet {
    return new LinkSet([this.macs[1], this.macs[0]], this.vlans, this.#shared);
  }

  #with(added: number, make: () => LinkSet): LinkSet {
    const known = this.#larger?.get(added);
    if (known !== undefined) return known;
    const larger = make();
    if (this.#shared.count < sharedLimit) {
      this.#shared.count++;
      (this.#larger ??= new Map()).set(added, larger);
    }
    return larger;
  }
}
