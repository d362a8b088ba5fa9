import bigInt from 'big-integer';
import { Api } from 'telegram';
import { afterEach, describe, expect, it } from 'vitest';
import { peerOf, userOf } from '../../../support/telegram/plain-client.js';
import { Stages } from './stage.js';

describe('messages', () => {
  const stages = new Stages();
  afterEach(() => stages.close());

  it('says, changes, answers, pins and deletes', async () => {
    const { client, alice, bob, next } = await stages.open();
    const first = bob.says('hello', alice);
    bob.says('again', alice);
    // Whom one knows is told of in the short form.
    expect(await next(Api.UpdateShortMessage)).toMatchObject({ message: 'again', userId: bigInt(bob.id) });
    const sent = await client.invoke(
      new Api.messages.SendMessage({
        ...{ peer: peerOf(bob), message: '  see https://example.org and @bobby  ', randomId: bigInt(7) },
        replyTo: new Api.InputReplyToMessage({ replyToMsgId: 1, quoteText: 'ell' }),
        entities: [new Api.MessageEntityBold({ offset: 2, length: 3 })],
      }),
    );
    expect(sent).toBeInstanceOf(Api.UpdateShortSentMessage);
    expect(bob.heard(alice)).toMatchObject({
      text: 'see https://example.org and @bobby',
      entities: [
        { className: 'MessageEntityBold', offset: 0, length: 3 },
        { className: 'MessageEntityUrl', offset: 4, length: 19 },
        { className: 'MessageEntityMention' },
      ],
      replyTo: { replyToMsgId: first.message.id, quoteText: 'ell' },
    });
    await client.invoke(new Api.messages.EditMessage({ peer: peerOf(bob), id: 3, message: 'better' }));
    expect(bob.heard(alice)?.text).toBe('better');
    bob.edits(first, 'hello!');
    expect((await next(Api.UpdateEditMessage)).message).toMatchObject({ message: 'hello!' });
    await client.invoke(new Api.messages.UpdatePinnedMessage({ peer: peerOf(bob), id: 1 }));
    expect(bob.heard(alice)?.action?.className).toBe('MessageActionPinMessage');
    const pinned = await client.getMessages(peerOf(bob), { filter: new Api.InputMessagesFilterPinned() });
    expect([...pinned].map(({ id }) => id)).toEqual([1]);
    const found = await client.getMessages(peerOf(bob), { search: 'bett' });
    expect([...found].map(({ message }) => message)).toEqual(['better']);
    await client.invoke(new Api.messages.DeleteMessages({ id: [3], revoke: true }));
    expect([...bob.person.box.messages.values()].map(({ text }) => text)).not.toContain('better');
  });

  it('refuses what the real server refuses', async () => {
    const { client, bob } = await stages.open();
    const say = (message: string, more: object = {}) =>
      client.invoke(new Api.messages.SendMessage({ peer: peerOf(bob), message, ...more }));
    await expect(say(' ')).rejects.toThrow('MESSAGE_EMPTY');
    await expect(say('x'.repeat(4_097))).rejects.toThrow('MESSAGE_TOO_LONG');
    const bold = (offset: number, length: number) => ({
      entities: [new Api.MessageEntityBold({ offset, length })],
    });
    await expect(say('short', bold(3, 9))).rejects.toThrow('ENTITY_BOUNDS_INVALID');
    await expect(say('a👍b', bold(2, 1))).rejects.toThrow('ENTITY_BOUNDS_INVALID');
    await expect(say('x', { replyTo: new Api.InputReplyToMessage({ replyToMsgId: 99 }) })).rejects.toThrow(
      'REPLY_MESSAGE_ID_INVALID',
    );
    const randomId = bigInt(11);
    await say('once', { randomId });
    await expect(say('once', { randomId })).rejects.toThrow('RANDOM_ID_DUPLICATE');
    await expect(
      client.invoke(new Api.messages.EditMessage({ peer: peerOf(bob), id: 1, message: 'once' })),
    ).rejects.toThrow('MESSAGE_NOT_MODIFIED');
    expect(bob.person.box.messages.size).toBe(1);
  });

  it('forwards, reacts and reads both ways', async () => {
    const { client, server, alice, bob, next } = await stages.open();
    const carol = server.person('Carol');
    const said = bob.says('news', alice);
    await client.invoke(
      new Api.messages.ForwardMessages({ fromPeer: peerOf(bob), id: [1], toPeer: peerOf(carol) }),
    );
    expect(carol.heard(alice)).toMatchObject({
      text: 'news',
      forward: { fromId: { userId: bigInt(bob.id) } },
    });
    await client.invoke(
      new Api.messages.SendReaction({
        ...{ peer: peerOf(bob), msgId: 1, reaction: [new Api.ReactionEmoji({ emoticon: '👍' })] },
      }),
    );
    expect([...said.message.reactions.keys()]).toEqual([alice.id]);
    await expect(
      client.invoke(
        new Api.messages.SendReaction({
          ...{ peer: peerOf(bob), msgId: 1, reaction: [new Api.ReactionEmoji({ emoticon: '🦑' })] },
        }),
      ),
    ).rejects.toThrow('REACTION_INVALID');
    const own = alice.says('mine', bob);
    bob.reacts(own, '🔥');
    const { message } = await next(Api.UpdateEditMessage, (update) => update.message.id === own.message.id);
    expect(message).toMatchObject({
      ...{ editHide: true, reactions: { results: [{ reaction: { emoticon: '🔥' }, count: 1 }] } },
    });
    bob.reads(alice);
    expect((await next(Api.UpdateReadHistoryOutbox)).maxId).toBe(own.message.id);
    bob.says('one', alice);
    bob.says('two', alice);
    const [dialog] = await client.getDialogs({ limit: 1 });
    expect(dialog?.unreadCount).toBe(3);
    await client.invoke(new Api.messages.ReadHistory({ peer: peerOf(bob), maxId: 99 }));
    const [after] = await client.getDialogs({ limit: 1 });
    expect(after?.unreadCount).toBe(0);
    bob.types(alice);
    expect((await next(Api.UpdateUserTyping)).userId.toJSNumber()).toBe(bob.id);
  });

  it('turns pages of the history', async () => {
    const { client, alice, bob } = await stages.open();
    for (let index = 1; index <= 250; index += 1) bob.says(`number ${index}`, alice);
    const all: number[] = [];
    for await (const message of client.iterMessages(peerOf(bob), { limit: 230 })) all.push(message.id);
    expect(all).toEqual(Array.from({ length: 230 }, (_unused, index) => 250 - index));
    const middle = await client.getMessages(peerOf(bob), { offsetId: 100, limit: 3 });
    expect([...middle].map(({ id }) => id)).toEqual([99, 98, 97]);
    const later = await client.getMessages(peerOf(bob), { minId: 247, limit: 100 });
    expect([...later].map(({ id }) => id)).toEqual([250, 249, 248]);
  });

  it('presses buttons of bots, scripted and real', async () => {
    const { client, server, alice, join } = await stages.open();
    const bot = server.person('Bot', { bot: true, botToken: '1:abc', username: 'helper_bot' });
    const markup = new Api.ReplyInlineMarkup({
      rows: [
        new Api.KeyboardButtonRow({
          buttons: [new Api.KeyboardButtonCallback({ text: 'Yes', data: Buffer.from('yes') })],
        }),
      ],
    });
    bot.says('Sure?', alice, { markup });
    const press = () =>
      client.invoke(
        new Api.messages.GetBotCallbackAnswer({ peer: peerOf(bot), msgId: 1, data: Buffer.from('yes') }),
      );
    await expect(press()).rejects.toThrow('BOT_RESPONSE_TIMEOUT');
    bot.answersButtons((data) => ({ text: `pressed ${data}`, alert: true }));
    expect(await press()).toMatchObject({ message: 'pressed yes', alert: true });
    bot.person.pressed = undefined;
    const there = await join(bot);
    const pressed = press();
    const query = await there.next(Api.UpdateBotCallbackQuery);
    await there.client.invoke(
      new Api.messages.SetBotCallbackAnswer({ queryId: query.queryId, message: 'fine', cacheTime: 0 }),
    );
    expect(await pressed).toMatchObject({ message: 'fine' });
    await expect(there.client.invoke(new Api.messages.GetHistory({ peer: peerOf(alice) }))).rejects.toThrow(
      'BOT_METHOD_INVALID',
    );
    await client.invoke(
      new Api.messages.StartBot({ bot: userOf(bot), peer: peerOf(bot), startParam: 'now' }),
    );
    expect(bot.heard(alice)?.text).toBe('/start now');
  });

  it('holds polls', async () => {
    const { client, server, alice, bob, next } = await stages.open();
    const said = bob.says(server.samples.poll('Tea?', ['yes', 'no']), alice);
    const [message] = await client.getMessages(peerOf(bob), { ids: [1] });
    expect(message?.media).toMatchObject({ className: 'MessageMediaPoll', results: { totalVoters: 0 } });
    const option = Buffer.from([1]);
    await client.invoke(new Api.messages.SendVote({ peer: peerOf(bob), msgId: 1, options: [option] }));
    expect([...(said.message.poll?.votes.keys() ?? [])]).toEqual([alice.person]);
    bob.votes(said, 0);
    const update = await next(Api.UpdateMessagePoll, ({ results }) => results.totalVoters === 2);
    expect(update.results.results).toMatchObject([
      { voters: 1, chosen: false },
      { voters: 1, chosen: true },
    ]);
    const votes = await client.invoke(new Api.messages.GetPollVotes({ peer: peerOf(bob), id: 1, limit: 10 }));
    expect(votes.count).toBe(2);
    await client.invoke(
      new Api.messages.SendMedia({
        peer: peerOf(bob),
        message: '',
        media: new Api.InputMediaPoll({
          poll: new Api.Poll({
            ...{ id: bigInt(0), quiz: true },
            question: new Api.TextWithEntities({ text: '2+2', entities: [] }),
            answers: ['3', '4'].map(
              (text, index) =>
                new Api.PollAnswer({
                  text: new Api.TextWithEntities({ text, entities: [] }),
                  option: Buffer.from([index]),
                }),
            ),
          }),
          correctAnswers: [Buffer.from([1])],
        }),
      }),
    );
    expect(bob.heard(alice)?.poll?.poll.quiz).toBe(true);
  });
});
