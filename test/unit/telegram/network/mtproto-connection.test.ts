import { randomBytes } from 'node:crypto';
import { Duplex } from 'node:stream';
import bigInt from 'big-integer';
import fc from 'fast-check';
import { Api } from 'telegram';
import { describe, expect, it } from 'vitest';
import { MessageClock } from '../../../../gateways/telegram/client/gramjs/network/message-clock.js';
import { MessageKey } from '../../../../gateways/telegram/client/gramjs/network/message-key.js';
import { MtprotoConnection } from '../../../../gateways/telegram/client/gramjs/network/mtproto-connection.js';
import { PacketStream } from '../../../../gateways/telegram/client/gramjs/network/packet-stream.js';
import { Disconnected } from '../../../../gateways/telegram/client/gramjs/network/rpc-failure.js';
import { Framing } from '../../../servers/telegram/wire/framing.js';
import { AuthKey } from '../../../servers/telegram/wire/message-key.js';
import { tlBytes, tlInt, tlLong } from '../../../servers/telegram/wire/tl.js';

class Line extends Duplex {
  readonly written: Buffer[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.written.push(chunk);
    done();
  }
}

/** One message as the client sent it. */
interface Said {
  readonly id: bigint;
  readonly body: Buffer;
}

/** A connection whose server is the test. */
class Stage {
  readonly updates: object[] = [];
  readonly errors: number[] = [];
  missed = 0;
  ended = 0;
  readonly #line = new Line();
  readonly #framing = new Framing();
  readonly #key: AuthKey;
  readonly connection: MtprotoConnection;
  #id = BigInt(Math.floor(Date.now() / 1_000)) << 32n;
  #session: Buffer = Buffer.alloc(8);
  salt = 0n;

  constructor() {
    const key = randomBytes(256);
    this.#key = new AuthKey(key);
    const stream = new PacketStream(this.#line, { centre: 1 });
    this.connection = new MtprotoConnection(stream, new MessageKey(key), new MessageClock(), 0n, {
      updates: (one) => this.updates.push(one),
      missed: () => {
        this.missed += 1;
      },
      transportError: (code) => this.errors.push(code),
      ended: () => {
        this.ended += 1;
      },
    });
  }

  /** What the client has said since the last call, out of its containers. */
  async heard(): Promise<readonly Said[]> {
    await new Promise((resolve) => setImmediate(resolve));
    const bytes = Buffer.concat(this.#line.written.splice(0));
    return this.#framing.receive(bytes).flatMap((packet) => {
      const plain = this.#key.decrypt(packet);
      this.#session = plain.subarray(8, 16);
      this.salt = plain.readBigInt64LE();
      return messagesIn(plain.readBigInt64LE(16), plain.subarray(32, 32 + plain.readInt32LE(28)));
    });
  }

