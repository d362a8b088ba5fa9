import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { el, type XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { parseDataForm } from '../../../src/xmpp/xep/0004-data-forms/data-form.js';
import { ADMIN, DOMAIN, ROMEO, ServiceStage, STRANGER } from '../../support/service-stage.js';

const info = (node?: string) => el('query', NS.DISCO_INFO, { node });
const items = (node?: string, ...children: XmlElement[]) =>
  el('query', NS.DISCO_ITEMS, { node }, ...children);
const features = (query: XmlElement) => query.childrenNamed('feature').map(({ attrs }) => attrs.var);
const identities = (query: XmlElement) =>
  query.childrenNamed('identity').map(({ attrs }) => `${attrs.category}/${attrs.type}`);
const listed = (query: XmlElement) => query.childrenNamed('item').map(({ attrs }) => attrs.jid);

/** XEP-0115 §5.1, written again from the specification, over what a client receives. */
function verOf(query: XmlElement): string {
  const octets = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  const ids = query
    .childrenNamed('identity')
    .map(({ attrs }) => `${attrs.category}/${attrs.type}//${attrs.name ?? ''}<`);
  let s = ids.sort(octets).join('');
  for (const feature of features(query).map(String).sort(octets)) s += `${feature}<`;
  for (const x of query.childrenNamed('x', NS.DATA)) {
    const fields = x.childrenNamed('field').sort((a, b) => octets(a.attrs.var ?? '', b.attrs.var ?? ''));
    s += `${fields.find(({ attrs }) => attrs.var === 'FORM_TYPE')?.childText('value')}<`;
    for (const field of fields) {
      if (field.attrs.var === 'FORM_TYPE') continue;
      const values = field.childrenNamed('value').map((value) => value.text());
      s += `${field.attrs.var}<${values
        .sort(octets)
        .map((value) => `${value}<`)
        .join('')}`;
    }
  }
  return createHash('sha1').update(s).digest('base64');
}

describe('discovery of the gateway', () => {
  it('B01 B03 B04 Q01 has the gateway identity first, then the conference', async () => {
    const stage = new ServiceStage();
    for (const from of [ROMEO, STRANGER]) {
      const shown = await stage.ok('get', from, info());
      expect(identities(shown)).toEqual(['gateway/memory', 'conference/text']);
      expect(shown.child('identity')?.attrs.name).toBe('Memory');
    }
  });

  it('B02 B03 Q03 has the features, each once', async () => {
    const stage = new ServiceStage();
    const found = features(await stage.ok('get', ROMEO, info()));
    for (const feature of [
      NS.DISCO_INFO,
      NS.DISCO_ITEMS,
      'jabber:iq:register',
      'jabber:iq:gateway',
      'http://jabber.org/protocol/commands',
      'urn:xmpp:ping',
      'jabber:iq:version',
      'jabber:iq:last',
      'urn:xmpp:time',
      'vcard-temp',
      'jid\\20escaping',
      'http://jabber.org/protocol/muc',
      'http://jabber.org/protocol/muc#stable_id',
      'muc_rooms',
    ]) {
      expect(found).toContain(feature);
    }
    expect(new Set(found).size).toBe(found.length);
  });

  it('C20 hides registration from those who may not register', async () => {
    const stage = new ServiceStage();
    expect(features(await stage.ok('get', STRANGER, info()))).not.toContain(NS.REGISTER);
  });

  it.each([info('nonsense'), items('nonsense')])('B05 unknown node → item-not-found', async (query) => {
    const stage = new ServiceStage();
    await stage.register();
    for (const to of [DOMAIN, `!hall@${DOMAIN}`, `alice@${DOMAIN}`]) {
      expect((await stage.fails('get', ROMEO, query, to)).condition).toBe('item-not-found');
    }
  });

  it('B06 shows a user his own places, and a stranger or another user nothing', async () => {
    const stage = new ServiceStage();
    await stage.register();
    expect(listed(await stage.ok('get', ROMEO, items()))).toEqual([`!hall@${DOMAIN}`]);
    expect(listed(await stage.ok('get', ADMIN, items()))).toEqual([]);
    expect(listed(await stage.ok('get', STRANGER, items()))).toEqual([]);
  });

  it('B07 lists the commands and tells what each is', async () => {
    const stage = new ServiceStage();
    await stage.register();
    const list = await stage.ok('get', ROMEO, items(NS.COMMANDS));
    const nodes = list.childrenNamed('item').map(({ attrs }) => attrs.node ?? '');
    expect(nodes).toEqual(
      expect.arrayContaining(['jabber:iq:register', 'isthmus:status', 'isthmus:memory:preferences']),
    );
    expect(nodes).not.toContain('isthmus:memory:knock');
    expect(identities(await stage.ok('get', ROMEO, info(NS.COMMANDS)))).toEqual(['automation/command-list']);
    for (const node of nodes) {
      const shown = await stage.ok('get', ROMEO, info(node));
      expect(identities(shown)).toEqual(['automation/command-node']);
      expect(features(shown)).toEqual(expect.arrayContaining([NS.COMMANDS, NS.DATA]));
    }
  });

  it('B07 a place has commands of its own, a stranger none', async () => {
    const stage = new ServiceStage();
    const list = await stage.ok('get', ROMEO, items(NS.COMMANDS), `!hall@${DOMAIN}`);
    expect(list.childrenNamed('item').map(({ attrs }) => [attrs.jid, attrs.node])).toEqual([
      [`!hall@${DOMAIN}`, 'isthmus:memory:journey'],
      [`!hall@${DOMAIN}`, 'isthmus:memory:knock'],
    ]);
    expect(listed(await stage.ok('get', STRANGER, items(NS.COMMANDS)))).toEqual([]);
  });

  it('B11 S03 people are one and the same to somebody without an account', async () => {
    const stage = new ServiceStage();
    stage.gateway.world.person('alice');
    const seen = await Promise.all(
      ['alice', 'nobody'].flatMap((name) =>
        [info(), items(), el('vCard', NS.VCARD)].map((query) =>
          stage.fails('get', ROMEO, query, `${name}@${DOMAIN}`),
        ),
      ),
    );
    expect(new Set(seen.map((error) => error.toElement().toString())).size).toBe(1);
    expect(seen[0]?.condition).toBe('service-unavailable');
  });

  it('B09 B10 a person has an account and a client identity, and only features there are', async () => {
    const stage = new ServiceStage();
    await stage.register();
    const shown = await stage.ok('get', ROMEO, info(), `alice@${DOMAIN}`);
    expect(identities(shown)).toEqual(['account/registered', 'client/pc']);
    expect(features(shown)).toEqual([NS.DISCO_INFO, NS.DISCO_ITEMS, NS.CAPS, NS.LAST, NS.VCARD]);
  });

  it.each(['en', 'ru'])(
    'B12 B13 the hash of the presence is that of the reply, whatever language asks (%s)',
    async (lang) => {
      const stage = new ServiceStage({ domain: { language: 'ru' } });
      const ver = /ver='([^']+)'/.exec(stage.face.caps(undefined))?.[1] ?? '';
      const node = /node='([^']+)'/.exec(stage.face.caps(undefined))?.[1] ?? '';
      const shown = await stage.ok('get', ROMEO, info(`${node}#${ver}`), DOMAIN, lang);
      expect(verOf(shown)).toBe(ver);
      expect(shown.attrs.node).toBe(`${node}#${ver}`);
      expect(stage.face.caps(undefined)).toContain("hash='sha-1'");
    },
  );

  it('B16 S03 has the contact addresses, without empty roles', async () => {
    const stage = new ServiceStage();
    const x = (await stage.ok('get', STRANGER, info())).child('x', NS.DATA);
    const form = x && parseDataForm(x);
    expect(form?.type).toBe('result');
    expect(form?.fields.map(({ var: name, values }) => [name, values])).toEqual([
      ['FORM_TYPE', ['http://jabber.org/network/serverinfo']],
      ['abuse-addresses', ['mailto:abuse@example.org']],
      ['admin-addresses', ['xmpp:boss@example.org']],
    ]);
  });
});

