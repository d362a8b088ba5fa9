import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGateway } from '../../client/gateway-process.js';
import { XmppClient } from '../../client/xmpp-client.js';
import { startProsody } from '../../servers/prosody.js';
import { SmppCentre } from '../../servers/smpp-centre/centre.js';
import type { CentreBind } from '../../servers/smpp-centre/centre-bind.js';

const SECRET = 'stage-secret';
const [SMS, RELAY, ROOMS] = ['sms.localhost', 'relay.localhost', 'rooms.localhost'];
const OWN = '+12125550100';
const [CAROL, DAVE] = ['12125550123', '12125550124'];
const MUC = `
Component "${ROOMS}" "muc"
  restrict_room_creation = false
  muc_room_locking = false
`;

describe('a room of Prosody and telephones by SMS', () => {
  let gateway: GatewayProcess;
  let centre: SmppCentre;
  let bind: CentreBind;
  let boss: XmppClient;
  let alice: XmppClient;
  const room = `family@${ROOMS}`;
  const list = `family%${SMS}@${RELAY}`;

  beforeAll(async () => {
    centre = await SmppCentre.listen();
    const server = await startProsody({
      components: [SMS, RELAY].map((domain) => ({ domain, secret: SECRET })),
      users: ['alice', 'boss'].map((name) => ({ name, password: name })),
      extraConfig: MUC,
    });
    const reconnect = { initialMs: 50, maxMs: 500 };
    const carrier = { kind: 'smpp', host: centre.host, port: centre.port, tls: false, reconnect };
    const { systemId, password } = centre;
    gateway = await startGateway({
      config: {
        xmpp: { domain: server.domain, host: server.host, port: server.componentPort, secret: SECRET },
        users: { admins: ['boss@localhost'] },
        components: [
          {
            ...{ domain: SMS, network: 'sms' },
            options: {
              region: 'US',
              carriers: { main: { ...carrier, systemId, password } },
              numbers: [{ number: OWN, carrier: 'main' }],
            },
          },
          {
            ...{ domain: RELAY, network: 'relay' },
            options: {
              accounts: { [SMS]: { way: 'gateway', country: 'US' } },
              limits: { loginMs: 200 },
              lists: {
                limits: { gatherMs: 300 },
                members: { [list]: [{ who: `+${DAVE}`, name: 'Dave', agreed: true }] },
              },
              relays: [{ name: 'family', legs: [room, list] }],
            },
          },
        ],
      },
    });
    const user = (name: string) => XmppClient.connect({ server, name, password: name, resource: 'phone' });
    [boss, alice, bind] = await Promise.all([user('boss'), user('alice'), centre.bind()]);
    await alice.joinRoom(room, 'Alice');
    await report((lines) => lines.filter((line) => /^(family@|family%).*: w/.test(line)).length === 2);
  });
  afterAll(() => gateway?.stop());

  /** The operator's words, one after the other; resolves with the last answer. */
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

  async function report(fits: (lines: readonly string[]) => boolean): Promise<void> {
    while (!fits((await order('relays')).split('\n')));
  }

  const heard = (words: string) =>
    alice.waitFor(
      ({ attrs, ...stanza }) => attrs.type === 'groupchat' && String(stanza.children).includes(words),
      `"${words}" in the room`,
    );

  it('brings what is said to who is on the list, joined, and what he answers to all', async () => {
    await alice.message(room, 'dinner at eight', 'groupchat');
    await alice.message(room, 'bring bread', 'groupchat');
    const sent = await centre.submit();
    expect([sent.from, sent.to]).toEqual([OWN.slice(1), DAVE]);
    expect(sent.text).toBe('Alice: dinner at eight\nAlice: bring bread');
    expect(await bind.text({ from: DAVE, to: OWN.slice(1), text: 'I will' })).toBe(0);
    expect((await heard('I will')).attrs.from).toBe(`${room}/Dave`);
  });

  it('asks whom the operator puts on it, and sends to him from his word on until his word', async () => {
    const shown = await order('members', list, 'add', `+${CAROL}`, 'Carol', 'no');
    expect(shown).toContain('Carol');
    const invitation = await centre.submit();
    expect([invitation.to, invitation.text]).toEqual([CAROL, expect.stringContaining('START')]);
    await alice.message(room, 'not for Carol', 'groupchat');
    expect((await centre.submit()).to).toBe(DAVE);
    await bind.text({ from: CAROL, to: OWN.slice(1), text: 'START' });
    expect((await centre.submit()).text).toContain('STOP');
    await alice.message(room, 'for both', 'groupchat');
    const both = await centre.submitsOf(2);
    expect(both.map(({ to, text }) => [to, text]).sort()).toEqual([
      [CAROL, 'Alice: for both'],
      [DAVE, 'Alice: for both'],
    ]);
    // What a member says is told to the others on the list too.
    await bind.text({ from: CAROL, to: OWN.slice(1), text: 'thank you' });
    expect((await heard('thank you')).attrs.from).toBe(`${room}/Carol`);
    const told = await centre.submit();
    expect([told.to, told.text]).toEqual([DAVE, 'Carol: thank you']);
    await bind.text({ from: CAROL, to: OWN.slice(1), text: 'STOP' });
    await expect.poll(() => order('members', list, 'list')).toContain('gets nothing');
    await alice.message(room, 'for Dave again', 'groupchat');
    const last = await centre.submit();
    expect([last.to, last.text]).toEqual([DAVE, 'Alice: for Dave again']);
  });

  it('is there again after a restart, and repeats nothing', async () => {
    await gateway.restart();
    bind = await centre.bind();
    await report((lines) => lines.filter((line) => /^(family@|family%).*: w/.test(line)).length === 2);
    await alice.message(room, 'after the night', 'groupchat');
    const sent = await centre.submit();
    expect([sent.to, sent.text]).toEqual([DAVE, 'Alice: after the night']);
    await bind.text({ from: DAVE, to: OWN.slice(1), text: 'good morning' });
    await heard('good morning');
  });
});
