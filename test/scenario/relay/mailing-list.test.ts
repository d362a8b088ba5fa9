import { beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import { DOMAIN, type EmailStage, emailStage, HOUSE } from '../email/stage.js';

const RELAY = 'relay.localhost';
const ROOMS = 'rooms.localhost';
const LIST = 'bridges@lists.test';
const MUC = `
Component "${ROOMS}" "muc"
  restrict_room_creation = false
  muc_room_locking = false
`;
/** What a list adds (RFC 2369, RFC 2919). */
const LISTED = {
  'List-Id': '<bridges.lists.test>',
  'List-Post': `<mailto:carol@${HOUSE}>`,
  Precedence: 'list',
  To: LIST,
  Subject: '[bridges] Span',
};

describe('a mailing list and a room of Prosody', () => {
  let stage: EmailStage;
  let alice: XmppClient;
  let boss: XmppClient;
  const room = `bridges@${ROOMS}`;
  const list = `#bridges.lists.test@${DOMAIN}`;
  beforeAll(async () => {
    stage = await emailStage({
      server: MUC,
      config: { users: { admins: ['bob@localhost'] } },
      components: [
        {
          ...{ domain: RELAY, network: 'relay' },
          options: {
            accounts: {
              [DOMAIN]: {
                ...{ way: 'mailbox', address: `relay@${HOUSE}`, password: 'relay' },
              },
            },
            limits: { lettersMs: 1_000, loginMs: 200, retryLastMs: 500 },
            relays: [{ name: 'bridges', legs: [room, list] }],
          },
        },
      ],
    });
    [alice, boss] = await Promise.all([stage.user('alice'), stage.user('bob')]);
    await alice.joinRoom(room, 'Alice');
    for (let working = 0; working < 2; ) {
      const lines = (await order('relays')).split('\n');
      working = lines.filter((line) => /^[#b].*: w/.test(line)).length;
      if (!lines.some((line) => line === `${DOMAIN}: connected.`)) working = 0;
    }
  });

  async function order(...words: readonly string[]): Promise<string> {
    let said = '';
    for (const word of words) {
      boss.clear();
      await boss.message(RELAY, word);
      const answer = await boss.waitFor(
        ({ name, attrs }) => name === 'message' && attrs.from === RELAY && attrs.type === 'chat',
        `an answer to ${word}`,
      );
      said = answer.getChildText('body') ?? '';
    }
    return said;
  }

  const heard = (words: string) =>
    alice.waitFor(
      ({ attrs, ...stanza }) => attrs.type === 'groupchat' && String(stanza.children).includes(words),
      `"${words}" in the room`,
    );

  it('tells in the room what is written to the list, and nothing that programs write', async () => {
    await stage.mailTo('relay', { headers: LISTED, body: 'The second span needs a truss.' });
    const told = await heard('The second span needs a truss.');
    expect(told.attrs.from).toBe(`${room}/Carol`);
    const away = { ...LISTED, 'Auto-Submitted': 'auto-replied', Subject: 'Out of office' };
    await stage.mailTo('relay', { headers: away, body: 'I am away until Monday.' });
    await stage.mailTo('relay', { headers: LISTED, body: 'Who has the drawings?' });
    await heard('Who has the drawings?');
    expect(alice.count((one) => String(one.children).includes('away until Monday'))).toBe(0);
  });

  it('mails nothing that is said in the room, unless that is wanted; then it is one mail', async () => {
    await alice.message(room, 'not for the list', 'groupchat');
    await order('settings', list, 'direction: both');
    await alice.message(room, 'I have them.', 'groupchat');
    await alice.message(room, 'They are in the shed.', 'groupchat');
    const mail = await stage.mailOf('carol', ({ text }) => text?.includes('in the shed') === true);
    expect(mail.text).toContain('I have them.');
    expect(mail.text).toContain('Alice');
    expect(mail.text).not.toContain('not for the list');
    expect(mail.from?.address).toBe(`relay@${HOUSE}`);
  });
});