describe('what becomes of data', () => {
  const policies = (shown: XmlElement) =>
    shown
      .childrenNamed('x', NS.DATA)
      .flatMap((x) => parseDataForm(x) ?? [])
      .filter(({ fields }) => fields[0]?.values[0]?.startsWith('urn:xmpp:data-policy:'))
      .map(({ fields }) => Object.fromEntries(fields.map(({ var: name, values }) => [name, values.join()])));

  it('B17 is told of the gateway and of the network, as the operator has set it', async () => {
    const stage = new ServiceStage();
    expect(policies(await stage.ok('get', ROMEO, info()))).toEqual([
      {
        FORM_TYPE: 'urn:xmpp:data-policy:0',
        auth_data: 'plain',
        data_transmission: 'encrypted',
        encryption_algorithm: 'TLSv1.3',
        data_retention: '720',
        encryption_at_rest: '0',
        full_erasure: '1',
        access_policy: 'admins',
        tos: 'https://example.org/terms',
      },
      { FORM_TYPE: 'urn:xmpp:data-policy:identity:gateway:memory:0', data_retention: 'unknown' },
    ]);
  });
});

describe('the public list of rooms', () => {
  const page = (...children: XmlElement[]) => items(undefined, el('set', NS.RSM, null, ...children));
  const max = (count: number) => el('max', NS.RSM, null, String(count));
  const hall = `!hall@${DOMAIN}`;

  async function stageWithRooms(): Promise<ServiceStage> {
    const stage = new ServiceStage();
    await stage.register();
    for (const name of ['#delta', '#alpha', '#charlie', '#bravo', '#e']) stage.gateway.world.room(name);
    return stage;
  }

  it('is read page by page, forwards and backwards, without a gap', async () => {
    const stage = await stageWithRooms();
    const forwards: (string | undefined)[] = [];
    let query = page(max(2));
    for (;;) {
      const shown = await stage.ok('get', ROMEO, query, hall);
      expect(shown.child('set')?.childText('count')).toBe('5');
      if (listed(shown).length === 0) break;
      forwards.push(...listed(shown));
      query = page(max(2), el('after', NS.RSM, null, shown.child('set')?.childText('last') ?? ''));
    }
    expect(forwards).toEqual(
      ['#alpha', '#bravo', '#charlie', '#delta', '#e'].map((name) => `${name}@${DOMAIN}`),
    );
    const last = await stage.ok('get', ROMEO, page(max(2), el('before', NS.RSM)), hall);
    expect(listed(last)).toEqual(forwards.slice(3));
    expect(last.child('set')?.child('first')?.attrs.index).toBe('3');
  });

  it('S11 is cut for who asks for no page, the fullest rooms first', async () => {
    const stage = await stageWithRooms();
    for (let index = 0; index < 300; index += 1) stage.gateway.world.room(`#room${index}`);
    stage.gateway.world.enter('#e', 'Bob');
    const shown = await stage.ok('get', ROMEO, items(), hall);
    expect(listed(shown)[0]).toBe(`#e@${DOMAIN}`);
    expect(listed(shown)).toHaveLength(200);
  });

  it('Q11 names hold no slash, of which some clients make groups', async () => {
    const stage = await stageWithRooms();
    stage.gateway.world.room('#one/two');
    const shown = await stage.ok('get', ROMEO, items(), hall);
    const names = shown.childrenNamed('item').map(({ attrs }) => attrs.name ?? '');
    expect(names.filter((name) => name.includes('/'))).toEqual([]);
    expect(names).toContain('#one\u2215two (0)');
  });

  it('a refusal of the network is an error', async () => {
    const stage = await stageWithRooms();
    expect((await stage.fails('get', ROMEO, items(), `!nowhere@${DOMAIN}`)).condition).toBe('item-not-found');
  });

  it('B06 S04 a stranger sees nothing and starts nothing', async () => {
    const stage = await stageWithRooms();
    expect(listed(await stage.ok('get', STRANGER, items(), hall))).toEqual([]);
    expect(stage.gateway.sessions).toHaveLength(1);
  });
});
