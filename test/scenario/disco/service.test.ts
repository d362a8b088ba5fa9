import { createHash } from 'node:crypto';
import type { XmlElement } from '@xmpp/client';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { register, SERVERS } from '../../support/service-talk.js';

const INFO = 'http://jabber.org/protocol/disco#info';
const ITEMS = 'http://jabber.org/protocol/disco#items';
const COMMANDS = 'http://jabber.org/protocol/commands';
const CAPS = 'http://jabber.org/protocol/caps';

const query = (ns: string, node?: string) =>
  `<query xmlns='${ns}'${node === undefined ? '' : ` node='${node}'`}/>`;

/** Octet order (XEP-0115 §5.1). */
const octets = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The `ver` of a disco#info result, computed as a client does (XEP-0115 §5.1). */
function verOf(info: XmlElement): string {
  const identities = info
    .getChildren('identity')
    .map(({ attrs }) => `${attrs.category}/${attrs.type}/${attrs['xml:lang'] ?? ''}/${attrs.name ?? ''}`);
  const features = info.getChildren('feature').map(({ attrs }) => attrs.var ?? '');
  const forms = info.getChildren('x', 'jabber:x:data').map((form) => {
    const fields = form.getChildren('field');
    const values = (field: XmlElement) => field.getChildren('value').map((value) => value.text());
    const type = fields.find(({ attrs }) => attrs.var === 'FORM_TYPE');
    const rest = fields
      .filter((field) => field !== type)
      .sort((a, b) => octets(a.attrs.var ?? '', b.attrs.var ?? ''))
      .map(
        (field) =>
          `${field.attrs.var}<${values(field)
            .sort(octets)
            .map((value) => `${value}<`)
            .join('')}`,
      );
    return `${type ? values(type)[0] : ''}<${rest.join('')}`;
  });
  // Sorted first, ended by `<` afterwards: the other way round `muc#x` would come before `muc`.
  const parts = [...identities.sort(octets), ...features.sort(octets)].map((part) => `${part}<`);
  return createHash('sha1')
    .update([...parts, ...forms.sort(octets)].join(''))
    .digest('base64');
}

