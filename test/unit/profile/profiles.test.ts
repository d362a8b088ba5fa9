import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { capsVer } from '../../../src/xmpp/xep/0115-entity-capabilities/caps.js';
import { CLIENT, ContactStage, jidOf, USER } from '../../support/core/contact-stage.js';
import { conditionOf, DOMAIN, JULIET } from '../../support/core/room-stage.js';
import { MemoryDirectory } from '../../support/memory-network/directory.js';

const BOB = jidOf('bob');
const VCARD = `<vCard xmlns='${NS.VCARD}'/>`;
const VCARD4 = 'urn:xmpp:vcard4';
const FACE = Buffer.from('a face');
const OTHER_FACE = Buffer.from('another face');

const sha1 = (bytes: Buffer) => createHash('sha1').update(bytes).digest('hex');
const items = (node: string, inside = '') =>
  `<pubsub xmlns='${NS.PUBSUB}'><items node='${node}'>${inside}</items></pubsub>`;

/** A user who is online, with Bob on his list on a network with profiles. */
async function friends(avatar?: string): Promise<{ stage: ContactStage; directory: MemoryDirectory }> {
  const directory = new MemoryDirectory();
  const stage = new ContactStage({ network: { directory } });
  directory.know('Bob', {
    name: 'Bob <Builder>',
    nick: 'bobby',
    phone: '+15551234567',
    email: 'bob@example.org',
    url: 'https://example.org/bob',
    note: 'Can we fix it?',
    ...(avatar !== undefined && { avatar }),
  });
  directory.paint('a1', FACE);
  directory.paint('a2', OTHER_FACE);
  stage.lists.put('romeo', { name: 'Bob', ...(avatar !== undefined && { avatar }) });
  await stage.register();
  await stage.comes();
  await stage.presence('subscribe', 'bob');
  stage.take();
  directory.take();
  return { stage, directory };
}

/** The photo that each presence of Bob tells: its hash, `none`, `unknown`, or nothing at all. */
function photos(stage: ContactStage): (string | undefined)[] {
  return stage
    .take()
    .filter(({ name, attrs }) => name === 'presence' && attrs.from === BOB && attrs.type === undefined)
    .map((presence) => {
      const x = presence.child('x', NS.VCARD_UPDATE);
      const photo = x?.child('photo');
      return x && (photo ? photo.text() || 'none' : 'unknown');
    });
}

async function bobIs(stage: ContactStage, show: 'online' | 'away' | 'offline'): Promise<void> {
  stage.lists.show('Bob', { show });
  await stage.settled();
}