  says(
    body: Buffer,
    { sequence = 1, id }: { readonly sequence?: number; readonly id?: bigint } = {},
  ): bigint {
    this.#id += 4n;
    const own = id ?? this.#id + 1n;
    const head = [tlLong(this.salt), this.#session, tlLong(own), tlInt(sequence), tlInt(body.length)];
    this.raw(this.#key.encrypt(Buffer.concat([...head, body])));
    return own;
  }

  raw(packet: Buffer): void {
    this.#line.emit('data', this.#framing.frame(packet));
  }
}

function messagesIn(id: bigint, body: Buffer): readonly Said[] {
  if (body.readUInt32LE() !== 0x73f1f8dc) return [{ id, body }];
  const inside: Said[] = [];
  let at = 8;
  for (let left = body.readInt32LE(4); left > 0; left -= 1) {
    const end = at + 16 + body.readInt32LE(at + 12);
    inside.push({ id: body.readBigInt64LE(at), body: body.subarray(at + 16, end) });
    at = end;
  }
  return inside;
}

const STATE = new Api.updates.State({ pts: 1, qts: 2, date: 3, seq: 4, unreadCount: 5 });
const result = (to: bigint, body: Buffer) => Buffer.concat([tlInt(0xf35c6d01), tlLong(to), body]);
const ask = (stage: Stage) => stage.connection.invoke(new Api.updates.GetState());
const acknowledged = (said: readonly Said[]) =>
  said
    .filter(({ body }) => body.readUInt32LE() === 0x62d6b459)
    .flatMap(({ body }) =>
      Array.from({ length: body.readInt32LE(8) }, (_, index) => body.readBigInt64LE(12 + index * 8)),
    );
const requests = (said: readonly Said[]) =>
  said.filter(({ body }) => body.readUInt32LE() === new Api.updates.GetState().CONSTRUCTOR_ID);

describe('one session of MTProto', () => {
  it('says what is asked together together, and has each answer for its question', async () => {
    const stage = new Stage();
    const asked = [ask(stage), ask(stage), ask(stage)];
    const said = await stage.heard();
    expect(said).toHaveLength(3);
    expect(new Set(said.map(({ id }) => id)).size).toBe(3);
    const states = said.map((_, index) => new Api.updates.State({ ...STATE.originalArgs, pts: index }));
    for (const index of [2, 0, 1])
      stage.says(result(said[index]?.id ?? 0n, states[index]?.getBytes() ?? Buffer.alloc(0)));
    expect((await Promise.all(asked)).map((state) => (state as Api.updates.State).pts)).toEqual([0, 1, 2]);
  });

  it('goes on reading a container after an error in it', async () => {
    const stage = new Stage();
    const [one, two] = [ask(stage), ask(stage)];
    const [first, second] = await stage.heard();
    const error = new Api.RpcError({ errorCode: 400, errorMessage: 'NO' } as never) as unknown as {
      getBytes(): Buffer;
    };
    const parts = [result(first?.id ?? 0n, error.getBytes()), result(second?.id ?? 0n, STATE.getBytes())];
    const inside = parts.map((body, index) =>
      Buffer.concat([tlLong(BigInt(1_001 + index * 4)), tlInt(1), tlInt(body.length), body]),
    );
    stage.says(Buffer.concat([tlInt(0x73f1f8dc), tlInt(2), ...inside]), { sequence: 0 });
    await expect(one).rejects.toMatchObject({ code: 400, text: 'NO' });
    expect(await two).toMatchObject({ pts: 1 });
  });

  it('takes every message of the server once, and acknowledges it each time', async () => {
    const stage = new Stage();
    void ask(stage).catch(() => undefined);
    await stage.heard();
    const update = new Api.UpdatesTooLong().getBytes();
    const id = stage.says(update);
    stage.says(update, { id });
    expect(stage.updates).toHaveLength(1);
    void ask(stage).catch(() => undefined);
    expect(acknowledged(await stage.heard())).toEqual([id, id]);
  });

  it('says a request again with another salt, also all of a container', async () => {
    const stage = new Stage();
    const asked = [ask(stage), ask(stage)];
    const first = await stage.heard();
    // The server names the container, whose number is the last that was made.
    const container = (first.at(-1)?.id ?? 0n) + 4n;
    const refused = (id: bigint) =>
      Buffer.concat([tlInt(0xedab447b), tlLong(id), tlInt(0), tlInt(48), tlLong(77n)]);
    for (const id of [container, ...first.map((one) => one.id)]) stage.says(refused(id), { sequence: 0 });
    const again = requests(await stage.heard());
    expect(again).toHaveLength(2);
    expect(stage.salt).toBe(77n);
    for (const { id } of again) stage.says(result(id, STATE.getBytes()));
    await Promise.all(asked);
  });

  it('gives up on a request that the server never accepts, and on the session with it', async () => {
    const stage = new Stage();
    const asked = ask(stage);
    const failed = expect(asked).rejects.toMatchObject({ text: 'MESSAGE_NOT_ACCEPTED' });
    for (let round = 0; round < 10; round += 1)
      for (const { id } of requests(await stage.heard()))
        stage.says(Buffer.concat([tlInt(0xa7eff811), tlLong(id), tlInt(1), tlInt(32)]), { sequence: 0 });
    await failed;
    expect(stage.ended).toBe(1);
  });

  it('tells that something was missed when the server has begun anew, or cannot be understood', async () => {
    const stage = new Stage();
    void ask(stage).catch(() => undefined);
    await stage.heard();
    const fresh = Buffer.concat([tlInt(0x9ec20908), tlLong(1n), tlLong(2n), tlLong(3n)]);
    stage.says(fresh);
    expect(stage.missed).toBe(0);
    stage.says(fresh);
    expect(stage.missed).toBe(1);
    stage.says(tlInt(0x01020304));
    expect(stage.missed).toBe(2);
  });

  it('asks for answers that it has not got, and says which messages it has', async () => {
    const stage = new Stage();
    void ask(stage).catch(() => undefined);
    await stage.heard();
    stage.says(Buffer.concat([tlInt(0x809db6df), tlLong(4_711n), tlInt(100), tlInt(0)]), { sequence: 0 });
    const [resend] = await stage.heard();
    expect(resend?.body.readUInt32LE()).toBe(0x7d861a08);
    const known = stage.says(new Api.UpdatesTooLong().getBytes());
    stage.says(Buffer.concat([tlInt(0xda69fb52), tlInt(0x1cb5c415), tlInt(2), tlLong(known), tlLong(9n)]), {
      sequence: 0,
    });
    const [info] = (await stage.heard()).filter(({ body }) => body.readUInt32LE() === 0x04deb57d);
    expect(info?.body.subarray(12)).toEqual(tlBytes(Buffer.from([4, 2])));
  });

  it('hands errors of the transport on, and ends', async () => {
    const stage = new Stage();
    const asked = ask(stage);
    await stage.heard();
    stage.raw(tlInt(-404));
    await expect(asked).rejects.toBeInstanceOf(Disconnected);
    await expect(asked).rejects.toMatchObject({ sent: true });
    expect(stage.errors).toEqual([404]);
    await expect(ask(stage)).rejects.toMatchObject({ sent: false });
  });

  it('survives whatever a server may say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 120 }), { maxLength: 10 }), async (bodies) => {
        const stage = new Stage();
        const asked = ask(stage);
        const [said] = await stage.heard();
        const kinds = [
          0x73f1f8dc, 0xf35c6d01, 0xedab447b, 0xa7eff811, 0x276d3ec6, 0xda69fb52, 0x7d861a08, 0x3072cfa1,
        ];
        for (const [index, body] of bodies.entries()) {
          stage.says(Buffer.from(body));
          stage.says(Buffer.concat([tlInt(kinds[index % kinds.length] ?? 0), Buffer.from(body)]));
          stage.raw(Buffer.concat([Buffer.from(body), randomBytes(40)]));
        }
        for (const { id } of [said, ...requests(await stage.heard())].flatMap((one) => one ?? []))
          stage.says(result(id, STATE.getBytes()));
        expect(await asked).toMatchObject({ pts: 1 });
      }),
      { numRuns: 200 },
    );
  });

  it('reads objects whose numbers have 64 bits', async () => {
    const stage = new Stage();
    void ask(stage).catch(() => undefined);
    await stage.heard();
    const update = new Api.UpdateShort({
      update: new Api.UpdateUser({ userId: bigInt('9007199254740993') }),
      date: 1,
    });
    stage.says(update.getBytes());
    expect(String((stage.updates[0] as { update: Api.UpdateUser }).update.userId)).toBe('9007199254740993');
  });
});
