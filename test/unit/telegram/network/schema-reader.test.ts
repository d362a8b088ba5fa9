import { gzipSync } from 'node:zlib';
import bigInt from 'big-integer';
import fc from 'fast-check';
import { Api } from 'telegram';
import { describe, expect, it } from 'vitest';
import {
  readObject,
  readResult,
  SchemaError,
} from '../../../../gateways/telegram/client/gramjs/network/schema-reader.js';

const message = (id: number, text: string) =>
  new Api.Message({
    ...{ id, date: 1, message: text, peerId: new Api.PeerUser({ userId: bigInt('-7') }) },
    entities: [new Api.MessageEntityBold({ offset: 0, length: 1 })],
  });

const updates = (...texts: readonly string[]) =>
  new Api.Updates({
    updates: texts.map(
      (text, index) =>
        new Api.UpdateNewMessage({ message: message(index + 1, text), pts: index, ptsCount: 1 }),
    ),
    ...{ users: [], chats: [], date: 1, seq: 0 },
  });

const textsOf = (object: unknown) =>
  (object as Api.Updates).updates.map(
    (update) =>
      update instanceof Api.UpdateNewMessage &&
      update.message instanceof Api.Message &&
      update.message.message,
  );

function gzipped(bytes: Buffer): Buffer {
  const packed = gzipSync(bytes);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x3072cfa1);
  head.writeUIntLE(254 | (packed.length << 8), 4, 4);
  return Buffer.concat([head, packed, Buffer.alloc(3)]);
}

describe('reading what the server says', () => {
  it('reads what the library writes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 400 }), { maxLength: 5 }), (texts) => {
        // Halves of characters are no UTF-8.
        const clean = texts.map((text) => Buffer.from(text).toString());
        expect(textsOf(readObject(updates(...clean).getBytes()))).toEqual(clean);
      }),
    );
    const read = readObject(message(1, 'x').getBytes()) as Api.Message;
    expect(read.peerId).toMatchObject({ userId: bigInt(-7) });
  });

  it('reads results of requests, lists of numbers and plain truth too', () => {
    const list = Buffer.alloc(24);
    list.writeUInt32LE(0x1cb5c415);
    list.writeInt32LE(2, 4);
    list.writeBigInt64LE(5n, 8);
    list.writeBigInt64LE(-6n, 16);
    const request = new Api.messages.ReceivedQueue({ maxQts: 0 });
    expect((readResult(request, list) as readonly bigInt.BigInteger[]).map(String)).toEqual(['5', '-6']);
    const yes = Buffer.alloc(4);
    yes.writeUInt32LE(0x997275b5);
    expect(readResult(new Api.account.UpdateStatus({ offline: true }), yes)).toBe(true);
  });

  it('reads what is packed, and nothing that is too large once unpacked', () => {
    expect(textsOf(readObject(gzipped(updates('packed').getBytes())))).toEqual(['packed']);
    expect(() => readObject(gzipped(Buffer.alloc(2 ** 25 + 1)))).toThrow(SchemaError);
    const broken = gzipped(updates('x').getBytes());
    expect(() => readObject(broken.fill(0, 20, 30))).toThrow(SchemaError);
  });

  it('refuses what ends too early or is not known, and still reads the next of its kind', () => {
    // The library's own reader would take every later list of updates for a single one, in the whole process.
    const whole = updates('one', 'two').getBytes();
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => readObject(whole.subarray(0, length))).toThrow(SchemaError);
      expect(textsOf(readObject(whole))).toEqual(['one', 'two']);
    }
    const unknown = Buffer.from(whole);
    unknown.writeUInt32LE(0xdeadbeef, 12);
    expect(() => readObject(unknown)).toThrow(SchemaError);
    expect(textsOf(readObject(whole))).toEqual(['one', 'two']);
  });

  it('refuses lists that say to have billions of elements', () => {
    const whole = updates('one').getBytes();
    whole.writeInt32LE(0x7fffffff, 8);
    expect(() => readObject(whole)).toThrow(SchemaError);
    expect(textsOf(readObject(updates('two').getBytes()))).toEqual(['two']);
  });

  it('refuses objects that lie in themselves without end', () => {
    const deep = new Api.JsonArray({ value: [] }).getBytes().subarray(0, 8);
    const one = Buffer.alloc(4);
    one.writeInt32LE(1);
    const nested = Buffer.concat(Array.from({ length: 5_000 }, () => Buffer.concat([deep, one])));
    expect(() => readObject(nested)).toThrow(SchemaError);
    expect(textsOf(readObject(updates('fine').getBytes()))).toEqual(['fine']);
  });

  it('never fails in another way, whatever comes', () => {
    const whole = updates('one', 'two').getBytes();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(whole.length - 1), (bytes, at) => {
        const changed = Buffer.from(whole);
        Buffer.from(bytes).copy(changed, at);
        for (const one of [changed, Buffer.from(bytes)])
          try {
            readObject(one);
          } catch (error) {
            expect(error).toBeInstanceOf(SchemaError);
          }
      }),
      { numRuns: 2_000 },
    );
    expect(textsOf(readObject(whole))).toEqual(['one', 'two']);
  });
});
