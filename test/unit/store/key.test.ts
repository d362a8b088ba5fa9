import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cipher } from '../../../src/store/cipher.js';
import { createKeyFile, KeyError, loadKey, parseKey } from '../../../src/store/key.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isthmus-key-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('key file', () => {
  it('S19 is made for its owner alone, never overwritten, and read back', async () => {
    const path = join(folder, 'isthmus.key');
    await createKeyFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const key = await loadKey({ kind: 'file', path });
    expect(key).toHaveLength(32);
    await expect(createKeyFile(path)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await loadKey({ kind: 'file', path })).toEqual(key);
  });

  it.each([0o640, 0o604, 0o620, 0o601])('S19 is refused with mode %o', async (mode) => {
    const path = join(folder, 'isthmus.key');
    await createKeyFile(path);
    chmodSync(path, mode);
    await expect(loadKey({ kind: 'file', path })).rejects.toThrow(`chmod 600 ${path}`);
  });

  it('tells what to do when it is missing or holds no key', async () => {
    const path = join(folder, 'isthmus.key');
    await expect(loadKey({ kind: 'file', path })).rejects.toThrow(/does not exist: make one/);
    writeFileSync(path, 'short', { mode: 0o600 });
    await expect(loadKey({ kind: 'file', path })).rejects.toThrow(KeyError);
  });

  it('reads base64, base64url and hexadecimal, and nothing of another length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const key = Buffer.from(bytes);
        for (const encoding of ['base64', 'base64url', 'hex'] as const) {
          expect(parseKey(` ${key.toString(encoding)}\n`, 'test')).toEqual(key);
        }
      }),
    );
    for (const length of [0, 16, 31, 33, 64]) {
      expect(() => parseKey(randomBytes(length).toString('base64'), 'test')).toThrow(KeyError);
    }
  });
});

describe('cipher', () => {
  const key = randomBytes(32);
  const other = randomBytes(32);
  const context = ['account', 'irc.example.org', 'anna@example.org'];

  it('S19 opens what it sealed, with a fresh nonce each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const cipher = new Cipher(key);
        const envelope = cipher.seal(text, context);
        expect(cipher.open(envelope, context)).toBe(text);
        expect(cipher.seal(text, context)).not.toBe(envelope);
      }),
    );
  });

  it('S19 refuses another context, another key and any changed character', () => {
    const cipher = new Cipher(key);
    const envelope = cipher.seal('secret', context);
    expect(() => cipher.open(envelope, ['account', 'irc.example.org', 'bob@example.org'])).toThrow(/moved/);
    expect(() => new Cipher(other).open(envelope, context)).toThrow(/not configured/);
    const body = envelope.lastIndexOf('.') + 1;
    for (let index = body; index < envelope.length - 1; index += 1) {
      const flipped = envelope[index] === 'A' ? 'B' : 'A';
      const changed = envelope.slice(0, index) + flipped + envelope.slice(index + 1);
      expect(() => cipher.open(changed, context)).toThrow(/damaged/);
    }
    expect(() => cipher.open('nonsense', context)).toThrow(/not configured/);
    expect(() => cipher.open(envelope.slice(0, body + 8), context)).toThrow(/damaged/);
  });

  it('reads rows of a previous key and writes with the current one', () => {
    const envelope = new Cipher(other).seal('secret', context);
    const rotated = new Cipher(key, [other]);
    expect(rotated.open(envelope, context)).toBe('secret');
    expect(new Cipher(key).open(rotated.seal('again', context), context)).toBe('again');
  });
});
