import { createHmac, randomBytes } from 'node:crypto';

const RECORD_HEAD = 5;
/** Where both hellos have their random bytes: record head, handshake head, version. */
const RANDOM_AT = 11;
const RANDOM = 32;
/** How far a client's clock may be off (seconds). */
const SKEW = 120;

/** What a client hello says that is none of a browser's, but of who knows the secret. */
export interface FakeHello {
  readonly random: Buffer;
  readonly sessionId: Buffer;
  readonly domain: string;
}

/**
 * Checks a client hello as proxies in use do: the code over the whole record with its random bytes zeroed, the time
 * hidden in it, and the name of the site. @throws {Error} for one that a proxy would hand on to the real site
 */
export function readClientHello(record: Buffer, secret: Buffer, now: number): FakeHello {
  if (record[0] !== 0x16 || record.readUInt16BE(1) !== 0x0301) throw new Error('no handshake record');
  if (record.readUInt16BE(3) !== record.length - RECORD_HEAD) throw new Error('a wrong length of the record');
  if (record[5] !== 1 || record.readUIntBE(6, 3) !== record.length - 9) throw new Error('no client hello');
  if (record.length < 517) throw new Error('shorter than that of any browser');
  const random = Buffer.from(record.subarray(RANDOM_AT, RANDOM_AT + RANDOM));
  const zeroed = Buffer.from(record);
  zeroed.fill(0, RANDOM_AT, RANDOM_AT + RANDOM);
  const code = createHmac('sha256', secret).update(zeroed).digest();
  const difference = Buffer.from(code.map((byte, index) => byte ^ (random[index] ?? 0)));
  if (!difference.subarray(0, 28).equals(Buffer.alloc(28))) throw new Error('a wrong code');
  if (Math.abs(difference.readUInt32LE(28) - now / 1_000) > SKEW) throw new Error('a wrong time');
  let at = RANDOM_AT + RANDOM;
  const sessionId = record.subarray(at + 1, at + 1 + (record[at] ?? 0));
  at += 1 + sessionId.length;
  at += 2 + record.readUInt16BE(at);
  at += 1 + (record[at] ?? 0);
  const end = at + 2 + record.readUInt16BE(at);
  if (end !== record.length) throw new Error('extensions of a wrong length');
  const extensions = readExtensions(record.subarray(at + 2, end));
  const name = extensions.get(0);
  const share = extensions.get(0x33);
  if (!name || !share) throw new Error('no name of a site, or no key share');
  return { random, sessionId, domain: name.subarray(5).toString('ascii') };
}

function readExtensions(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const extensions = new Map<number, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const id = bytes.readUInt16BE(at);
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (extensions.has(id) || end > bytes.length) throw new Error('a wrong list of extensions');
    extensions.set(id, bytes.subarray(at + 4, end));
    at = end;
  }
  return extensions;
}

/** The answer that only who knows the secret can make. */
export function serverHello({ random, sessionId }: FakeHello, secret: Buffer): Buffer {
  const share = Buffer.concat([Buffer.from('00330024001d0020', 'hex'), randomBytes(32)]);
  const extensions = Buffer.concat([share, Buffer.from('002b00020304', 'hex')]);
  const body = Buffer.concat([
    ...[Buffer.from('0303', 'hex'), Buffer.alloc(RANDOM), Buffer.from([sessionId.length]), sessionId],
    ...[Buffer.from('130100', 'hex'), uint16(extensions.length), extensions],
  ]);
  const hello = Buffer.concat([Buffer.from([2, 0]), uint16(body.length), body]);
  const certificate = randomBytes(1_024 + Math.floor(Math.random() * 3_000));
  const packet = Buffer.concat([
    ...[tlsRecord(0x16, hello), tlsRecord(0x14, Buffer.from([1]))],
    tlsRecord(0x17, certificate),
  ]);
  createHmac('sha256', secret).update(random).update(packet).digest().copy(packet, RANDOM_AT);
  return packet;
}

/** A TLS record. */
export function tlsRecord(type: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type, 3, 3]), uint16(payload.length), payload]);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255]);
}
