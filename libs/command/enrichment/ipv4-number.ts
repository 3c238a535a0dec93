const [dot, zero, nine] = [0x2e, 0x30, 0x39] as const;

/** The 32 bits of an IPv4 address as records write it; -1 for another text. */
export function ipv4Number(address: string): number {
  let value = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i <= address.length; i++) {
    const code = i < address.length ? address.charCodeAt(i) : dot;
    if (code === dot) {
      if (digits === 0 || part > 255 || ++dots > 4) return -1;
      value = value * 256 + part;
      part = digits = 0;
    } else if (code >= zero && code <= nine && ++digits <= 3) part = part * 10 + (code - zero);
    else return -1;
  }
  return dots === 4 ? value : -1;
}
