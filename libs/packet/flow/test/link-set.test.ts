import { describe, expect, it } from 'vitest';
import { LinkSet, linkLimit } from '../link-set.ts';

describe('a set of link addresses', () => {
  it('is_the_same_object_for_all_flows_that_were_seen_with_the_same', () => {
    const empty = LinkSet.empty();
    const set = empty.withMac(0, 0xa).withMac(1, 0xb).withVlan(7);
    expect(set).toMatchObject({ macs: [[0xa], [0xb]], vlans: [7] });
    expect(empty.withMac(0, 0xa).withMac(1, 0xb).withVlan(7)).toBe(set);
    expect(set.withMac(0, 0xa).withVlan(7)).toBe(set);
    expect(set.turned()).toMatchObject({ macs: [[0xb], [0xa]], vlans: [7] });
    expect(empty).toMatchObject({ macs: [[], []], vlans: [] });
  });

  it('holds_a_few', () => {
    let set = LinkSet.empty();
    for (let mac = 0; mac < 2 * linkLimit; mac++) set = set.withMac(1, mac).withVlan(mac);
    const few = Array.from({ length: linkLimit }, (_, i) => i);
    expect(set).toMatchObject({ macs: [[], few], vlans: few });
  });

  it('is_shared_only_as_long_as_there_are_not_too_many', () => {
    const empty = LinkSet.empty();
    const sets = Array.from({ length: 5000 }, (_, mac) => empty.withMac(0, mac));
    const shared = sets.filter((set, mac) => empty.withMac(0, mac) === set);
    expect(shared).toEqual(sets.slice(0, 4096));
    expect(empty.withMac(0, 4999)).toEqual(sets[4999]);
  });
});
