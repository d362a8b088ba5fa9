import { beforeAll, describe, expect, it } from 'vitest';
import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { befriend, registration, SERVERS, submit } from '../../support/service-talk.js';

describe.each(SERVERS)('a registered user through %s', (xmpp) => {
  let stage: IrcStage;
  let phone: XmppClient;
  let carol: IrcClient;
  /** Resolves when the user is, or is not, on IRC. */
  const ison = async (expected: boolean) => {
    for (;;) {
      carol.send('ISON Ally');
      const line = await carol.waitForLine(/ 303 carol :/, 'the answer to ISON');
      if (/:Ally/.test(line) === expected) return;
    }
  };

  /** Resolves when the user's words on being away are these, or there are none. */
  const away = async (expected: string | undefined) => {
    for (;;) {
      carol.send('WHOIS Ally');
      let words: string | undefined;
      for (;;) {
        const line = await carol.waitForLine(/ (301|318) carol Ally /, 'WHOIS');
        if (/ 318 /.test(line)) break;
        words = line.slice(line.indexOf(' :') + 2);
      }
      if (words === expected) return;
    }
  };

  beforeAll(async () => {
    stage = await ircStage({ xmpp, config: { limits: { outageGraceMs: 0 } } });
    [phone, carol] = await Promise.all([stage.user('alice'), stage.person('carol')]);
    const form = submit({ nick: 'Ally', server: stage.irc.host, connect: '1' }, 'jabber:iq:register');
    const answer = await phone.iq('set', stage.domain, registration(form));
    expect(answer.attrs.type).toBe('result');
    await befriend(phone, stage.domain);
  });

  it('D01 C09 is connected to the network when he is online', () => ison(true));

  it('D04 D08 D24 a second client sees the gateway and makes no second connection', async () => {
    const laptop = await stage.user('alice', 'laptop');
    const presence = await laptop.waitFor(
      { name: 'presence', type: null, from: stage.domain },
      'the gateway',
    );
    expect(presence.getChild('c', 'http://jabber.org/protocol/caps')).toBeDefined();
    carol.send('WHO *');
    await carol.waitForLine(/ 315 /, 'the end of WHO');
    expect(carol.received.filter((line) => / 352 .* Ally\S* /.test(line)).length).toBe(1);
    await laptop.disconnect();
    await ison(true);
  });

  it('D05 is disconnected when his last client has gone, and the gateway then shows as gone', async () => {
    await phone.disconnect();
    await ison(false);
    phone = await stage.user('alice');
    await phone.waitFor({ name: 'presence', type: null, from: stage.domain }, 'the gateway again');
    await ison(true);
  });

  it('D07 D06 D08 A04 an orderly stop says goodbye; the next start asks, shows itself and connects again', async () => {
    const room = stage.room('#stop');
    await phone.joinRoom(room, 'Ally');
    phone.clear();
    await stage.gateway.stop();
    await phone.waitFor(
      { name: 'presence', type: 'unavailable', from: `${room}/Ally`, status: '332' },
      'status 332',
    );
    await phone.waitFor({ name: 'presence', type: 'unavailable', from: stage.domain }, 'the goodbye');
    await ison(false);
    await stage.gateway.start();
    await phone.waitFor({ name: 'presence', type: null, from: stage.domain }, 'the gateway again');
    await ison(true);
  });

  it('D01 presence to a person of the network also logs in', async () => {
    await phone.send(`<presence type='unavailable' to='${stage.domain}'/>`);
    await ison(false);
    await phone.send(`<presence to='${stage.contact('carol')}'/>`);
    await ison(true);
  });

  it('D23 the state of the strongest client is that on the network', async () => {
    await phone.send('<presence><show>away</show><status>lunch</status></presence>');
    await away('lunch');
    const laptop = await stage.user('alice', 'laptop', { presence: false });
    await laptop.send('<presence><priority>5</priority></presence>');
    await away(undefined);
    await laptop.disconnect();
    await away('lunch');
  });

  it('D02 D03 Q12 the network is down: an error presence and one message that says so', async () => {
    await phone.disconnect();
    await ison(false);
    await stage.irc.stop();
    phone = await stage.user('alice');
    const error = await phone.waitFor({ name: 'presence', type: 'error', from: stage.domain }, 'the error', {
      timeoutMs: 40_000,
    });
    expect(error.getChild('error')?.attrs.type).toBe('wait');
    expect(error.getChild('error')?.getChild('remote-server-timeout')).toBeDefined();
    const message = await phone.waitFor({ name: 'message', from: stage.domain }, 'the sentence');
    expect(message.getChildText('body')).toMatch(/\w/);
    await phone.barrier(stage.domain);
    expect(phone.count({ name: 'message', from: stage.domain })).toBe(1);
  });
});
