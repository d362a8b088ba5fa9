import type { XmlElement } from '@xmpp/client';
import { beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGateway } from '../../client/gateway-process.js';
import { XmppClient } from '../../client/xmpp-client.js';
import { startProsody } from '../../servers/prosody.js';
import { bodyIs } from '../../support/relay/room-views.js';

const SECRET = 'stage-secret';
const ROOMS = 'rooms.localhost';
const NORTH = `north@${ROOMS}`;
const SOUTH = `south@${ROOMS}`;
const RELAYS = ['relay1.localhost', 'relay2.localhost'];
const MUC = `
Component "${ROOMS}" "muc"
  modules_enabled = { "muc_mam" }
  restrict_room_creation = false
  muc_room_locking = false
  muc_room_default_public_jids = true
`;

describe('two gateways that join the same two rooms', () => {
  const gateways: GatewayProcess[] = [];
  let alice: XmppClient;
  let bob: XmppClient;
  let bridge: XmppClient;

  beforeAll(async () => {
    const names = ['alice', 'bob', 'bridge'];
    const server = await startProsody({
      components: RELAYS.map((domain) => ({ domain, secret: SECRET })),
      users: names.map((name) => ({ name, password: name })),
      extraConfig: MUC,
    });
    const login = (name: string): Promise<XmppClient> =>
      XmppClient.connect({ server, name, password: name, resource: 'phone' });
    [alice, bob, bridge] = (await Promise.all(names.map(login))) as [XmppClient, XmppClient, XmppClient];
    await alice.joinRoom(NORTH, 'Alice');
    await bob.joinRoom(SOUTH, 'Bob');
    for (const domain of RELAYS) {
      const options = { relays: [{ name: 'club', legs: [NORTH, SOUTH] }] };
      const component = { domain, network: 'relay', secret: SECRET, options };
      const xmpp = { domain: server.domain, host: server.host, port: server.componentPort };
      gateways.push(await startGateway({ config: { xmpp, components: [component] } }));
    }
    const hasCome =
      (from: string, domain: string) =>
      (stanza: XmlElement): boolean =>
        stanza.name === 'presence' &&
        stanza.attrs.from?.startsWith(from) === true &&
        `${stanza}`.includes(`club@${domain}`);
    for (const domain of RELAYS) {
      await alice.waitFor(hasCome(NORTH, domain), `${domain} in one room`);
      await bob.waitFor(hasCome(SOUTH, domain), `${domain} in the other`);
    }
  });

  it('do not feed each other, and tell everything once', async () => {
    for (const number of [1, 2, 3]) {
      await alice.message(NORTH, `from the north ${number}`, 'groupchat');
      await bob.waitFor(bodyIs(`from the north ${number}`), 'the words from the north');
      await bob.message(SOUTH, `from the south ${number}`, 'groupchat');
      await alice.waitFor(bodyIs(`from the south ${number}`), 'the words from the south');
    }
    await alice.barrier(NORTH);
    await bob.barrier(SOUTH);
    for (const number of [1, 2, 3]) {
      expect(bob.count(bodyIs(`from the north ${number}`))).toBe(1);
      expect(alice.count(bodyIs(`from the south ${number}`))).toBe(1);
    }
  });

  it('take nothing from a bridge of another kind that repeats words on the same rooms', async () => {
    await bridge.joinRoom(NORTH, 'bridge');
    await bridge.joinRoom(SOUTH, 'bridge');
    await alice.message(NORTH, 'through both', 'groupchat');
    await bridge.waitFor(
      (stanza) => bodyIs('through both')(stanza) && stanza.attrs.from === `${NORTH}/Alice`,
      'the words in the north',
    );
    await bob.waitFor(bodyIs('through both'), 'the words in the south');
    // It tells them on both sides: of the speaker, and of her stand-in.
    const forms = ['<Alice> through both', '[xmpp] <Alice> through both', 'Alice: through both'];
    for (const form of forms) await bridge.message(SOUTH, form, 'groupchat');
    for (const form of forms) await bridge.message(NORTH, `<irc> ${form}`, 'groupchat');
    await bridge.message(SOUTH, 'the last word', 'groupchat');
    await alice.waitFor(bodyIs('the last word'), 'the end');
    for (const form of forms) expect(alice.count(bodyIs(form))).toBe(0);
    await bridge.message(NORTH, 'the very last', 'groupchat');
    await bob.waitFor(bodyIs('the very last'), 'the end');
    for (const form of forms) expect(bob.count(bodyIs(`<irc> ${form}`))).toBe(0);
  });

  it('go on when the one that tells is no more', async () => {
    const [first] = gateways;
    await first?.stop();
    await alice.message(NORTH, 'is anybody there?', 'groupchat');
    await bob.waitFor(bodyIs('is anybody there?'), 'the words after all', { timeoutMs: 30_000 });
    await gateways[1]?.stop();
    await first?.start();
    await bob.message(SOUTH, 'the other alone', 'groupchat');
    await alice.waitFor(bodyIs('the other alone'), 'the words of the other', { timeoutMs: 30_000 });
    expect(alice.count(bodyIs('the other alone'))).toBe(1);
  });
});
