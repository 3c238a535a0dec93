/** The shop's machines: name and last part of the address in 10.20.0.0/24. The MAC ends in the same number. */
export const hosts = {
  dns: 2,
  web: 10,
  cart: 11,
  payments: 12,
  catalog: 13,
  laptop: 21,
  tablet: 22,
  phone: 23,
  partner: 24,
  ops: 25,
} as const;

export type Host = keyof typeof hosts;

export const addressOf = (host: Host): string => `10.20.0.${hosts[host]}`;

/** A machine that is switched off, though its neighbours still know its MAC: nothing answers there. */
export const silentAddress = '10.20.0.99';

/** Where the catalogue, carts and payments listen. */
export const servicePort = 8080;
