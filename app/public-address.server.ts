import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { env } from './env.server.ts';

/** Networks that are nobody's on the internet: those of this machine, of the house it stands in, and of the cloud's own. */
const NOT_PUBLIC: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Of the sixth version one network is the internet; those within it that lead elsewhere are taken out. */
const PUBLIC_6 = ['2000::', 3] as const;
const NOT_PUBLIC_6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const closed4 = new BlockList();
for (const [net, bits] of NOT_PUBLIC) closed4.addSubnet(net, bits, 'ipv4');
const open6 = new BlockList();
open6.addSubnet(...PUBLIC_6, 'ipv6');
const closed6 = new BlockList();
for (const [net, bits] of NOT_PUBLIC_6) closed6.addSubnet(net, bits, 'ipv6');
const here = new BlockList();
here.addSubnet('127.0.0.0', 8, 'ipv4');
here.addAddress('::1', 'ipv6');

/** Whether an address is one of the internet, as far as its number tells. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !closed4.check(address, 'ipv4');
  return version === 6 && open6.check(address, 'ipv6') && !closed6.check(address, 'ipv6');
}

/** Whether an address is this machine's own. */
export function isLoopback(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && here.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/** The name leads to a place that is not on the internet. */
export class NotPublic extends Error {
  override readonly name = 'NotPublic';
}

/**
 * The addresses of a host that a merchant named. Who connects must use one of them and not the name again, which
 * might lead elsewhere by then. In production one address that is not of the internet makes all of them refused.
 * @throws NotPublic, or the error of the name service
 */
export async function addressesOf(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true, order: 'ipv4first' });
  const addresses = found.map(({ address }) => address);
  if (env.NODE_ENV === 'production' && !addresses.every((address) => isPublicAddress(address))) {
    throw new NotPublic(`${host} is not on the internet`);
  }
  return addresses;
}
