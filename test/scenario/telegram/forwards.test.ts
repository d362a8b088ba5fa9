import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodyOf, type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

describe('words of others, handed on', () => {
  it('name where they come from', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    const nurse = server.person('Nurse');
    const said = nurse.says('my back aches', juliet);
    juliet.forwards(said, nurse, romeo);
    const body = bodyOf(await stage.message(her, 'my back aches'));
    expect(body).toBe('my back aches\n[Forwarded from Nurse]');
  });

  it('of who hides, by the name that he shows alone', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    const friar = server.person('Friar', { privacy: new Set(['forwards'] as const) });
    const said = friar.says('young waverer', juliet);
    juliet.forwards(said, friar, romeo);
    expect(bodyOf(await stage.message(her, 'waverer'))).toBe('young waverer\n[Forwarded from Friar]');
  });

  it('of a channel, by its title', async () => {
    const { stage, server, romeo, juliet, her } = talk;
    const prince = server.person('Prince');
    const news = prince.as.createsChannel({ title: 'Verona today', broadcast: true }, juliet);
    const said = prince.says('a decree', news);
    juliet.forwards(said, news, romeo);
    expect(bodyOf(await stage.message(her, 'a decree'))).toContain('Verona today');
  });
});
