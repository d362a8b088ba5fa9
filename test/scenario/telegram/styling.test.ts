import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

/** Names of the kinds of entities. */
function kindsOf(entities: readonly Api.TypeMessageEntity[] = []): readonly string[] {
  return entities.map(({ className }) => className.replace('MessageEntity', ''));
}

describe('styled words', () => {
  it('F24 of hers are shown in message styling', async () => {
    const { stage, romeo, juliet, her } = talk;
    const text = 'wherefore art thou';
    const entities = [
      new Api.MessageEntityBold({ offset: 0, length: 9 }),
      new Api.MessageEntityItalic({ offset: 14, length: 4 }),
    ];
    juliet.says({ text, entities }, romeo);
    const stanza = await stage.message(her);
    expect(bodyOf(stanza)).toBe('*wherefore* art _thou_');
    expect(stanza.child('unstyled')).toBeUndefined();
  });

  it('F24 plain marks of hers are no styling', async () => {
    const { stage, romeo, juliet, her } = talk;
    juliet.says('2 *3* 4', romeo);
    const stanza = await stage.message(her);
    expect(bodyOf(stanza)).toBe('2 *3* 4');
    expect(stanza.child('unstyled', 'urn:xmpp:styling:0')).toBeDefined();
  });

  it('F24 of his become Telegram’s own, unless he says that they are none', async () => {
    const { stage, romeo, juliet, her } = talk;
    await stage.write(her, 'a *bold* and _soft_ `word`');
    await expect.poll(() => juliet.heard(romeo)?.text).toBe('a bold and soft word');
    expect(kindsOf(juliet.heard(romeo)?.entities)).toEqual(['Bold', 'Italic', 'Code']);
    await stage.write(her, "<body>2 *3* 4</body><unstyled xmlns='urn:xmpp:styling:0'/>");
    await expect.poll(() => juliet.heard(romeo)?.text).toBe('2 *3* 4');
    expect(kindsOf(juliet.heard(romeo)?.entities)).toEqual([]);
  });

  it('a link behind words is told, and a mention of somebody by name', async () => {
    const { stage, romeo, juliet, her } = talk;
    const entities = [new Api.MessageEntityTextUrl({ offset: 0, length: 4, url: 'https://verona.example/' })];
    juliet.says({ text: 'here is it', entities }, romeo);
    expect(bodyOf(await stage.message(her))).toMatch(/here.*https:\/\/verona\.example\//);
    juliet.says('@juliet and @romeo', romeo);
    expect(bodyOf(await stage.message(her))).toBe('@juliet and @romeo');
  });

  it('entities outside of the text, and within a character, harm nothing', async () => {
    const { stage, romeo, juliet, her } = talk;
    const entities = [
      new Api.MessageEntityBold({ offset: 1, length: 1 }),
      new Api.MessageEntityItalic({ offset: -5, length: 900_000 }),
      new Api.MessageEntityCode({ offset: 70_000, length: 3 }),
      new Api.MessageEntityTextUrl({ offset: 0, length: 2, url: 'javascript:alert(1)' }),
    ];
    juliet.says({ text: '💐 rose', entities }, romeo);
    expect(bodyOf(await stage.message(her))).toContain('💐');
    juliet.says({ text: 'after it' }, romeo);
    await stage.message(her, 'after it');
  });
});
