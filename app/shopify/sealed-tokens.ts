import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Seals and opens secrets; what is sealed for one session opens for that session only. */
export type Sealer = {
  seal: (plain: string, sessionId: string) => string;
  open: (sealed: string, sessionId: string) => string;
};

/**
 * AES-256-GCM with the session id as additional data. Form: `keyId.nonce.tag.ciphertext`, base64url.
 * `keys` is TOKEN_KEYS, "id:base64key,id2:…": the first key seals, each of them opens.
 */
export function sealer(keys: string): Sealer {
  const byId = new Map<string, Buffer>();
  for (const entry of keys.split(',')) {
    const colon = entry.indexOf(':');
    byId.set(entry.slice(0, colon), Buffer.from(entry.slice(colon + 1), 'base64'));
  }
  const current = keys.slice(0, keys.indexOf(':'));
  const keyOf = (id: string): Buffer => {
    const key = byId.get(id);
    if (key === undefined)
      throw new Error(`No token key "${id}": keep retired keys in TOKEN_KEYS until unused`);
    return key;
  };
  return {
    seal(plain, sessionId) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keyOf(current), nonce, { authTagLength: 16 });
      cipher.setAAD(Buffer.from(sessionId));
      const text = Buffer.concat([cipher.update(Buffer.from(plain)), cipher.final()]);
      return [current, ...[nonce, cipher.getAuthTag(), text].map((part) => part.toString('base64url'))].join(
        '.',
      );
    },
    open(sealed, sessionId) {
      const parts = sealed.split('.');
      if (parts.length !== 4) throw new Error('A stored token has no seal');
      const [id, nonce, tag, text] = parts as [string, string, string, string];
      // Without its length told, a tag cut to four bytes would do.
      const decipher = createDecipheriv('aes-256-gcm', keyOf(id), Buffer.from(nonce, 'base64url'), {
        authTagLength: 16,
      });
      decipher.setAAD(Buffer.from(sessionId));
      decipher.setAuthTag(Buffer.from(tag, 'base64url'));
      return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString();
    },
  };
}
