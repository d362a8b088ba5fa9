import { createCipheriv, createDecipheriv } from 'node:crypto';

const BLOCK = 16;

/**
 * AES-256 in infinite garble extension mode, which OpenSSL 3 offers no more: each block is chained with both the
 * plain and the encrypted block before it. `iv` is the encrypted, then the plain block before the first.
 */
export function encryptIge(key: Buffer, iv: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return chain(plain, iv.subarray(0, BLOCK), iv.subarray(BLOCK), (block) => cipher.update(block));
}

/** The inverse of {@link encryptIge}. */
export function decryptIge(key: Buffer, iv: Buffer, encrypted: Buffer): Buffer {
  const cipher = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return chain(encrypted, iv.subarray(BLOCK), iv.subarray(0, BLOCK), (block) => cipher.update(block));
}

function chain(
  input: Buffer,
  outputBefore: Buffer,
  inputBefore: Buffer,
  transform: (block: Buffer) => Buffer,
): Buffer {
  if (input.length % BLOCK !== 0) throw new Error(`${input.length} bytes are no whole blocks`);
  const output = Buffer.allocUnsafe(input.length);
  let lastOutput = outputBefore;
  let lastInput = inputBefore;
  for (let start = 0; start < input.length; start += BLOCK) {
    const block = input.subarray(start, start + BLOCK);
    const result = xor(transform(xor(block, lastOutput)), lastInput);
    result.copy(output, start);
    lastOutput = result;
    lastInput = block;
  }
  return output;
}

/** Bytewise exclusive or of two equally long buffers. */
export function xor(one: Buffer, other: Buffer): Buffer {
  const result = Buffer.allocUnsafe(one.length);
  for (let index = 0; index < one.length; index += 1) result[index] = (one[index] ?? 0) ^ (other[index] ?? 0);
  return result;
}
