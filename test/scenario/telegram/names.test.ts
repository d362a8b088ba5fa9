import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOSTILE_NAMES } from '../../servers/telegram/world/crowd.js';
import { DOMAIN } from '../../support/telegram/gateway-stage.js';
import { type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

/** Characters that no name may show, but for the joiner within an emoji. */
const UNSEEN = /[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f]/u;

describe('names', () => {
  it('E07 another one, and another username, leave the address as it is', async () => {
    const { stage, romeo, juliet, her } = talk;
    juliet.says('Deny thy father', romeo);
    await stage.message(her, 'Deny');
    juliet.renames({ firstName: 'Juliet Montague', username: 'montague' });
    juliet.says('and refuse thy name', romeo);
    await stage.message(her, 'refuse');
    const typed = "<query xmlns='jabber:iq:gateway'><prompt>@montague</prompt></query>";
    const found = await stage.iq('set', DOMAIN, typed);
    expect(found.child('query', 'jabber:iq:gateway')?.childText('jid')).toBe(her);
  });

  it('S07 of control and direction characters show nothing but themselves, and break nothing', async () => {
    const { stage, server, romeo } = talk;
    for (const firstName of HOSTILE_NAMES) {
      const person = server.person(firstName);
      person.says('good morrow', romeo);
      const stanza = await stage.message(stage.jid(person), 'good morrow');
      const nick = stanza.childText('nick') ?? '';
      expect(nick).not.toBe('');
      expect(nick).not.toMatch(UNSEEN);
      const answer = await stage.iq('get', stage.jid(person), "<vCard xmlns='vcard-temp'/>");
      expect(answer.child('vCard', 'vcard-temp')?.childText('FN')).not.toMatch(/^$|[\p{Cc}\u202e]/u);
    }
  });
});
