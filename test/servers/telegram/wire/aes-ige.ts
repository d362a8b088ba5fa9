import { createCipheriv, createDecipheriv } from 'node:crypto';

const BLOCK = 16;

/**
 * AES-256 in infinite garble extension mode, which OpenSSL 3 offers no more: each block is chained with both the
 * plain and the encrypted block before it. `iv` is the encrypted, then the plain block before the first.
 *
 * It is cipher block chaining over blocks that have been mixed with the plain one two places before, the result mixed
 * with the plain one before: all of it in one call of the cipher.
 */
export function encryptIge(key: Buffer, iv: Buffer, plain: Buffer): Buffer {
  check(plain);
  const mixed = Buffer.allocUnsafe(plain.length);
  for (let at = 0; at < plain.length; at += 1) {
    const before = at < BLOCK ? 0 : at < 2 * BLOCK ? iv[at] : plain[at - 2 * BLOCK];
    mixed[at] = (plain[at] ?? 0) ^ (before ?? 0);
  }
  const cipher = createCipheriv('aes-256-cbc', key, iv.subarray(0, BLOCK)).setAutoPadding(false);
  const output = cipher.update(mixed);
  for (let at = 0; at < output.length; at += 1)
    output[at] = (output[at] ?? 0) ^ ((at < BLOCK ? iv[BLOCK + at] : plain[at - BLOCK]) ?? 0);
  return output;
}

/** The inverse of {@link encryptIge}: block by block, for which there is no such short cut. */
export function decryptIge(key: Buffer, iv: Buffer, encrypted: Buffer): Buffer {
  check(encrypted);
  const decipher = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const output = Buffer.allocUnsafe(encrypted.length);
  const block = Buffer.allocUnsafe(BLOCK);
  for (let start = 0; start < encrypted.length; start += BLOCK) {
    const plain = start === 0 ? iv.subarray(BLOCK) : output.subarray(start - BLOCK, start);
    const hidden = start === 0 ? iv : encrypted.subarray(start - BLOCK, start);
    for (let at = 0; at < BLOCK; at += 1) block[at] = (encrypted[start + at] ?? 0) ^ (plain[at] ?? 0);
    const result = decipher.update(block);
    for (let at = 0; at < BLOCK; at += 1) output[start + at] = (result[at] ?? 0) ^ (hidden[at] ?? 0);
  }
  return output;
}

function check({ length }: Buffer): void {
  if (length % BLOCK !== 0) throw new Error(`${length} bytes are no whole blocks`);
}

/** Bytewise exclusive or of two equally long buffers. */
export function xor(one: Buffer, other: Buffer): Buffer {
  const result = Buffer.allocUnsafe(one.length);
  for (let index = 0; index < one.length; index += 1) result[index] = (one[index] ?? 0) ^ (other[index] ?? 0);
  return result;
}
