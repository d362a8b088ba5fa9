import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decryptIge, encryptIge } from '../../../servers/telegram/wire/aes-ige.js';
import { MessageIds } from '../../../servers/telegram/wire/message-ids.js';
import { AuthKey } from '../../../servers/telegram/wire/message-key.js';
import { MtprotoSession } from '../../../servers/telegram/wire/mtproto-session.js';
import { tlInt, tlLong } from '../../../servers/telegram/wire/tl.js';

describe('what comes from clients', () => {
  /** Constructors around which the session itself does something. */
  const KNOWN = [
    ...[0x73f1f8dc, 0x3072cfa1, 0x62d6b459, 0x7abe77ec, 0xb921bd04, 0xe7512126],
    ...[0xda9b0d0d, 0xcb9f372d, 0xbf9459b7, 0xc1cd5ea9, 0x1cb5c415, 0x983f9745],
  ];

  it('may be any bytes: they are refused, and nothing else happens', async () => {
    const sent: Buffer[] = [];
    const refusals: unknown[] = [];
    await fc.assert(
      fc.asyncProperty(
        fc.option(fc.constantFrom(...KNOWN)),
        fc.uint8Array({ maxLength: 200 }),
        async (id, bytes) => {
          const session = new MtprotoSession(new AuthKey(randomBytes(256)), 1n, {
            ids: new MessageIds(() => Date.now()),
            now: () => Date.now(),
            handle: async () => true,
            swallow: () => false,
          });
          session.line = {
            send: (packet) => sent.push(packet),
            cutAfter: () => undefined,
            close: () => undefined,
          };
          const body = Buffer.concat([id === null ? Buffer.alloc(0) : tlInt(id), bytes]);
          const messageId = BigInt(Math.floor(Date.now() / 1_000)) << 32n;
          const head = [tlLong(session.salt), tlLong(1n), tlLong(messageId), tlInt(0), tlInt(body.length)];
          try {
            session.receive(Buffer.concat([...head, body]));
          } catch (error) {
            refusals.push(error);
          }
          // Whatever is answered later would be an unhandled rejection, which fails the run.
          await new Promise((resolve) => setImmediate(resolve));
        },
      ),
      { numRuns: 500 },
    );
    expect(sent.length + refusals.length).toBeGreaterThan(0);
  });

  it('is decrypted as it was encrypted, and as the library does it', async () => {
    const { IGE } = await import('telegram/crypto/IGE.js');
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.integer({ min: 0, max: 20 }).chain((blocks) => {
          const length = blocks * 16;
          return fc.uint8Array({ minLength: length, maxLength: length });
        }),
        (key, iv, plain) => {
          const all = [Buffer.from(key), Buffer.from(iv), Buffer.from(plain)] as const;
          const encrypted = encryptIge(...all);
          expect(decryptIge(all[0], all[1], encrypted)).toEqual(all[2]);
          if (plain.length > 0)
            expect(encrypted).toEqual(Buffer.from(new IGE(all[0], all[1]).encryptIge(all[2])));
        },
      ),
    );
  });
});
