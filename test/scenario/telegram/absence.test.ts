import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation({ telegram: { conversations: { retryMs: 20, missedMessages: 30 } } });
  const { stage, romeo, juliet, her } = talk;
  juliet.says('before', romeo);
  await stage.message(her, 'before');
  await stage.stopGateway();
});
afterEach(() => talk.stage.stop());

describe('what happened while the gateway was away', () => {
  it('F08 F16 F18 is told in order, once: words, other words, and what was taken back', async () => {
    const { stage, romeo, juliet, her } = talk;
    const first = juliet.says('one', romeo);
    juliet.says('two', romeo);
    juliet.edits(first, 'one, or two');
    const gone = juliet.says('three', romeo);
    juliet.deletes(gone);
    juliet.says('four', romeo);
    await stage.startGateway();
    await stage.message(her, 'four');
    const bodies = stage.bodies(her).filter((body) => !/retract|deleted|taken back/i.test(body));
    expect(bodies.slice(0, 1)).toEqual(['before']);
    expect(bodies.join('|')).toMatch(/one, or two.*two.*four|one.*two.*one, or two.*four/);
    juliet.says('five', romeo);
    await stage.message(her, 'five');
    expect(new Set(stage.bodies(her)).size).toBe(stage.bodies(her).length);
  });

  it('F07 has the time at which it was said', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    juliet.says('an hour ago', romeo, { date: server.seconds() - 3_600 });
    await stage.startGateway();
    const stanza = await stage.message(her, 'an hour ago');
    const stamp = Date.parse(stanza.child('delay', 'urn:xmpp:delay')?.attrs.stamp ?? '');
    expect(Math.round((Date.now() - stamp) / 60_000)).toBe(60);
  });

  it('F08 more than Telegram tells of each is read anew: everything comes, once and in order', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    server.tooLong = 5;
    const nurse = server.person('Nurse');
    const words = Array.from({ length: 12 }, (_, index) => `word ${index}`);
    for (const word of words) {
      juliet.says(word, romeo);
      nurse.says(word, romeo);
    }
    await stage.startGateway();
    await stage.message(her, 'word 11');
    await stage.message(stage.jid(nurse), 'word 11');
    juliet.says('now', romeo);
    await stage.message(her, 'now');
    expect(stage.bodies(her)).toEqual(['before', ...words, 'now']);
    expect(stage.bodies(stage.jid(nurse))).toEqual(words);
  });

  it('far too much is cut, and he is told', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    server.tooLong = 5;
    for (let index = 0; index < 50; index += 1) juliet.says(`word ${index}`, romeo);
    await stage.startGateway();
    const notice = await stage.message('telegram.example.org');
    expect(bodyOf(notice)).not.toMatch(/^telegram-/);
    await stage.message(her, 'word 49');
    expect(stage.bodies(her)).toHaveLength(31);
  });
});

describe('notes to himself', () => {
  it('are a conversation of their own', async () => {
    const { stage, romeo } = talk;
    await stage.startGateway();
    await stage.begun();
    const himself = stage.jid(romeo);
    romeo.says('buy poison', romeo);
    await stage.message(himself, 'buy poison');
    await stage.write(himself, 'and a torch');
    await expect.poll(() => romeo.heard(romeo)?.text).toBe('and a torch');
  });
});
