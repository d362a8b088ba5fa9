import { type Cipher, createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ByteQueue } from './byte-queue.js';
import { readClientHello, serverHello, tlsRecord } from './fake-tls-server.js';
import { Listening, tie } from './listening.js';

/** Length of what begins an obfuscated connection. */
const HEADER = 64;
const PADDED = 0xdddddddd;
const APPLICATION_DATA = 0x17;
const CHANGE_CIPHER_SPEC = 0x14;
/** RFC 8446 §5.1. */
const MAX_PAYLOAD = 2 ** 14;

/** How an MTProxy is set up. */
export interface MtproxyOptions {
  readonly key: Buffer;
  /** Takes only what looks like TLS with that site. */
  readonly domain?: string;
  /** Port on the loopback address of a data centre. */
  portOf(centre: number): number;
}

/** An MTProxy (core.telegram.org/mtproto/mtproto-transports): plain, padded or behind fake TLS. */
export class Mtproxy {
  /** Connections that it has led somewhere. */
  led = 0;
  /** Why others were turned away. */
  readonly refusals: string[] = [];
  #listening: Listening | undefined;

  private constructor(private readonly options: MtproxyOptions) {}

  static async start(options: MtproxyOptions): Promise<Mtproxy> {
    const proxy = new Mtproxy(options);
    proxy.#listening = await Listening.on((socket) => {
      proxy
        .#serve(socket)
        .catch((error: unknown) => {
          proxy.refusals.push(error instanceof Error ? error.message : String(error));
        })
        .finally(() => socket.destroy());
    });
    return proxy;
  }

  get port(): number {
    return this.#listening?.port ?? 0;
  }

  async close(): Promise<void> {
    await this.#listening?.close();
  }

  async #serve(socket: Socket): Promise<void> {
    const queue = new ByteQueue(socket);
    const fake = this.options.domain !== undefined;
    if (fake) await this.#greet(socket, queue);
    const first = fake ? await payload(queue) : await queue.take(HEADER);
    const header = first.subarray(0, HEADER);
    const reversed = Buffer.from(header.subarray(8, 56)).reverse();
    const decipher = this.#aes(header.subarray(8, 56));
    const cipher = this.#aes(reversed);
    const plain = decipher.update(header);
    if (plain.readUInt32LE(56) !== PADDED) throw new Error('a wrong secret, or an unknown transport');
    const onwards = connect(this.options.portOf(Math.abs(plain.readInt16LE(60))), '127.0.0.1');
    tie(socket, onwards);
    const tag = Buffer.alloc(4);
    tag.writeUInt32LE(PADDED);
    onwards.write(Buffer.concat([tag, decipher.update(first.subarray(HEADER))]));
    onwards.on('data', (bytes) => {
      const hidden = cipher.update(bytes);
      if (!fake) socket.write(hidden);
      else
        for (let at = 0; at < hidden.length; at += MAX_PAYLOAD)
          socket.write(tlsRecord(APPLICATION_DATA, hidden.subarray(at, at + MAX_PAYLOAD)));
    });
    this.led += 1;
    try {
      if (fake) for (;;) onwards.write(decipher.update(await payload(queue)));
      queue.handOver((bytes) => onwards.write(decipher.update(bytes)));
      await once(socket, 'close');
    } catch {
      // The connection has ended.
    }
  }

  async #greet(socket: Socket, queue: ByteQueue): Promise<void> {
    const head = await queue.take(5);
    const record = Buffer.concat([head, await queue.take(head.readUInt16BE(3))]);
    const hello = readClientHello(record, this.options.key, Date.now());
    if (hello.domain !== this.options.domain) throw new Error(`the site is not ${hello.domain}`);
    socket.write(serverHello(hello, this.options.key));
  }

  #aes(material: Buffer): Cipher {
    const key = createHash('sha256').update(material.subarray(0, 32)).update(this.options.key).digest();
    return createCipheriv('aes-256-ctr', key, material.subarray(32));
  }
}

/** What lies in the next record of application data. */
async function payload(queue: ByteQueue): Promise<Buffer> {
  for (;;) {
    const head = await queue.take(5);
    const body = await queue.take(head.readUInt16BE(3));
    if (head[0] === APPLICATION_DATA) return body;
    if (head[0] !== CHANGE_CIPHER_SPEC) throw new Error('an unknown record');
  }
}
