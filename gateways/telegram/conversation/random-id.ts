import { createHash, randomUUID } from 'node:crypto';

/**
 * The number by which Telegram knows a message that is sent again (random_id): the same for every try of one message,
 * and another one for each of its parts. Files of one part count on from it.
 */
export function randomIdOf(key: string | undefined, part: number): bigint {
  const digest = createHash('sha256')
    .update(`${key ?? randomUUID()}\n${part}`)
    .digest();
  return digest.readBigInt64LE(0);
}
