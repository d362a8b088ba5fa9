import { type Cipher, createCipheriv, createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TelegramServer } from '../telegram-server.js';
import { FakeTls } from './fake-tls.js';
import { ProxyServer } from './proxy-server.js';

/** Length of what begins an obfuscated connection. */
const HEADER = 64;
/** Transports that a proxy takes; the padded one alone where the secret says so. */
const PADDED = 0xdddddddd;
const TAGS: readonly number[] = [0xefefefef, 0xeeeeeeee, PADDED];

/** An MTProxy, with a plain, a padded (`dd`) or a fake-TLS (`ee`) secret (core.telegram.org/mtproto/mtproto-transports). */
export class MtProxy extends ProxyServer {
  readonly #key = randomBytes(16);

  private constructor(
    private readonly server: TelegramServer,
    private readonly kind: 'plain' | 'padded' | 'fake-tls',
    /** Whose site the proxy pretends to be. */
    private readonly domain: string,
  ) {
    super();
  }

  static listen(
    server: TelegramServer,
    kind: 'plain' | 'padded' | 'fake-tls' = 'padded',
    domain = 'www.example.org',
  ): Promise<MtProxy> {
    return new MtProxy(server, kind, domain).listen();
  }

  /** As it stands in links, hexadecimal. */
  get secret(): string {
    const key = this.#key.toString('hex');
    if (this.kind === 'plain') return key;
    return this.kind === 'padded' ? `dd${key}` : `ee${key}${Buffer.from(this.domain).toString('hex')}`;
  }

  protected override serve(socket: Socket): void {
    const stream = this.kind === 'fake-tls' ? new FakeTls(socket, this.#key, this.domain) : socket;
    if (stream !== socket) this.keep(stream);
    let pending: Buffer = Buffer.alloc(0);
    const take = (bytes: Buffer): void => {
      pending = Buffer.concat([pending, bytes]);
      if (pending.length < HEADER) return;
      stream.off('data', take);
      stream.pause();
      this.#relay(stream, pending.subarray(0, HEADER), pending.subarray(HEADER));
    };
    stream.on('data', take);
  }

  #relay(stream: Duplex, header: Buffer, rest: Buffer): void {
    const reversed = Buffer.from(header.subarray(8, 56)).reverse();
    const decipher = this.#aes(header.subarray(8, 56), true);
    const cipher = this.#aes(reversed, true);
    const plain = decipher.update(header);
    const tag = plain.readUInt32LE(56);
    // Negative numbers mean data centres for media, which lie in the same place here.
    const centre = Math.abs(plain.readInt16LE(60));
    const port = this.server.portOf(this.server.addressOf(centre));
    const admitted = this.kind === 'plain' ? TAGS.includes(tag) : tag === PADDED;
    if (!admitted || port === undefined) {
      stream.destroy();
      return;
    }
    const refused = (): void => {
      stream.destroy();
    };
    this.lead(
      port,
      (upstream) => {
        const begin = beginning(tag);
        const there = this.#aes(begin.subarray(8, 56), false);
        const back = this.#aes(Buffer.from(begin.subarray(8, 56)).reverse(), false);
        const hidden = there.update(begin);
        upstream.write(Buffer.concat([begin.subarray(0, 56), hidden.subarray(56)]));
        const forward = (bytes: Buffer): void => {
          upstream.write(there.update(decipher.update(bytes)));
        };
        forward(rest);
        stream.on('data', forward);
        upstream.on('data', (bytes) => stream.write(cipher.update(back.update(bytes))));
        this.tie(stream, upstream);
        stream.resume();
      },
      refused,
    );
  }

  #aes(material: Buffer, secret: boolean): Cipher {
    const key = material.subarray(0, 32);
    const shared = secret ? createHash('sha256').update(key).update(this.#key).digest() : key;
    return createCipheriv('aes-256-ctr', shared, material.subarray(32, 48));
  }
}

function beginning(tag: number): Buffer {
  for (;;) {
    const header = randomBytes(HEADER);
    const first = header.readUInt32LE();
    if (header[0] === 0xef || first === 0xeeeeeeee || first === PADDED || header.readUInt32LE(4) === 0)
      continue;
    header.writeUInt32LE(tag, 56);
    return header;
  }
}
