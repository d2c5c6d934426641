import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allowedHost, download } from '#app/shopify/download.server.ts';

/** Somebody inside who must never be asked. */
let inside: Server;
let port: number;
let asked = 0;
beforeAll(async () => {
  inside = createServer((_, response) => {
    asked += 1;
    response.end('{"secret":1}');
  });
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
  port = (inside.address() as AddressInfo).port;
});
afterAll(() => inside.close());

const STORAGE = 'https://storage.googleapis.com';
const HOSTS = [
  'localhost',
  '127.0.0.1',
  '127.1',
  '0.0.0.0',
  '0',
  '2130706433',
  '0x7f.1',
  '0x7f000001',
  '0177.0.0.1',
  '017700000001',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:7f00:1]',
  '[fe80::1]',
  '[fd00:ec2::254]',
  '169.254.169.254',
  '[::ffff:169.254.169.254]',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  'metadata.google.internal',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  'localtest.me',
  '127.0.0.1.nip.io',
  'storage.googleapis.com.evil.com',
  'evil.com#storage.googleapis.com',
  'storage.googleapis.com@127.0.0.1',
  'evilstorage.googleapis.com',
  'x.storage.googleapis.com',
  'storage.googleapis.com.',
  'shopifycloud.com',
  'xshopifycloud.com',
  'a.shopifycloud.com.evil.com',
  'a.shopifycloud.com@evil.com',
  '-.shopifycloud.com.',
  '.shopifycloud.com',
  'a..shopifycloud.com',
];
const ADDRESSES = [
  `http://storage.googleapis.com/x`,
  `${STORAGE}:8443/x`,
  'https://user:pw@storage.googleapis.com/x',
  'ftp://storage.googleapis.com/x',
  'file:///etc/passwd',
  'gopher://storage.googleapis.com/x',
  'data:application/json,{}',
  '//storage.googleapis.com/x',
  'storage.googleapis.com/x',
  '',
  'https://',
];

describe('C3: what Shopify names as a result file is fetched from Shopify’s storage or not at all', () => {
  it.each([...HOSTS.map((host) => `https://${host}/latest/meta-data`), ...ADDRESSES])(
    'given %j, then nobody is asked',
    async (address) => {
      expect(() => allowedHost(address)).toThrow(RangeError);
      const local = address.replace(/^(https?:\/\/(?:\[[^\]]*\]|[^/:#@]+))\//, `$1:${port}/`);
      await expect(download(local).next()).rejects.toThrow(RangeError);
      expect(asked).toBe(0);
    },
  );

  it('given a host that only differs in case or by encoding, then it is the same host', () => {
    expect(allowedHost('https://STORAGE.googleapis.com/x').hostname).toBe('storage.googleapis.com');
    expect(allowedHost('https://storage%2Egoogleapis.com/x').hostname).toBe('storage.googleapis.com');
  });

  it('given a path that climbs, then it stays on the host', () => {
    expect(allowedHost(`${STORAGE}/../../etc/passwd`).href).toBe(`${STORAGE}/etc/passwd`);
  });
});
