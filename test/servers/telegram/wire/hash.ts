import { createHash } from 'node:crypto';

export const sha1 = (...parts: readonly Buffer[]): Buffer => digest('sha1', parts);
export const sha256 = (...parts: readonly Buffer[]): Buffer => digest('sha256', parts);

function digest(algorithm: string, parts: readonly Buffer[]): Buffer {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest();
}
