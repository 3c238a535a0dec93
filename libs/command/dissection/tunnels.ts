import { mix } from '@orbweaver/packet/flow/flow-key.ts';
import type { Packet } from '@orbweaver/packet/layers/packet.ts';

/** What an inner flow says of the tunnels around it. */
export interface TunnelPath {
  /** From the outside in. */
  readonly names: readonly string[];
  readonly parentId: string;
}

/**
 * Tells tunnels apart. Inner flows of one tunnel share their path, and the outer flow is named by what it carries.
 */
export class Tunnels {
  readonly #kinds = new Map<string, number>();
  /** By flow, of those inside tunnels. */
  readonly #paths = new Map<number, TunnelPath>();
  /** Paths of the flows inside, by the outer flow; gone when that ends. */
  readonly #inside = new Map<number, Map<string, TunnelPath>>();
  /** The outer flow and the name of the last packet that was noted: mostly the next one's too. */
  #lastOuter = -1;
  #lastName = '';

  /** What stands for the kinds of the tunnels around a packet in the flow key: a hash over their names, 0 for none. */
  kindsWith(kinds: number, packet: Packet): number {
    return mix(kinds, this.#kindOf(packet.tunnel!)) >>> 0 || 1;
  }

  /** The identity of those tunnels: of a single one its own, of several a hash. */
  identityWith(kinds: number, identity: number, packet: Packet): number {
    return kinds === 0 ? packet.tunnelKey >>> 0 : mix(mix(identity, kinds), packet.tunnelKey) >>> 0;
  }

  /** Notes that `outer` carries packets in `name`. */
  note(outer: number, name: string, idOf: (flow: number) => string): void {
    if (outer === this.#lastOuter && name === this.#lastName) return;
    this.#lastOuter = outer;
    this.#lastName = name;
    let paths = this.#inside.get(outer);
    if (paths === undefined) this.#inside.set(outer, (paths = new Map<string, TunnelPath>()));
    if (!paths.has(name)) paths.set(name, { names: [...(this.#paths.get(outer)?.names ?? []), ...layersOf(name)], parentId: idOf(outer) });
  }

  /** The path of a flow inside `outer`, which was noted. */
  pathIn(outer: number, name: string): TunnelPath | undefined {
    return this.#inside.get(outer)?.get(name);
  }

  /** A flow begins inside a tunnel. */
  enter(flow: number, path: TunnelPath): void {
    this.#paths.set(flow, path);
  }

  /** The tunnels around a flow; undefined where there is none. */
  pathOf(flow: number): TunnelPath | undefined {
    return this.#paths.get(flow);
  }

  /** Names of what an outer flow carried. */
  carriedBy(flow: number): readonly string[] {
    const paths = this.#inside.size === 0 ? undefined : this.#inside.get(flow);
    return paths === undefined ? [] : [...paths.keys()];
  }

  forget(flow: number): void {
    this.#paths.delete(flow);
    if (this.#inside.size > 0) this.#inside.delete(flow);
    if (flow === this.#lastOuter) this.#lastOuter = -1;
  }

  #kindOf(name: string): number {
    let kind = this.#kinds.get(name);
    if (kind === undefined) {
      kind = 0;
      for (let i = 0; i < name.length; i++) kind = mix(kind, name.charCodeAt(i));
      this.#kinds.set(name, kind);
    }
    return kind;
  }
}

/** ERSPAN travels in GRE. */
function layersOf(name: string): readonly string[] {
  return name === 'erspan' ? ['gre', 'erspan'] : [name];
}
