import { randomBytes } from 'node:crypto';

/** What the demo's app is signed and sealed with. */
export type DemoSecrets = { readonly apiKey: string; readonly apiSecret: string; readonly tokenKeys: string };

/** Fresh secrets: nothing in the demo is signed with a value that is known beforehand. */
export function demoSecrets(): DemoSecrets {
  return {
    apiKey: randomBytes(16).toString('hex'),
    apiSecret: randomBytes(32).toString('hex'),
    tokenKeys: `demo:${randomBytes(32).toString('base64')}`,
  };
}