describe('cards of people', () => {
  it('G06 tells what the network knows, with the picture', async () => {
    const { stage } = await friends('a1');
    const card = await stage.result('get', CLIENT, BOB, VCARD);
    expect(card.childText('FN')).toBe('Bob <Builder>');
    expect(card.childText('NICKNAME')).toBe('bobby');
    expect(card.child('TEL')?.childText('NUMBER')).toBe('+15551234567');
    expect(card.child('EMAIL')?.childText('USERID')).toBe('bob@example.org');
    expect(card.childText('URL')).toBe('https://example.org/bob');
    expect(card.childText('NOTE')).toBe('Can we fix it?');
    expect(card.child('PHOTO')?.childText('TYPE')).toBe('image/png');
    expect(Buffer.from(card.child('PHOTO')?.childText('BINVAL') ?? '', 'base64')).toEqual(FACE);
  });

  it('G06 B11 nobody is not found; a stranger hears the same of everybody', async () => {
    const { stage } = await friends();
    expect(await stage.refusal('get', CLIENT, jidOf('nobody'), VCARD)).toBe('item-not-found');
    for (const who of ['bob', 'nobody']) {
      expect(await stage.refusal('get', JULIET, jidOf(who), VCARD)).toBe('service-unavailable');
      expect(await stage.refusal('get', JULIET, jidOf(who), items(NS.AVATAR_METADATA))).toBe(
        'service-unavailable',
      );
    }
  });

  it('G06 links that are none, and whole books, are not passed on', async () => {
    const { stage, directory } = await friends();
    directory.know('Bob', {
      name: `B\nob${'b'.repeat(10_000)}`,
      url: 'javascript:alert(1)',
      note: 'n'.repeat(99_999),
    });
    const card = await stage.result('get', CLIENT, BOB, VCARD);
    expect(card.child('URL')).toBeUndefined();
    expect(card.childText('FN')?.length).toBeLessThan(1_000);
    expect(card.childText('FN')).not.toContain('\n');
    expect(card.childText('NOTE')?.length).toBeLessThan(10_000);
  });

  it('G07 G09 nobody writes into them', async () => {
    const { stage } = await friends();
    expect(await stage.refusal('set', CLIENT, BOB, VCARD)).toBe('forbidden');
    expect(await stage.refusal('set', CLIENT, DOMAIN, VCARD)).toBe('forbidden');
    const publish = `<pubsub xmlns='${NS.PUBSUB}'><publish node='${NS.NICK}'><item/></publish></pubsub>`;
    expect(await stage.refusal('set', CLIENT, BOB, publish)).toBe('forbidden');
    const subscribe = `<pubsub xmlns='${NS.PUBSUB}'><subscribe node='${NS.NICK}' jid='${USER}'/></pubsub>`;
    expect(await stage.refusal('set', CLIENT, BOB, subscribe)).toBe('feature-not-implemented');
  });

  it('G09 the newer card and the nick are nodes', async () => {
    const { stage } = await friends();
    const card = await stage.result('get', CLIENT, BOB, items(VCARD4));
    const vcard = card.child('items')?.child('item')?.child('vcard', NS.VCARD4);
    expect(vcard?.child('fn')?.childText('text')).toBe('Bob <Builder>');
    expect(vcard?.child('tel')?.childText('uri')).toBe('tel:+15551234567');
    const nick = await stage.result('get', CLIENT, BOB, items(NS.NICK));
    expect(nick.child('items')?.child('item')?.childText('nick', NS.NICK)).toBe('bobby');
  });

  it('B09 B12 pictures as nodes are part of what a person is', async () => {
    const { stage } = await friends('a1');
    await bobIs(stage, 'online');
    const caps = stage
      .take()
      .find(({ attrs }) => attrs.from === BOB)
      ?.child('c', NS.CAPS)?.attrs;
    const query = `<query xmlns='${NS.DISCO_INFO}' node='${caps?.node}#${caps?.ver}'/>`;
    const info = await stage.result('get', CLIENT, BOB, query);
    const identities = info.childrenNamed('identity').map(({ attrs }) => `${attrs.category}/${attrs.type}`);
    expect(identities).toEqual(['account/registered', 'pubsub/pep', 'client/pc']);
    expect(info.childrenNamed('feature').map(({ attrs }) => attrs.var)).toContain(
      'http://jabber.org/protocol/pubsub#retrieve-items',
    );
  });

  it('F11 other nodes, such as those of keys, are not found at once', async () => {
    const { stage, directory } = await friends();
    for (const node of ['eu.siacs.conversations.axolotl.devicelist', 'urn:xmpp:omemo:2:devices'])
      expect(await stage.refusal('get', CLIENT, BOB, items(node))).toBe('item-not-found');
    expect(directory.take()).toEqual([]);
  });
});

