import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

const CORRECT = 'urn:xmpp:message-correct:0';

describe('other words for what was said', () => {
  it('F17 of hers replace the first message, as often as she likes', async () => {
    const { stage, romeo, juliet, her } = talk;
    const said = juliet.says('My bounty is as deep', romeo);
    const first = await stage.message(her, 'as deep');
    for (const words of ['as boundless', 'as boundless as the sea']) {
      juliet.edits(said, words);
      const other = await stage.next((stanza) => stanza.child('replace') !== undefined, 'other words');
      expect(other.child('replace', CORRECT)?.attrs.id).toBe(first.attrs.id);
      expect(bodyOf(other)).toBe(words);
      expect(other.attrs.id).not.toBe(first.attrs.id);
    }
  });

  it('F17 a reaction to what was edited is no edit', async () => {
    const { stage, romeo, juliet, her } = talk;
    const said = juliet.says('My love', romeo);
    await stage.message(her, 'My love');
    juliet.edits(said, 'My love as deep');
    await stage.next((stanza) => stanza.child('replace') !== undefined, 'other words');
    juliet.reacts(said, '❤');
    await stage.next((stanza) => stanza.child('reactions') !== undefined, 'a reaction');
    juliet.says('the more I give', romeo);
    await stage.message(her, 'the more');
    expect(stage.bodies(her)).toEqual(['My love', 'My love as deep', 'the more I give']);
  });

  it('F16 of his change the message itself; a second time names the first id', async () => {
    const { stage, romeo, juliet, her } = talk;
    const id = await stage.write(her, 'I am afeard');
    await expect.poll(() => juliet.heard(romeo)?.text).toBe('I am afeard');
    const correct = (body: string) =>
      stage.write(her, `<body>${body}</body><replace xmlns='${CORRECT}' id='${id}'/>`);
    await correct('I am *much* afeard');
    await expect.poll(() => juliet.heard(romeo)?.text).toBe('I am much afeard');
    expect(juliet.heard(romeo)?.entities).toHaveLength(1);
    await correct('being in night');
    await expect.poll(() => juliet.heard(romeo)?.text).toBe('being in night');
    expect(juliet.person.box.messages.size).toBe(1);
  });

  it('F16 where it is too late, he is told', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    const id = await stage.write(her, 'all this is but a dream');
    await expect.poll(() => juliet.heard(romeo)?.text).toContain('dream');
    const late = { kind: 'error', code: 400, text: 'MESSAGE_EDIT_TIME_EXPIRED' } as const;
    server.faults.next(Api.messages.EditMessage, late);
    const other = await stage.write(her, `<body>no</body><replace xmlns='${CORRECT}' id='${id}'/>`);
    const error = await stage.next(({ attrs }) => attrs.type === 'error', 'an error');
    expect(error.attrs.id).toBe(other);
    expect(error.child('error')?.childText('text')).not.toBe('');
    expect(juliet.heard(romeo)?.text).toContain('dream');
  });
});
