import { randomBytes } from 'node:crypto';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketStream } from '../../../../gateways/telegram/client/gramjs/network/packet-stream.js';
import { Framing } from '../../../servers/telegram/wire/framing.js';

/** A stream whose other end is the test. */
class Line extends Duplex {
  readonly written: Buffer[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.written.push(chunk);
    done();
  }

  comes(bytes: Buffer): void {
    this.emit('data', bytes);
  }
}

/** Packets without what a padded transport has added, which only who decrypts them can tell. */
const cut = (packet: Buffer, like: Buffer) => packet.subarray(0, like.length);

describe('packets of the obfuscated padded transport', () => {
  it('are read by a server, in whatever pieces they come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 4, maxLength: 300 }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 50 }),
        (packets, size) => {
          const line = new Line();
          const stream = new PacketStream(line, { centre: 2 });
          for (const packet of packets) stream.send(Buffer.from(packet));
          const all = Buffer.concat(line.written);
          const framing = new Framing();
          const read: Buffer[] = [];
          for (let at = 0; at < all.length; at += size)
            read.push(...framing.receive(all.subarray(at, at + size)));
          expect(framing.kind).toBe('obfuscated padded');
          expect(read.map((packet, index) => cut(packet, Buffer.from(packets[index] ?? [])))).toEqual(
            packets.map((packet) => Buffer.from(packet)),
          );
        },
      ),
    );
  });

  it('are read by the client, in whatever pieces they come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 4, maxLength: 300 }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 50 }),
        (packets, size) => {
          const line = new Line();
          const stream = new PacketStream(line, { centre: 2 });
          const framing = new Framing();
          framing.receive(Buffer.concat(line.written));
          const read: Buffer[] = [];
          stream.onPacket = (packet) => read.push(packet);
          const all = Buffer.concat(packets.map((packet) => framing.frame(Buffer.from(packet))));
          for (let at = 0; at < all.length; at += size) line.comes(all.subarray(at, at + size));
          expect(read.map((packet, index) => cut(packet, Buffer.from(packets[index] ?? [])))).toEqual(
            packets.map((packet) => Buffer.from(packet)),
          );
        },
      ),
    );
  });

  it('end the connection when they are none, once', () => {
    const line = new Line();
    const stream = new PacketStream(line, { centre: 2 });
    let ends = 0;
    stream.onEnd = () => {
      ends += 1;
    };
    // Almost every length that is none by chance is far too large.
    for (let round = 0; round < 50; round += 1) line.comes(randomBytes(4_096));
    stream.close();
    expect([ends, stream.ended, line.destroyed]).toEqual([1, true, true]);
    stream.send(Buffer.alloc(4));
  });

  it('never begin like another protocol', () => {
    for (let round = 0; round < 2_000; round += 1) {
      const line = new Line();
      new PacketStream(line, { centre: 2, secret: Buffer.alloc(16) });
      const [first] = line.written;
      expect(first).toHaveLength(64);
      expect([0xef, 0].includes(first?.[0] ?? 0) && first?.readUInt32LE(4) === 0).toBe(false);
      expect(String(first?.subarray(0, 4))).not.toMatch(/^(?:GET |POST|HEAD|OPTI)/);
    }
  });
});
