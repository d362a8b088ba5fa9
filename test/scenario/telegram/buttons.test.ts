import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import { bodyOf, type Conversation, conversation } from './conversation.js';

let talk: Conversation;
let bot: ScriptedPerson;
let its: string;
beforeEach(async () => {
  talk = await conversation();
  bot = talk.server.person('Apothecary', { bot: true, username: 'apothecary_bot' });
  its = talk.stage.jid(bot);
});
afterEach(() => talk.stage.stop());

function keyboard(...buttons: Api.TypeKeyboardButton[]): Api.ReplyInlineMarkup {
  return new Api.ReplyInlineMarkup({ rows: [new Api.KeyboardButtonRow({ buttons })] });
}

describe('the buttons of a bot', () => {
  it('are numbered choices, pressed by “press 2”; its answer is shown', async () => {
    const { stage, romeo } = talk;
    bot.answersButtons((data) => ({ text: `such mortal ${data} I have`, alert: true }));
    const markup = keyboard(
      new Api.KeyboardButtonCallback({ text: 'Balm', data: Buffer.from('balm') }),
      new Api.KeyboardButtonCallback({ text: 'Drugs', data: Buffer.from('drugs') }),
      new Api.KeyboardButtonUrl({ text: 'The law', url: 'https://mantua.example/law' }),
    );
    bot.says('Who calls so loud?', romeo, { markup });
    const body = bodyOf(await stage.message(its)) ?? '';
    expect(body.split('\n')).toEqual([
      'Who calls so loud?',
      '1. Balm',
      '2. Drugs',
      '3. The law (https://mantua.example/law)',
      expect.stringMatching(/^\[.*press 1.*\]$/),
    ]);
    await stage.write(its, 'press 2');
    expect(bodyOf(await stage.message(its, 'mortal'))).toBe('such mortal drugs I have');
    const id = await stage.write(its, 'press 9');
    const error = await stage.next(({ attrs }) => attrs.type === 'error', 'an error');
    expect(error.attrs.id).toBe(id);
    // The words themselves are no messages.
    expect(bot.person.box.messages.size).toBe(1);
  });

  it('a button that says something says it', async () => {
    const { stage, romeo } = talk;
    const buttons = [new Api.KeyboardButton({ text: 'Forty ducats' })];
    const markup = new Api.ReplyKeyboardMarkup({ rows: [new Api.KeyboardButtonRow({ buttons })] });
    bot.says('How much?', romeo, { markup });
    expect(bodyOf(await stage.message(its))).toContain('1. Forty ducats');
    await stage.write(its, 'press 1');
    await expect.poll(() => bot.heard(romeo)?.text).toBe('Forty ducats');
  });

  it('other buttons are the same message with other choices', async () => {
    const { stage, romeo } = talk;
    const markup = keyboard(new Api.KeyboardButtonCallback({ text: 'Balm', data: Buffer.from('balm') }));
    const said = bot.says('Who calls?', romeo, { markup });
    const asked = await stage.message(its);
    said.message.markup = undefined as never;
    for (const [owner, id] of said.message.copies) {
      const copy = owner.box.messages.get(id);
      if (copy) delete copy.markup;
    }
    bot.edits(said, 'I am closed');
    const changed = await stage.next((stanza) => stanza.child('replace') !== undefined, 'other words');
    expect(changed.child('replace')?.attrs.id).toBe(asked.attrs.id);
    expect(bodyOf(changed)).toBe('I am closed');
  });
});
