import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** packet(7). The answer is two 32-bit numbers, packets and drops since it was last asked. */
const [solPacket, packetStatistics] = [263, 6] as const;
const answerLength = 8;
const dropsAt = 4;

type GetSocketOption = (descriptor: number, level: number, option: number, value: Uint8Array, length: Uint8Array) => number;

/**
 * Packets that passed the capture's filter and were lost since the kernel's buffer was full: what `tcpdump` reports as dropped by the kernel. The binding to libpcap does not
 * tell, so the packet sockets of this process are asked. On the loopback a packet counts as it leaves and as it arrives.
 */
export class KernelDrops {
  readonly #sockets: readonly number[];
  readonly #ask: GetSocketOption;
  readonly #answer = Buffer.alloc(answerLength);
  readonly #length = Buffer.alloc(4);
  #isOpen = true;
  #count = 0;

  private constructor(sockets: readonly number[], ask: GetSocketOption) {
    this.#sockets = sockets;
    this.#ask = ask;
  }

  /** Of the capture that has just begun, the only one of this process. Undefined where the system or this Node cannot tell. */
  static open(): KernelDrops | undefined {
    const ask = socketOptions();
    const sockets = ask === undefined ? [] : packetSockets();
    return ask === undefined || sockets.length === 0 ? undefined : new KernelDrops(sockets, ask);
  }

  /** So far, for those who count drops by where they happen. */
  counter(): { readonly kernel: number } {
    if (this.#isOpen) this.#askSockets();
    return { kernel: this.#count };
  }

  /** Before the capture ends: its descriptors may be someone else's afterwards. */
  close(): void {
    this.counter();
    this.#isOpen = false;
  }

  #askSockets(): void {
    for (const socket of this.#sockets) {
      this.#length.writeInt32LE(answerLength);
      if (this.#ask(socket, solPacket, packetStatistics, this.#answer, this.#length) === 0)
        this.#count += this.#answer.readUInt32LE(dropsAt);
    }
  }
}

/** getsockopt(2), which Node offers no other way to. */
function socketOptions(): GetSocketOption | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const definition = { arguments: ['int32', 'int32', 'int32', 'pointer', 'pointer'], return: 'int32' } as const;
    return process.getBuiltinModule('node:ffi').dlopen(null, { getsockopt: definition }).functions.getsockopt;
  } catch {
    return undefined;
  }
}

/** Descriptors of this process that are packet sockets: /proc/self/fd names the inodes of all, /proc/self/net/packet those of packet sockets, in its last column. */
function packetSockets(): number[] {
  const rows = readFileSync('/proc/self/net/packet', 'latin1').trim().split('\n').slice(1);
  const targets = new Set(rows.map((row) => `socket:[${row.slice(row.lastIndexOf(' ') + 1)}]`));
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((descriptor) => targets.has(targetOf(descriptor)));
}

/** Empty for the descriptor that the folder itself was read by. */
function targetOf(descriptor: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return '';
  }
}
