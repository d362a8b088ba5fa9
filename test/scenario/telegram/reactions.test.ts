import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

const REACTIONS = 'urn:xmpp:reactions:0';

function emojisOf(stanza: XmlElement): readonly string[] {
  const reactions = stanza.child('reactions', REACTIONS);
  return reactions?.childrenNamed('reaction').map((one) => one.text()) ?? [];
}

describe('reactions', () => {
  it('F19 of hers are told whole, each time; taken back they are none', async () => {
    const { stage, romeo, juliet, her } = talk;
    const said = juliet.says('Good night', romeo);
    const first = await stage.message(her, 'Good night');
    const next = () => stage.next((stanza) => stanza.child('reactions') !== undefined, 'reactions');
    juliet.reacts(said, '👍');
    const told = await next();
    expect(told.child('reactions')?.attrs.id).toBe(first.attrs.id);
    expect(emojisOf(told)).toEqual(['👍']);
    juliet.reacts(said, '❤', '👍');
    expect(emojisOf(await next())).toEqual(['❤️', '👍']);
    juliet.reacts(said);
    expect(emojisOf(await next())).toEqual([]);
  });

  it('F19 to his own words name his message', async () => {
    const { stage, romeo, juliet, her } = talk;
    const id = await stage.write(her, 'Sleep dwell upon thine eyes');
    await expect.poll(() => juliet.heard(romeo)?.text).toContain('thine eyes');
    const message = juliet.heard(romeo);
    if (!message) throw new Error('nothing was heard');
    juliet.reacts({ message }, '🔥');
    const told = await stage.next((stanza) => stanza.child('reactions') !== undefined, 'reactions');
    expect(told.attrs.from).toBe(her);
    expect(told.child('reactions')?.attrs.id).toBe(id);
  });

  it('F30 a custom emoji is told as the emoji that it is an image of', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    const custom = server.samples.customEmoji('🦊', Buffer.from('fox'));
    const said = juliet.says('peace in thy breast', romeo);
    await stage.message(her, 'thy breast');
    juliet.reacts(said, custom);
    const told = await stage.next((stanza) => stanza.child('reactions') !== undefined, 'reactions');
    expect(emojisOf(told)).toEqual(['🦊']);
  });

  it('F19 of his are Telegram’s; another set takes the place of the first', async () => {
    const { stage, romeo, juliet, her } = talk;
    const said = juliet.says('Parting is such sweet sorrow', romeo);
    const first = await stage.message(her, 'sweet sorrow');
    const react = (...emojis: string[]) =>
      stage.write(
        her,
        `<reactions xmlns='${REACTIONS}' id='${first.attrs.id}'>` +
          `${emojis.map((emoji) => `<reaction>${emoji}</reaction>`).join('')}</reactions>`,
      );
    const own = () =>
      (said.message.reactions.get(romeo.id) ?? []).map((one) =>
        one instanceof Api.ReactionEmoji ? one.emoticon : one.className,
      );
    await react('👍');
    await expect.poll(own).toEqual(['👍']);
    await react('❤️');
    await expect.poll(own).toEqual(['❤']);
    await react();
    await expect.poll(own).toEqual([]);
    juliet.says('till it be morrow', romeo);
    await stage.message(her, 'morrow');
    // Nobody needs to be told of what he did himself.
    expect(stage.heard.all.some((stanza) => stanza.child('reactions'))).toBe(false);
  });

  it('F20 the limits are advertised, and what goes beyond them is refused in words', async () => {
    const { stage, romeo, juliet, her } = talk;
    juliet.says('Sleep', romeo);
    const first = await stage.message(her, 'Sleep');
    const info = await stage.iq('get', her, "<query xmlns='http://jabber.org/protocol/disco#info'/>");
    expect(String(info)).toContain('urn:xmpp:reactions:0:restrictions');
    expect(String(info)).toContain('max_reactions_per_user');
    const id = await stage.write(
      her,
      `<reactions xmlns='${REACTIONS}' id='${first.attrs.id}'>` +
        '<reaction>👍</reaction><reaction>🔥</reaction><reaction>🎉</reaction><reaction>👏</reaction></reactions>',
    );
    const error = await stage.next(({ attrs }) => attrs.type === 'error', 'an error');
    expect(error.attrs.id).toBe(id);
    expect(error.child('error')?.child('not-acceptable')).toBeDefined();
    expect(error.child('error')?.childText('text')).not.toBe('');
  });
});
