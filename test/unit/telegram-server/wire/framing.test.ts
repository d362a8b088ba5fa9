import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import 'telegram';
import { AbridgedPacketCodec } from 'telegram/network/connection/TCPAbridged.js';
import { FullPacketCodec } from 'telegram/network/connection/TCPFull.js';
import { describe, expect, it } from 'vitest';
import { Framing } from '../../../servers/telegram/wire/framing.js';

/** Packets of whole words, as those of MTProto are. */
const packets = fc.array(
  fc.integer({ min: 1, max: 200 }).map((words) => randomBytes(words * 4)),
  { minLength: 1, maxLength: 6 },
);

function intermediate(packet: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(packet.length);
  return Buffer.concat([head, packet]);
}

describe('the framing of packets', () => {
  it.each([
    [
      'abridged',
      () => Buffer.from([0xef]),
      (codec: AbridgedPacketCodec) => (one: Buffer) => codec.encodePacket(one),
    ],
    ['intermediate', () => Buffer.from('eeeeeeee', 'hex'), () => intermediate],
  ] as const)('%s is read in whatever pieces it comes', (kind, tag, encoder) => {
    fc.assert(
      fc.property(packets, fc.integer({ min: 1, max: 40 }), (all, size) => {
        const encode = encoder(new AbridgedPacketCodec(undefined));
        const bytes = Buffer.concat([tag(), ...all.map(encode)]);
        const framing = new Framing();
        const read: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += size)
          read.push(...framing.receive(bytes.subarray(at, at + size)));
        expect(framing.kind).toBe(kind);
        expect(read).toEqual(all);
      }),
    );
  });

  it('full is read as the library writes it, and a wrong sum is refused', () => {
    fc.assert(
      fc.property(packets, (all) => {
        const codec = new FullPacketCodec(undefined);
        const bytes = Buffer.concat(all.map((packet) => codec.encodePacket(packet)));
        expect(new Framing().receive(bytes)).toEqual(all);
        const wrong = Buffer.from(bytes);
        wrong[10] = (wrong[10] ?? 0) ^ 1;
        expect(() => new Framing().receive(wrong)).toThrow();
      }),
    );
  });

  it('answers in the form that the client has chosen', () => {
    const packet = randomBytes(1_000);
    const framing = new Framing();
    framing.receive(Buffer.from([0xef]));
    expect(framing.frame(packet).subarray(0, 4)).toEqual(Buffer.from([127, 250, 0, 0]));
    const plain = new Framing();
    plain.receive(Buffer.concat([Buffer.from('eeeeeeee', 'hex'), intermediate(packet)]));
    expect(plain.frame(packet)).toEqual(intermediate(packet));
  });

  it('refuses packets without end', () => {
    const framing = new Framing();
    expect(() => framing.receive(Buffer.from('eeeeeeeeffffff7f', 'hex'))).toThrow();
  });
});
