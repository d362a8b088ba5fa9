import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

const RETRACT = 'urn:xmpp:message-retract:1';

describe('what is taken back', () => {
  it('F18 by her is retracted here', async () => {
    const { stage, romeo, juliet, her } = talk;
    const said = juliet.says('I gave thee mine', romeo);
    const first = await stage.message(her, 'gave thee');
    juliet.deletes(said);
    const gone = await stage.next((stanza) => stanza.child('retract') !== undefined, 'a retraction');
    expect(gone.attrs.from).toBe(her);
    expect(gone.child('retract', RETRACT)?.attrs.id).toBe(first.attrs.id);
    expect(gone.child('fallback', 'urn:xmpp:fallback:0')?.attrs.for).toBe(RETRACT);
    expect(bodyOf(gone)).not.toBe('');
  });

  it('F18 by her for herself alone stays here', async () => {
    const { stage, romeo, juliet, her } = talk;
    const said = juliet.says('before thou didst request it', romeo);
    await stage.message(her, 'request it');
    juliet.deletes(said, false);
    juliet.says('and yet I would', romeo);
    await stage.message(her, 'and yet');
    expect(stage.heard.all.some((stanza) => stanza.child('retract'))).toBe(false);
  });

  it('F18 by him is gone for her as well', async () => {
    const { stage, romeo, juliet, her } = talk;
    const id = await stage.write(her, 'Wouldst thou withdraw it?');
    await expect.poll(() => juliet.heard(romeo)?.text).toContain('withdraw');
    await stage.write(her, `<retract xmlns='${RETRACT}' id='${id}'/><body>taken back</body>`);
    await expect.poll(() => juliet.heard(romeo)).toBeUndefined();
  });
});
