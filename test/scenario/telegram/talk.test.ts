import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ORCHARD } from '../../support/telegram/gateway-stage.js';
import { bodyOf, type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

describe('words in private', () => {
  it('F06 F23 hers come as a chat from her bare address, with an id of their own', async () => {
    const { stage, romeo, juliet, her } = talk;
    juliet.says('O Romeo', romeo);
    const first = await stage.message(her, 'O Romeo');
    expect(first.attrs).toMatchObject({ from: her, to: 'romeo@example.org', type: 'chat' });
    expect(bodyOf(first)).toBe('O Romeo');
    expect(first.child('delay')).toBeUndefined();
    juliet.says('O Romeo', romeo);
    const second = await stage.message(her, 'O Romeo');
    expect(second.attrs.id).not.toBe(first.attrs.id);
  });

  it('F01 F12 his arrive once, and the server’s word for it is the receipt', async () => {
    const { stage, romeo, juliet, her } = talk;
    const id = await stage.write(her, "<body>It is my lady</body><request xmlns='urn:xmpp:receipts'/>");
    const receipt = await stage.next((stanza) => stanza.child('received') !== undefined, 'a receipt');
    expect(receipt.child('received')?.attrs.id).toBe(id);
    expect(receipt.attrs).toMatchObject({ from: her, to: ORCHARD });
    expect(juliet.heard(romeo)?.text).toBe('It is my lady');
    expect(juliet.person.box.messages.size).toBe(1);
  });

  it('F08 many, both ways at once, keep their order', async () => {
    const { stage, romeo, juliet, her } = talk;
    const numbers = Array.from({ length: 50 }, (_, index) => String(index));
    for (const number of numbers) {
      juliet.says(`in ${number}`, romeo);
      await stage.write(her, `out ${number}`);
    }
    await stage.message(her, 'in 49');
    await expect.poll(() => juliet.heard(romeo)?.text).toBe('out 49');
    expect(stage.bodies(her)).toEqual(numbers.map((number) => `in ${number}`));
    const heard = [...juliet.person.box.messages.values()].filter(({ out }) => !out);
    expect(heard.map(({ text }) => text)).toEqual(numbers.map((number) => `out ${number}`));
  });

  it('F02 F05 what goes to somebody who was never heard of comes back in words', async () => {
    const { stage } = talk;
    const id = await stage.write('u424242@telegram.example.org', 'Who is there?');
    const error = await stage.next(({ attrs }) => attrs.type === 'error', 'an error');
    expect(error.attrs).toMatchObject({ id, from: 'u424242@telegram.example.org' });
    expect(error.child('error')?.child('item-not-found')).toBeDefined();
  });

  it('F25 a text beyond what Telegram takes goes out in several, in order and whole', async () => {
    const { stage, romeo, juliet, her } = talk;
    const words = Array.from({ length: 2_000 }, (_, index) => `word${index}`).join(' ');
    const id = await stage.write(her, words);
    await expect.poll(() => juliet.heard(romeo)?.text).toContain('word1999');
    const heard = [...juliet.person.box.messages.values()].map(({ text }) => text);
    expect(heard.length).toBeGreaterThan(2);
    expect(heard.every((text) => text.length <= 4_096)).toBe(true);
    expect(heard.join(' ')).toBe(words);
    // All of them are that one message.
    await stage.write(her, `<retract xmlns='urn:xmpp:message-retract:1' id='${id}'/><body>retracted</body>`);
    await expect.poll(() => juliet.person.box.messages.size).toBe(0);
  });
});
