import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { positions } from '../../servers/telegram/world/reading.js';
import { type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

const MARKERS = 'urn:xmpp:chat-markers:0';

describe('what was read', () => {
  it('F14 by him is told to Telegram, forward only', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    juliet.says('one', romeo);
    const first = await stage.message(her, 'one');
    expect(first.child('markable', MARKERS)).toBeDefined();
    juliet.says('two', romeo);
    const second = await stage.message(her, 'two');
    const read = (id = '') => stage.write(her, `<displayed xmlns='${MARKERS}' id='${id}'/>`);
    await read(second.attrs.id);
    await expect.poll(() => positions(romeo.person, juliet.person).inbox).toBe(romeo.heard(juliet)?.id);
    await read(first.attrs.id);
    await read('never-heard-of');
    await stage.write(her, 'after it');
    await expect.poll(() => juliet.heard(romeo)?.text).toBe('after it');
    expect(server.count(Api.messages.ReadHistory)).toBe(1);
  });

  it('F14 by her is told here: the newest of his messages, once', async () => {
    const { stage, romeo, juliet, her } = talk;
    await stage.write(her, 'one');
    const last = await stage.write(her, 'two');
    await expect.poll(() => juliet.heard(romeo)?.text).toBe('two');
    juliet.reads(romeo);
    const told = await stage.next((stanza) => stanza.child('displayed') !== undefined, 'a marker');
    expect(told.attrs.from).toBe(her);
    expect(told.child('displayed', MARKERS)?.attrs.id).toBe(last);
    juliet.says('I have read it', romeo);
    await stage.message(her, 'read it');
    expect(stage.heard.all.filter((stanza) => stanza.child('displayed'))).toHaveLength(1);
  });

  it('F13 nothing of hers is marked as read by being shown', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    juliet.says('unread', romeo);
    await stage.message(her, 'unread');
    await stage.write(her, 'an answer');
    await expect.poll(() => juliet.heard(romeo)?.text).toBe('an answer');
    expect(server.count(Api.messages.ReadHistory)).toBe(0);
    expect(positions(romeo.person, juliet.person).inbox).toBe(0);
  });
});