describe('pictures of people', () => {
  it('G08 fetched when the contact is shown, told once by its hash, and kept', async () => {
    const { stage, directory } = await friends('a1');
    expect(directory.take()).toEqual([]);
    await bobIs(stage, 'online');
    expect(photos(stage)).toEqual(['unknown', sha1(FACE)]);
    expect(directory.take()).toEqual(['avatar bob a1']);
    await bobIs(stage, 'away');
    expect(photos(stage)).toEqual([sha1(FACE)]);
    expect(directory.take()).toEqual([]);
    expect((await stage.record('bob'))?.photo).toBe(sha1(FACE));
  });

  it('G08 another picture is one new presence; none is said as well', async () => {
    const { stage } = await friends('a1');
    await bobIs(stage, 'online');
    stage.take();
    stage.lists.change('romeo', { name: 'Bob', avatar: 'a2' });
    await stage.settled();
    expect(photos(stage)).toEqual([sha1(OTHER_FACE)]);
    stage.lists.change('romeo', { name: 'Bob' });
    await stage.settled();
    expect(photos(stage)).toEqual(['none']);
  });

  it('nothing is fetched for contacts that are not shown', async () => {
    const directory = new MemoryDirectory();
    const stage = new ContactStage({ network: { directory } });
    directory.paint('a1', FACE);
    stage.lists.put('romeo', ...Array.from({ length: 100 }, (_, n) => ({ name: `P${n}`, avatar: 'a1' })));
    await stage.register();
    await stage.comes();
    expect(directory.take()).toEqual([]);
  });

  it('one fetch serves all users who see the same picture, and those who come at once', async () => {
    const { stage, directory } = await friends('a1');
    const [one, two] = await Promise.all([
      stage.receive(`<iq type='get' from='${CLIENT}' to='${BOB}' id='x1'>${items(NS.AVATAR_DATA)}</iq>`),
      stage.receive(`<iq type='get' from='${CLIENT}' to='${BOB}' id='x2'>${items(NS.AVATAR_DATA)}</iq>`),
    ]);
    expect([one, two]).toEqual([undefined, undefined]);
    expect(stage.take().filter(({ attrs }) => attrs.type === 'result')).toHaveLength(2);
    expect(directory.take()).toEqual(['avatar bob a1']);
  });

  it.each(['secret', 'gone'])('a picture that cannot be had (%s) is asked for once', async (avatar) => {
    const { stage, directory } = await friends(avatar);
    await bobIs(stage, 'online');
    await bobIs(stage, 'away');
    expect(photos(stage)).toEqual(['unknown', 'unknown']);
    expect(directory.take()).toEqual([`avatar bob ${avatar}`]);
    expect(await stage.refusal('get', CLIENT, BOB, items(NS.AVATAR_METADATA))).toBe('item-not-found');
    expect(stage.faults).toEqual([]);
  });

  it('G09 nodes tell of it and hold it, by its hash', async () => {
    const { stage } = await friends('a1');
    const metadata = await stage.result('get', CLIENT, BOB, items(NS.AVATAR_METADATA));
    const item = metadata.child('items')?.child('item');
    expect(item?.attrs.id).toBe(sha1(FACE));
    expect(item?.child('metadata', NS.AVATAR_METADATA)?.child('info')?.attrs).toMatchObject({
      id: sha1(FACE),
      type: 'image/png',
      bytes: String(FACE.length),
    });
    const data = await stage.result('get', CLIENT, BOB, items(NS.AVATAR_DATA, `<item id='${sha1(FACE)}'/>`));
    const encoded = data.child('items')?.child('item')?.childText('data', NS.AVATAR_DATA) ?? '';
    expect(Buffer.from(encoded, 'base64')).toEqual(FACE);
    expect(await stage.refusal('get', CLIENT, BOB, items(NS.AVATAR_DATA, "<item id='0'/>"))).toBe(
      'item-not-found',
    );
  });

  it('G09 clients that want to hear of changes do, others do not', async () => {
    const { stage } = await friends('a1');
    const info = {
      identities: [{ category: 'client', type: 'pc' }],
      features: [NS.DISCO_INFO, `${NS.AVATAR_METADATA}+notify`],
    };
    const caps = `<c xmlns='${NS.CAPS}' hash='sha-1' node='c' ver='${capsVer(info)}'/>`;
    const phone = `${USER}/phone`;
    await stage.comes(phone, caps);
    stage.take();
    await bobIs(stage, 'online');
    for (const question of stage.take().filter(({ name, attrs }) => name === 'iq' && attrs.type === 'get')) {
      const features = question.attrs.to === phone ? info.features : [NS.DISCO_INFO];
      await stage.receive(
        `<iq type='result' id='${question.attrs.id}' from='${question.attrs.to}' to='${DOMAIN}'><query xmlns='${NS.DISCO_INFO}'>` +
          `<identity category='client' type='pc'/>${features.map((feature) => `<feature var='${feature}'/>`).join('')}</query></iq>`,
      );
    }
    const [event, ...more] = stage.take().filter(({ name }) => name === 'message');
    expect(more).toEqual([]);
    expect(event?.attrs).toMatchObject({ from: BOB, to: phone, type: 'headline' });
    const shown = event?.child('event', NS.PUBSUB_EVENT)?.child('items');
    expect(shown?.attrs.node).toBe(NS.AVATAR_METADATA);
    expect(shown?.child('item')?.attrs.id).toBe(sha1(FACE));
  });

  it('C19 pictures go with the registration', async () => {
    const { stage, directory } = await friends('a1');
    await bobIs(stage, 'online');
    await stage.ask('set', CLIENT, DOMAIN, `<query xmlns='${NS.REGISTER}'><remove/></query>`);
    directory.take();
    await stage.register();
    await stage.comes();
    await stage.presence('subscribe', 'bob');
    await stage.result('get', CLIENT, BOB, items(NS.AVATAR_METADATA));
    expect(directory.take()).toEqual(['avatar bob a1']);
  });
});

describe('a network without profiles', () => {
  it('G06 G08 people are described, and nothing is said of pictures', async () => {
    const stage = new ContactStage();
    stage.world.person('Bob');
    await stage.register();
    await stage.comes();
    await stage.presence('subscribe', 'bob');
    await stage.presence('subscribed', 'bob');
    await bobIs(stage, 'online');
    expect(photos(stage)).toEqual([undefined]);
    const card = await stage.result('get', CLIENT, BOB, VCARD);
    expect(card.childText('DESC')).toContain('lives in memory');
    const [answer] = await stage.ask('get', CLIENT, BOB, items(NS.AVATAR_METADATA));
    expect(conditionOf(answer)).toBe('item-not-found');
  });
});
