import bigInt from 'big-integer';
import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClientStage, type StageClient } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
let one: StageClient;
beforeEach(async () => {
  stage = await ClientStage.open(1);
});
afterEach(() => stage.close());

describe('messages that want something', () => {
  it('F30 a poll is seen, voted in, and its results are told', async () => {
    const alice = stage.server.person('Alice');
    const bob = stage.server.person('Bob');
    one = await stage.login(alice.person);
    bob.says(stage.server.samples.poll('Tea?', ['yes', 'no']), alice);
    const { message } = await one.next('message');
    const poll = message.media?.kind === 'poll' ? message.media.poll : undefined;
    expect(poll).toMatchObject({
      question: 'Tea?',
      closed: false,
      answers: [{ text: 'yes' }, { text: 'no' }],
    });
    await one.client.vote(message.chat, message.id, [poll?.answers[0]?.option ?? '']);
    const told = await one.next('poll', (event) => event.poll.voters === 1);
    expect(told.poll.answers[0]).toMatchObject({ text: 'yes', voters: 1, chosen: true });
  });

  it("a bot's button is pressed, and answers", async () => {
    const alice = stage.server.person('Alice');
    const bot = stage.server.person('Shop', { bot: true });
    one = await stage.login(alice.person);
    bot.answersButtons((data) => ({ text: `you chose ${data}`, alert: true }));
    const buttons = [new Api.KeyboardButtonCallback({ text: 'Tea', data: Buffer.from('tea') })];
    const markup = new Api.ReplyInlineMarkup({ rows: [new Api.KeyboardButtonRow({ buttons })] });
    bot.says('what will it be?', alice, { markup });
    const { message } = await one.next('message');
    const button = message.buttons?.[0]?.[0];
    expect(button).toMatchObject({ kind: 'callback', text: 'Tea', needsPassword: false });
    const data = button?.kind === 'callback' ? button.data : '';
    expect(await one.client.press(message.chat, message.id, data)).toEqual({
      text: 'you chose tea',
      alert: true,
    });
  });

  it('F30 the picture of a custom emoji can be fetched', async () => {
    const alice = stage.server.person('Alice');
    one = await stage.login(alice.person);
    expect(await one.client.emojiFiles([String(bigInt(12345))])).toEqual(new Map());
  });
});
