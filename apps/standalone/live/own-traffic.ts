/**
 * A pcap filter that leaves a TCP port out as well. What people do in the pages carries what signs them in, and each look at it would be one more record.
 */
export function withoutPort(filter: string, port: number): string {
  const others = `not tcp port ${String(port)}`;
  return filter.trim() === '' ? others : `(${filter}) and ${others}`;
}
