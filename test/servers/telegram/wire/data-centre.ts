import { createServer, type Server, type Socket } from 'node:net';
import { Framing } from './framing.js';
import { Handshake } from './handshake.js';
import { MessageIds } from './message-ids.js';
import type { AuthKey } from './message-key.js';
import { type Line, MtprotoSession, type RequestFrame } from './mtproto-session.js';
import type { TlObject, TlResult } from './schema.js';
import type { ServerKey } from './server-key.js';
import { tlInt, tlLong } from './tl.js';

const PLAIN_HEAD = 20;

/** What a data centre does with requests. */
export interface DataCentreServices {
  readonly key: ServerKey;
  /** Authorisation keys by name; clients keep one per data centre. */
  readonly keys: Map<string, AuthKey>;
  /** UTC milliseconds as the server has them. */
  now(): number;
  handle(
    centre: DataCentre,
    session: MtprotoSession,
    request: TlObject,
    frame: RequestFrame,
  ): Promise<TlResult | undefined>;
  swallow(request: TlObject): boolean;
  /** A session has got a connection, or lost it. */
  moved(): void;
}

/** One of the server's data centres: a TCP port that speaks MTProto 2.0 over every transport but HTTP. */
export class DataCentre {
  readonly sessions = new Map<string, MtprotoSession>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #ids: MessageIds;
  /** Sessions that have a connection. */
  readonly live = new Set<MtprotoSession>();
  /** Refuses connections. */
  away = false;
  /** Takes everything and says nothing. */
  mute = false;
  /** Answers every packet with this error of the transport, such as -429 (too many connections) or -404. */
  transportError: number | undefined;

  private constructor(
    readonly id: number,
    private readonly services: DataCentreServices,
  ) {
    this.#ids = new MessageIds(() => services.now());
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** `port` 0: any. @throws {Error} when it is taken */
  static async listen(id: number, services: DataCentreServices, port = 0): Promise<DataCentre> {
    const centre = new DataCentre(id, services);
    await new Promise<void>((resolve, reject) => {
      centre.#server.once('error', reject);
      centre.#server.listen(port, '127.0.0.1', resolve);
    });
    return centre;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Breaks all connections off, without a word. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    if (this.away) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    const framing = new Framing();
    const handshake = new Handshake(
      this.services.key,
      () => Math.floor(this.services.now() / 1_000),
      (key) => this.services.keys.set(key.name, key),
    );
    let cut: number | undefined;
    const line: Line = {
      send: (packet) => {
        if (socket.destroyed || this.mute) return;
        const framed = framing.frame(packet);
        if (cut === undefined) socket.write(framed);
        else socket.end(framed.subarray(0, Math.min(cut, framed.length - 1)), () => socket.destroy());
      },
      cutAfter: (bytes) => {
        cut = bytes;
      },
      close: () => socket.destroy(),
    };
    const attached = new Set<MtprotoSession>();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      for (const session of attached) {
        if (session.line !== line) continue;
        session.line = undefined;
        this.live.delete(session);
      }
      this.services.moved();
    });
    socket.on('data', (bytes) => {
      try {
        for (const packet of framing.receive(bytes)) this.#packet(packet, handshake, line, attached);
      } catch {
        socket.destroy();
      }
    });
  }

  #packet(packet: Buffer, handshake: Handshake, line: Line, attached: Set<MtprotoSession>): void {
    if (this.mute) return;
    if (this.transportError !== undefined) {
      line.send(tlInt(this.transportError));
      return;
    }
    if (packet.readBigInt64LE() === 0n) {
      const answer = handshake.answer(packet.subarray(PLAIN_HEAD, PLAIN_HEAD + packet.readInt32LE(16)));
      line.send(Buffer.concat([tlLong(0n), tlLong(this.#ids.next(true)), tlInt(answer.length), answer]));
      return;
    }
    const key = this.services.keys.get(packet.subarray(0, 8).toString('hex'));
    if (!key) {
      // The transport's own error: a key that the server does not have.
      line.send(tlInt(-404));
      return;
    }
    const plain = key.decrypt(packet);
    const session = this.#session(key, plain.readBigInt64LE(8));
    if (session.line !== line) {
      session.line = line;
      attached.add(session);
      this.live.add(session);
      this.services.moved();
      session.resume();
    }
    session.receive(plain);
  }

  #session(key: AuthKey, id: bigint): MtprotoSession {
    const name = `${key.name} ${id}`;
    let session = this.sessions.get(name);
    if (!session) {
      session = new MtprotoSession(key, id, {
        ids: this.#ids,
        now: () => this.services.now(),
        handle: (from, request, frame) => this.services.handle(this, from, request, frame),
        swallow: (request) => this.services.swallow(request),
      });
      this.sessions.set(name, session);
    }
    return session;
  }
}
