/** DNS, multicast DNS, LLMNR: names are taken from answers on these ports only. */
export function isNamePort(port: unknown): boolean {
  return port === 53 || port === 5353 || port === 5355;
}