describe.each(SERVERS)('discovery through %s', (xmpp) => {
  let stage: IrcStage;
  let alice: XmppClient;
  let bob: XmppClient;

  const infoOf = async (to: string, node?: string) => {
    const answer = await alice.iq('get', to, query(INFO, node));
    const info = answer.getChild('query', INFO);
    if (answer.attrs.type !== 'result' || !info) throw new Error(`no info: ${answer.toString()}`);
    return info;
  };
  const features = (info: XmlElement) => info.getChildren('feature').map(({ attrs }) => attrs.var);

  beforeAll(async () => {
    stage = await ircStage({
      xmpp,
      config: { contact: { abuse: ['mailto:abuse@example.test'], admin: ['xmpp:admin@example.test'] } },
    });
    [alice, bob] = await Promise.all([stage.user('alice'), stage.user('bob')]);
    await register(alice, stage.domain, { nick: 'Ally' });
  });

  it('B01 B02 B03 B04 Q01 Q03 the gateway is a gateway first, then a conference, with every feature', async () => {
    const info = await infoOf(stage.domain);
    expect(info.getChildren('identity').map(({ attrs }) => `${attrs.category}/${attrs.type}`)).toEqual([
      'gateway/irc',
      'conference/irc',
    ]);
    for (const identity of info.getChildren('identity')) expect(identity.attrs.name).toMatch(/\w/);
    expect(features(info)).toEqual(
      expect.arrayContaining([
        INFO,
        ITEMS,
        COMMANDS,
        'jabber:iq:register',
        'jabber:iq:gateway',
        'urn:xmpp:ping',
        'jabber:iq:version',
        'vcard-temp',
        'jid\\20escaping',
        'http://jabber.org/protocol/muc',
        'http://jabber.org/protocol/muc#stable_id',
        'muc_rooms',
      ]),
    );
    expect(new Set(features(info)).size).toBe(features(info).length);
  });

  it('B16 the addresses of the operator are there', async () => {
    const form = (await infoOf(stage.domain)).getChild('x', 'jabber:x:data');
    const field = form?.getChildByAttr('var', 'abuse-addresses');
    expect(field?.getChildText('value')).toBe('mailto:abuse@example.test');
    expect(form?.attrs.type).toBe('result');
  });

  it('B12 B13 the hash in the presence of the gateway is that of the answer for its node', async () => {
    const presence = alice.received.find(
      (stanza) => stanza.attrs.from === stage.domain && stanza.getChild('c', CAPS),
    );
    const caps = presence?.getChild('c', CAPS)?.attrs;
    expect(caps?.hash).toBe('sha-1');
    const node = `${caps?.node}#${caps?.ver}`;
    const info = await infoOf(stage.domain, node);
    expect(info.attrs.node).toBe(node);
    expect(verOf(info)).toBe(caps?.ver);
    expect(verOf(await infoOf(stage.domain))).toBe(caps?.ver);
  });

  it('B12 B13 B09 B10 the hash in the presence of a person is that of the answer for its node', async () => {
    const contact = stage.contact('carol');
    await alice.send(`<presence type='subscribe' to='${contact}'/>`);
    const presence = await alice.waitFor({ name: 'presence', type: null, from: contact }, 'the person');
    const caps = presence.getChild('c', CAPS)?.attrs;
    const info = await infoOf(contact, `${caps?.node}#${caps?.ver}`);
    expect(verOf(info)).toBe(caps?.ver);
    expect(info.getChildren('identity').map(({ attrs }) => attrs.category)).toEqual(['account', 'client']);
  });

  it('B05 unknown node → item-not-found', async () => {
    for (const ns of [INFO, ITEMS])
      expect(errorCondition(await alice.iq('get', stage.domain, query(ns, 'no-such-node')))).toBe(
        'item-not-found',
      );
  });

  it('B06 S03 own rooms only', async () => {
    const room = stage.room('#mine');
    await alice.joinRoom(room, 'Ally');
    const jids = async (client: XmppClient) =>
      (await client.iq('get', stage.domain, query(ITEMS)))
        .getChild('query', ITEMS)
        ?.getChildren('item')
        .map(({ attrs }) => attrs.jid);
    expect(await jids(alice)).toContain(room);
    expect(await jids(bob)).toEqual([]);
  });

  it('B07 the list of commands, and what each is', async () => {
    const items = (await alice.iq('get', stage.domain, query(ITEMS, COMMANDS))).getChild('query', ITEMS);
    const nodes = items?.getChildren('item').map(({ attrs }) => attrs.node ?? '') ?? [];
    expect(nodes).toEqual(expect.arrayContaining(['jabber:iq:register', 'isthmus:stay', 'isthmus:status']));
    expect(nodes.filter((node) => node.includes('admin'))).toEqual([]);
    const list = await infoOf(stage.domain, COMMANDS);
    expect(list.getChild('identity')?.attrs).toMatchObject({ category: 'automation', type: 'command-list' });
    for (const node of nodes) {
      const info = await infoOf(stage.domain, node);
      expect(info.getChild('identity')?.attrs).toMatchObject({
        category: 'automation',
        type: 'command-node',
      });
      expect(features(info)).toEqual(expect.arrayContaining([COMMANDS, 'jabber:x:data']));
    }
  });

  it('B11 S03 to somebody without an account all people are the same', async () => {
    const carol = await stage.person('carol');
    const answers = await Promise.all(
      [stage.contact('carol'), stage.contact('nobody-there')].map(async (contact) => {
        const answer = await bob.iq('get', contact, query(INFO));
        return answer
          .toString()
          .replaceAll(contact, 'C')
          .replace(/ id="[^"]*"/, '');
      }),
    );
    expect(answers[0]).toBe(answers[1]);
    expect(answers[0]).toContain('service-unavailable');
    await carol.quit();
  });

  it('A11 B14 ping, version, time and uptime', async () => {
    expect((await alice.iq('get', stage.domain, "<ping xmlns='urn:xmpp:ping'/>")).attrs.type).toBe('result');
    const version = await alice.iq('get', stage.domain, query('jabber:iq:version'));
    expect(version.getChild('query')?.getChildText('name')).toBe('Isthmus');
    const time = (await alice.iq('get', stage.domain, "<time xmlns='urn:xmpp:time'/>")).getChild('time');
    expect(time?.getChildText('utc')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    expect(time?.getChildText('tzo')).toMatch(/^([+-]\d\d:\d\d|Z)$/);
    const last = (await alice.iq('get', stage.domain, query('jabber:iq:last'))).getChild('query');
    expect(last?.attrs.seconds).toMatch(/^\d+$/);
  });
});
