import { createHmac, randomBytes } from 'node:crypto';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { fakeTls } from '../../../../gateways/telegram/client/gramjs/network/fake-tls.js';

const SECRET = randomBytes(16);
const DOMAIN = 'www.example.org';
const NOW = 1_800_000_000_000;

class Line extends Duplex {
  readonly written: Buffer[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.written.push(chunk);
    this.emit('written');
    done();
  }
}

function record(type: number, payload: Buffer): Buffer {
  const head = Buffer.from([type, 3, 3, 0, 0]);
  head.writeUInt16BE(payload.length, 3);
  return Buffer.concat([head, payload]);
}

/** The hello that a client of that secret sends. */
function hello(domain = DOMAIN): Buffer {
  const line = new Line();
  fakeTls(line, SECRET, domain, NOW).catch(() => undefined);
  return line.written[0] ?? Buffer.alloc(0);
}

/** The right answer of a proxy. */
function answerTo(sent: Buffer, secret = SECRET): Buffer {
  const answer = Buffer.concat([
    record(0x16, Buffer.concat([Buffer.from([2, 0, 0, 118, 3, 3]), Buffer.alloc(32), randomBytes(84)])),
    record(0x14, Buffer.from([1])),
    record(0x17, randomBytes(2_000)),
  ]);
  const code = createHmac('sha256', secret).update(sent.subarray(11, 43)).update(answer).digest();
  code.copy(answer, 11);
  return answer;
}

function extensionsOf(bytes: Buffer): ReadonlyMap<number, Buffer> {
  let at = 43 + 1 + (bytes[43] ?? 0);
  at += 2 + bytes.readUInt16BE(at);
  at += 1 + (bytes[at] ?? 0);
  expect(at + 2 + bytes.readUInt16BE(at)).toBe(bytes.length);
  const extensions = new Map<number, Buffer>();
  for (at += 2; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    expect(extensions.has(bytes.readUInt16BE(at))).toBe(false);
    extensions.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, end));
    at = end;
  }
  return extensions;
}

describe('what is to be taken for TLS 1.3', () => {
  it('begins with a client hello of right lengths (RFC 8446 §4.1.2), with the name of the site', () => {
    for (let round = 0; round < 100; round += 1) {
      const bytes = hello();
      expect(bytes.subarray(0, 3).toString('hex')).toBe('160301');
      expect(bytes.readUInt16BE(3)).toBe(bytes.length - 5);
      expect(bytes[5]).toBe(1);
      expect(bytes.readUIntBE(6, 3)).toBe(bytes.length - 9);
      expect(bytes.subarray(9, 11).toString('hex')).toBe('0303');
      const extensions = extensionsOf(bytes);
      expect(extensions.get(0)?.subarray(5).toString()).toBe(DOMAIN);
      // A list of three shares, of which the last is X25519.
      const shares = extensions.get(0x33) ?? Buffer.alloc(0);
      expect(shares.readUInt16BE(0)).toBe(shares.length - 2);
      expect(shares.subarray(-36, -32).toString('hex')).toBe('001d0020');
      expect(shares.readUInt16BE(2) & 0x0f0f).toBe(0x0a0a);
      expect(extensions.get(0x2b)?.includes(Buffer.from([3, 4]))).toBe(true);
    }
  });

  it('shuffles, as browsers do', () => {
    const orders = new Set(Array.from({ length: 20 }, () => [...extensionsOf(hello()).keys()].join()));
    expect(orders.size).toBeGreaterThan(15);
  });

  it('has a code with the time in its random bytes', () => {
    const bytes = hello();
    const random = Buffer.from(bytes.subarray(11, 43));
    bytes.fill(0, 11, 43);
    const code = createHmac('sha256', SECRET).update(bytes).digest();
    expect(code.subarray(0, 28).equals(random.subarray(0, 28))).toBe(true);
    expect((code.readUInt32LE(28) ^ random.readUInt32LE(28)) >>> 0).toBe(NOW / 1_000);
  });

  it('carries bytes both ways in records, in whatever pieces they come', async () => {
    const line = new Line();
    const opening = fakeTls(line, SECRET, DOMAIN, NOW);
    const answer = answerTo(line.written[0] ?? Buffer.alloc(0));
    for (const byte of answer) line.emit('data', Buffer.from([byte]));
    const stream = await opening;
    const sent = randomBytes(10_000);
    stream.write(sent);
    const written = Buffer.concat(line.written.slice(1));
    expect(written.subarray(0, 6).toString('hex')).toBe('140303000101');
    const parts: Buffer[] = [];
    for (let at = 6; at < written.length; at += 5 + written.readUInt16BE(at + 3)) {
      expect(written.subarray(at, at + 3).toString('hex')).toBe('170303');
      parts.push(written.subarray(at + 5, at + 5 + written.readUInt16BE(at + 3)));
    }
    expect(Buffer.concat(parts).equals(sent)).toBe(true);
    const come = randomBytes(40_000);
    const heard = new Promise<Buffer>((resolve) => {
      const all: Buffer[] = [];
      stream.on('data', (bytes: Buffer) => {
        all.push(bytes);
        if (Buffer.concat(all).length === come.length) resolve(Buffer.concat(all));
      });
    });
    for (let at = 0; at < come.length; at += 16_384)
      line.emit('data', record(0x17, come.subarray(at, at + 16_384)));
    expect((await heard).equals(come)).toBe(true);
    stream.destroy();
  });

  it.each([
    ['another secret', (sent: Buffer) => answerTo(sent, randomBytes(16))],
    ['an answer to another hello', () => answerTo(hello())],
    ['what a web server says', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['an alert', () => record(0x15, Buffer.from([2, 40]))],
    [
      'records without end',
      () => Buffer.concat([record(0x16, randomBytes(16_000)), record(0x16, randomBytes(16_000))]),
    ],
  ])('ends with %s', async (_name, answer) => {
    const line = new Line();
    const opening = fakeTls(line, SECRET, DOMAIN, NOW);
    line.emit('data', answer(line.written[0] ?? Buffer.alloc(0)));
    await expect(opening).rejects.toThrow();
  });

  it('ends when the proxy hangs up', async () => {
    const line = new Line();
    const opening = fakeTls(line, SECRET, DOMAIN, NOW);
    line.destroy();
    await expect(opening).rejects.toThrow();
  });
});
