import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DOMAIN } from '../../support/telegram/gateway-stage.js';
import { type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

/** Says a word to the gateway; resolves with its answer. */
async function tell(words: string): Promise<string> {
  await talk.stage.write(DOMAIN, words);
  return (await talk.stage.message(DOMAIN)).childText('body') ?? '';
}

async function refused(words: string): Promise<string> {
  const { stage, her } = talk;
  const id = await stage.write(her, words);
  const error = await stage.next(({ attrs }) => attrs.type === 'error' && attrs.id === id, 'an error');
  return error.child('error')?.elements()[0]?.name ?? '';
}

describe('people who are kept away', () => {
  it('L01 by a word to the gateway are blocked on Telegram itself, and let in again', async () => {
    const { romeo, juliet, her } = talk;
    expect(await tell(`block ${her}`)).toContain('is blocked');
    expect(romeo.person.blocked.has(juliet.person)).toBe(true);
    expect(await refused('no')).toBe('not-acceptable');
    expect(await tell('unblock')).toContain(her);
    expect(await tell('1')).toContain(her);
    expect(romeo.person.blocked.has(juliet.person)).toBe(false);
  });

  it('by his telephone are blocked here as well, and let in again', async () => {
    const { stage, romeo, juliet, her } = talk;
    romeo.blocks(juliet);
    await expect.poll(() => refused('no')).toBe('not-acceptable');
    romeo.blocks(juliet, false);
    await expect
      .poll(async () => {
        await stage.write(her, 'forgive me');
        return juliet.heard(romeo)?.text;
      })
      .toBe('forgive me');
    juliet.says('forgiven', romeo);
    await stage.message(her, 'forgiven');
  });

  it('by his telephone while the gateway was away, both ways', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    const tybalt = server.person('Tybalt');
    romeo.knows(tybalt);
    romeo.blocks(tybalt);
    tybalt.says('villain', romeo);
    juliet.says('beware', romeo);
    await stage.message(her, 'beware');
    await stage.stopGateway();
    romeo.blocks(tybalt, false);
    romeo.blocks(juliet);
    await stage.startGateway();
    await stage.begun();
    expect(await refused('no')).toBe('not-acceptable');
    tybalt.says('turn and draw', romeo);
    await stage.message(stage.jid(tybalt), 'turn and draw');
  });

  it('who has blocked him is not told to have read him, and nothing says so', async () => {
    const { stage, romeo, juliet, her } = talk;
    juliet.blocks(romeo);
    await stage.write(her, "<body>hello?</body><request xmlns='urn:xmpp:receipts'/>");
    await stage.next((stanza) => stanza.child('received') !== undefined, 'a receipt');
    expect(juliet.heard(romeo)).toBeUndefined();
  });
});
