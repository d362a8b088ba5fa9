import { createConnection } from 'node:net';
import bigInt from 'big-integer';
import fc from 'fast-check';
import { Api } from 'telegram';
import { afterEach, describe, expect, it } from 'vitest';
import { floodWait, HeldUpdates, held, losing, twice } from '../../../servers/telegram/faults.js';
import { HOSTILE_NAMES } from '../../../servers/telegram/world/crowd.js';
import { channelOf, peerOf } from '../../../support/telegram/plain-client.js';
import { Stages } from './stage.js';

describe('faults', () => {
  const stages = new Stages();
  afterEach(() => stages.close());

  it('answers with errors, late, or not at all, and what was not acted on has not happened', async () => {
    const { client, server, alice, bob } = await stages.open();
    const say = (message: string, randomId = bigInt(Math.floor(Math.random() * 2 ** 40))) =>
      client.invoke(new Api.messages.SendMessage({ peer: peerOf(bob), message, randomId }));
    const { SendMessage } = Api.messages as unknown as { SendMessage: { className: string } };
    server.faults.next(SendMessage, floodWait(7), { kind: 'error', code: 500, text: 'INTERDC_2_CALL_ERROR' });
    await expect(say('one')).rejects.toMatchObject({ seconds: 7 });
    await expect(say('two')).rejects.toThrow();
    expect(bob.heard(alice)).toBeUndefined();
    const { fault, release } = held({ acted: true });
    server.faults.next(SendMessage, fault);
    const three = say('three');
    await server.asked(SendMessage, ({ request }) => 'message' in request && request.message === 'three');
    expect(bob.heard(alice)?.text).toBe('three');
    release();
    await three;
    expect(server.faults.pending).toBe(0);
  });

  it('breaks connections before and after acting, and in the middle of answers', async () => {
    const { client, server, alice, bob } = await stages.open();
    const { SendMessage } = Api.messages as unknown as { SendMessage: { className: string } };
    const said: string[] = [];
    for (const fault of [{ kind: 'refuse' }, { kind: 'drop' }, { kind: 'cut', bytes: 20 }] as const) {
      server.faults.next(SendMessage, fault);
      const randomId = bigInt(said.length + 1);
      const words = `words ${fault.kind}`;
      const request = new Api.messages.SendMessage({ peer: peerOf(bob), message: words, randomId });
      // The library asks again by itself, and learns that it was heard before.
      await client.invoke(request).catch((error: Error) => expect(error.message).toContain('RANDOM_ID'));
      said.push(words);
    }
    const heard = bob.person.box.newest().map(({ text }) => text);
    expect(heard.reverse()).toEqual(said);
    expect(bob.heard(alice)?.text).toBe('words cut');
  });

  it('loses, doubles, delays and turns round updates, and tells of them when asked', async () => {
    const { client, server, alice, bob, heard, next } = await stages.open();
    server.shortUpdates = false;
    const texts = () =>
      heard.flatMap((one) =>
        one instanceof Api.UpdateNewMessage && 'message' in one.message ? [one.message.message] : [],
      );
    const before = await client.invoke(new Api.updates.GetState());
    server.faults.delivery = twice;
    bob.says('double', alice);
    const kept = new HeldUpdates();
    server.faults.delivery = kept.deliver;
    bob.says('first', alice);
    bob.says('second', alice);
    server.faults.delivery = losing((index) => index === 0);
    bob.says('lost', alice);
    expect(kept.count).toBe(2);
    kept.release('backwards');
    server.faults.delivery = undefined;
    bob.says('end', alice);
    await next(Api.UpdateNewMessage, ({ message }) => 'message' in message && message.message === 'end');
    expect(texts()).toEqual(['double', 'double', 'second', 'first', 'end']);
    const { pts, qts, date } = before;
    const difference = await client.invoke(new Api.updates.GetDifference({ pts, qts, date }));
    expect(difference).toMatchObject({ newMessages: { length: 5 } });
  });

  it('tells of thousands of things in one piece, of channels that changed, and of too long absences', async () => {
    const { client, server, alice, bob, next } = await stages.open();
    const place = bob.as.createsChannel({ title: 'Busy' }, alice);
    const { pts, qts, date } = await client.invoke(new Api.updates.GetState());
    server.together(() => {
      for (let index = 0; index < 3_000; index += 1) bob.says(`number ${index}`, alice);
    });
    await next(
      Api.UpdateNewMessage,
      ({ message }) => 'message' in message && message.message === 'number 2999',
    );
    bob.says('there', place);
    const slice = await client.invoke(new Api.updates.GetDifference({ pts, qts, date }));
    expect(slice).toBeInstanceOf(Api.updates.DifferenceSlice);
    const last = await client.invoke(new Api.updates.GetDifference({ pts: alice.person.box.pts, qts, date }));
    expect(last).toMatchObject({
      otherUpdates: [{ className: 'UpdateChannelTooLong', channelId: bigInt(place.id) }],
    });
    server.tooLong = 10;
    server.channelTooLong = 1;
    const far = await client.invoke(new Api.updates.GetDifference({ pts, qts, date }));
    expect(far).toBeInstanceOf(Api.updates.DifferenceTooLong);
    const channel = await client.invoke(
      new Api.updates.GetChannelDifference({
        ...{ channel: channelOf(place), filter: new Api.ChannelMessagesFilterEmpty(), pts: 1, limit: 100 },
      }),
    );
    expect(channel).toBeInstanceOf(Api.updates.ChannelDifferenceTooLong);
  });

  it('changes salts and its clock under way', async () => {
    const { client, server, alice } = await stages.open();
    server.changeSalts();
    expect(await client.invoke(new Api.help.GetConfig())).toMatchObject({ thisDc: 1 });
    server.clockAhead = 3_600_000;
    expect(await client.invoke(new Api.help.GetNearestDc())).toMatchObject({ thisDc: 1 });
    server.forgetKeys(alice.person);
    expect(server.keys.size).toBe(0);
  });

  it('answers with errors of the transport, or not at all', async () => {
    const { server } = await stages.open();
    const [centre] = server.centres;
    if (!centre) throw new Error('no data centre');
    const socket = createConnection({ port: centre.port, host: '127.0.0.1' });
    const answers: number[] = [];
    let heard = (): void => undefined;
    socket.on('data', (bytes) => {
      for (let at = 4; at < bytes.length; at += 8) answers.push(bytes.readInt32LE(at));
      heard();
    });
    const packet = Buffer.concat([Buffer.from([40, 0, 0, 0]), Buffer.alloc(40, 7)]);
    const answered = (count: number) =>
      new Promise<void>((resolve) => {
        heard = () => answers.length >= count && resolve();
        heard();
      });
    socket.write(Buffer.from('eeeeeeee', 'hex'));
    socket.write(packet);
    await answered(1);
    centre.transportError = -429;
    socket.write(packet);
    await answered(2);
    centre.transportError = undefined;
    socket.write(packet);
    await answered(3);
    expect(answers).toEqual([-404, -429, -404]);
    socket.destroy();
  });

  it('carries hostile names and entities as they are', async () => {
    const { client, server, alice } = await stages.open();
    for (const name of HOSTILE_NAMES) server.person(name).says('x', alice);
    const dialogs = await client.getDialogs({ limit: 100 });
    expect(dialogs).toHaveLength(HOSTILE_NAMES.length);
    const mallory = server.person('Mallory');
    mallory.says('👍', alice, {
      entities: [
        new Api.MessageEntityBold({ offset: 1, length: 1 }),
        new Api.MessageEntityItalic({ offset: 50, length: 2_147_483_647 }),
        new Api.MessageEntityCode({ offset: -5, length: -1 }),
        new Api.MessageEntityMentionName({ offset: 0, length: 2, userId: bigInt(999_999) }),
      ],
    });
    const [message] = await client.getMessages(peerOf(mallory), { limit: 1 });
    expect(message?.entities).toHaveLength(4);
    server.push(
      ...([alice.person] as const),
      new Api.UpdateUserStatus({ userId: bigInt(424_242), status: new Api.UserStatusRecently({}) }),
    );
  });

  it('survives any bytes from anybody', async () => {
    const { client, server } = await stages.open();
    const [centre] = server.centres;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }),
        fc.constantFrom('', 'ef', 'eeeeeeee', 'dddddddd'),
        async (chunks, tag) => {
          const socket = createConnection({ port: centre?.port ?? 0, host: '127.0.0.1' });
          const closed = new Promise((resolve) => socket.on('close', resolve));
          socket.on('error', () => socket.destroy());
          socket.write(Buffer.from(tag, 'hex'));
          socket.resume();
          for (const chunk of chunks) socket.write(chunk);
          socket.end();
          await closed;
        },
      ),
      { numRuns: 100 },
    );
    expect(await client.invoke(new Api.help.GetConfig())).toMatchObject({ thisDc: 1 });
  });
});
