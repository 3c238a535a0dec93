import { createRequire } from 'node:module';

/** The part of the package `cap` (a binding to libpcap) that is used. It tells neither the time nor the wire length of a packet. */
export interface Cap {
  /** Packets are written into `buffer` one after the other. Returns the name of the link type. */
  open(device: string, filter: string, kernelBuffer: number, buffer: Buffer): string;
  on(event: 'packet', listener: (length: number, truncated: boolean) => void): void;
  close(): void;
}

export interface CapModule {
  Cap: (new () => Cap) & { deviceList(): { name: string; description?: string; flags?: string }[] };
}

/** Throws with what to do if the package was not compiled. */
export function loadCap(): CapModule {
  try {
    return createRequire(import.meta.url)('cap') as CapModule;
  } catch (cause) {
    throw new Error(
      'live capture needs the package "cap", which is not compiled for this Node: install libpcap-dev and g++, then run npm start again (everything else works without it)',
      { cause },
    );
  }
}

/** LINKTYPE_ numbers by the names that `cap` gives. */
export const linkTypes: Readonly<Record<string, number>> = {
  NULL: 0,
  ETHERNET: 1,
  RAW: 101,
  LINKTYPE_LINUX_SLL: 113,
  IEEE802_11_RADIO: 127,
};

/** Says what is missing where libpcap only says that something is. */
export function explainOpenError(error: unknown, device: string, known: readonly string[]): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/permission|not permitted/i.test(text))
    return (
      `capturing from ${device} needs the right CAP_NET_RAW, which this process does not have. Run it as root, or give the right to this Node: ` +
      `sudo setcap cap_net_raw,cap_net_admin+ep ${process.execPath}`
    );
  if (/no such device|doesn't exist/i.test(text)) return `there is no network interface ${device}; there are: ${known.join(', ')}`;
  if (/syntax error|parse|expression/i.test(text)) return `the capture filter is not a pcap filter: ${text}`;
  return `cannot capture from ${device}: ${text}`;
}
