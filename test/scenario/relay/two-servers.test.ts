import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { XmppClient } from '../../client/xmpp-client.js';
import { startEjabberd } from '../../servers/ejabberd.js';
import type { XmppServer } from '../../servers/xmpp-server.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';
import { ServerBridge } from '../../support/relay/server-bridge.js';

const SECRET = 'stage-secret';
const ROOMS = 'rooms.ejabberd.test';
const OURS = ['relay.localhost', 'irc.localhost'];
const MUC = `
append_host_config:
  ejabberd.test:
    modules:
      mod_muc:
        host: ${ROOMS}
        default_room_options:
          persistent: true
          anonymous: false
          mam: true
`;

describe('a room of Prosody, a room of ejabberd and a channel', () => {
  let stage: RelayStage;
  let ejabberd: XmppServer;
  let bridge: ServerBridge;
  const there = (name: string): Promise<XmppClient> =>
    XmppClient.connect({ server: ejabberd, name, password: name, resource: 'desk' });

  beforeAll(async () => {
    [stage, ejabberd] = await Promise.all([
      relayStage({}, undefined, [ROOMS]),
      startEjabberd({
        domain: 'ejabberd.test',
        users: [{ name: 'eve', password: 'eve' }],
        components: OURS.map((domain) => ({ domain, secret: SECRET })),
        extraConfig: MUC,
      }),
    ]);
    bridge = await ServerBridge.connect(
      { server: stage.server, domains: [ROOMS] },
      { server: ejabberd, domains: OURS },
      SECRET,
    );
  });
  afterAll(() => bridge.stop());

  it('are one conversation', async () => {
    const [room, channel, other] = [stage.room('verona'), stage.channel('#verona'), `verona@${ROOMS}`];
    const [alice, eve, carol] = await Promise.all([stage.user('alice'), there('eve'), stage.person('carol')]);
    await Promise.all([alice.joinRoom(room, 'Alice'), eve.joinRoom(other, 'Eve'), carol.join('#verona')]);
    await stage.link(room, channel);
    await stage.link(room, other);

    await eve.message(other, 'hello from ejabberd', 'groupchat');
    const heard = await alice.waitFor(
      (stanza) => stanza.getChildText('body') === 'hello from ejabberd',
      'the words of ejabberd on Prosody',
    );
    expect(heard.attrs.from).toBe(`${room}/Eve`);
    await carol.waitForLine(/PRIVMSG #verona :.*hello from ejabberd/, 'the words of ejabberd on IRC');

    await alice.message(room, 'hello from Prosody', 'groupchat');
    const back = await eve.waitFor(
      (stanza) => stanza.getChildText('body') === 'hello from Prosody',
      'the words of Prosody on ejabberd',
    );
    expect(back.attrs.from).toBe(`${other}/Alice`);

    carol.say('#verona', 'hello from IRC');
    for (const [client, name] of [
      [alice, room],
      [eve, other],
    ] as const) {
      const words = await client.waitFor(
        (stanza) => stanza.getChildText('body') === 'hello from IRC',
        `the words of IRC in ${name}`,
      );
      expect(words.attrs.from).toBe(`${name}/carol`);
    }
    expect(alice.count((stanza) => stanza.getChildText('body') === 'hello from Prosody')).toBe(1);
    expect(eve.count((stanza) => stanza.getChildText('body') === 'hello from ejabberd')).toBe(1);
  });
});
