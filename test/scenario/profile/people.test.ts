import { createHash } from 'node:crypto';
import type { XmlElement } from '@xmpp/client';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { DomainStage } from '../../support/domain-stage.js';
import { MemoryDirectory } from '../../support/memory-network/directory.js';
import { MemoryMessaging } from '../../support/memory-network/messaging.js';
import { complete, rosterState, SERVERS, say, submit } from '../../support/service-talk.js';

const METADATA = 'urn:xmpp:avatar:metadata';
const DATA = 'urn:xmpp:avatar:data';
const PUBSUB = 'http://jabber.org/protocol/pubsub';
const EVENT = 'http://jabber.org/protocol/pubsub#event';
const UPDATE = 'vcard-temp:x:update';

const items = (node: string) => `<pubsub xmlns='${PUBSUB}'><items node='${node}'/></pubsub>`;
const sha1 = (bytes: Buffer) => createHash('sha1').update(bytes).digest('hex');

/** A photo of one colour, as a camera might send it. */
function photo(background: string): Promise<Buffer> {
  return sharp({ create: { width: 640, height: 480, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

describe.each(SERVERS)('who people are, and whom users hear, through %s', (xmpp) => {
  const directory = new MemoryDirectory();
  let stage: DomainStage;
  let alice: XmppClient;
  let bob: string;

  beforeAll(async () => {
    directory.know('Bob', { name: 'Bob Builder', nick: 'bobby', phone: '+15551234567', note: 'Verona' });
    directory.paint('red', await photo('red'));
    directory.paint('blue', await photo('blue'));
    stage = await DomainStage.start({
      xmpp,
      contacts: 'presence',
      network: { directory, messaging: new MemoryMessaging() },
    });
    bob = stage.contact('Bob');
    stage.world.person('Bob');
    stage.lists.put('alice', { name: 'Bob', avatar: 'red' });
    alice = await stage.user('alice');
    alice.answerDisco([`${METADATA}+notify`]);
    await stage.register(alice);
  });
  afterAll(async () => {
    await stage.stop();
    expect(stage.faults).toEqual([]);
  });

  /** The hash of the picture that a presence of Bob tells. */
  const shownPhoto = async (unlike = ''): Promise<string> => {
    const hashOf = (stanza: XmlElement) => stanza.getChild('x', UPDATE)?.getChildText('photo') ?? '';
    const presence = await alice.waitFor(
      (stanza) =>
        stanza.name === 'presence' &&
        stanza.attrs.from === bob &&
        hashOf(stanza) !== '' &&
        hashOf(stanza) !== unlike,
      'a picture',
    );
    return hashOf(presence);
  };

  it('G08 G09 a contact shows his picture: in presence, as a card, as nodes, as an event', async () => {
    stage.lists.show('Bob', { show: 'online' });
    await alice.send(`<presence type='subscribe' to='${bob}'/>`);
    await rosterState(alice, bob, 'to');
    const hash = await shownPhoto();
    const event = await alice.waitFor({ name: 'message', type: 'headline', from: bob }, 'the event');
    const eventItems = event.getChild('event', EVENT)?.getChild('items');
    expect(eventItems?.attrs.node).toBe(METADATA);
    expect(eventItems?.getChild('item')?.attrs.id).toBe(hash);

    const card = (await alice.iq('get', bob, "<vCard xmlns='vcard-temp'/>")).getChild('vCard');
    expect(card?.getChildText('FN')).toBe('Bob Builder');
    expect(card?.getChild('TEL')?.getChildText('NUMBER')).toBe('+15551234567');
    const inCard = Buffer.from(card?.getChild('PHOTO')?.getChildText('BINVAL') ?? '', 'base64');
    expect(sha1(inCard)).toBe(hash);
    expect(await sharp(inCard).metadata()).toMatchObject({ format: 'png', width: 192, height: 144 });

    const itemOf = async (node: string) =>
      (await alice.iq('get', bob, items(node))).getChild('pubsub')?.getChild('items')?.getChild('item');
    const info = (await itemOf(METADATA))?.getChild('metadata')?.getChild('info');
    expect(info?.attrs).toMatchObject({ id: hash, type: 'image/png', bytes: String(inCard.length) });
    const data = (await itemOf(DATA))?.getChildText('data') ?? '';
    expect(Buffer.from(data, 'base64')).toEqual(inCard);
  });

  it('G08 another picture is told, and outlives a restart of the gateway without being fetched again', async () => {
    const before = (await alice.iq('get', bob, items(METADATA)))
      .getChild('pubsub')
      ?.getChild('items')
      ?.getChild('item')?.attrs.id;
    stage.lists.change('alice', { name: 'Bob', avatar: 'blue' });
    const hash = await shownPhoto(before);
    directory.take();
    alice.clear();
    await stage.stopGateway();
    await stage.startGateway();
    expect(await shownPhoto()).toBe(hash);
    const card = (await alice.iq('get', bob, "<vCard xmlns='vcard-temp'/>")).getChild('vCard');
    expect(sha1(Buffer.from(card?.getChild('PHOTO')?.getChildText('BINVAL') ?? '', 'base64'))).toBe(hash);
    expect(directory.take()).toEqual(['profile bob']);
  });

  it('B11 S12 strangers learn nothing of anybody', async () => {
    const stranger = await stage.user('bob');
    const answers: (string | undefined)[] = [];
    for (const who of [bob, stage.contact('nobody')]) {
      for (const payload of ["<vCard xmlns='vcard-temp'/>", items(METADATA), items(DATA)])
        answers.push(errorCondition(await stranger.iq('get', who, payload)));
    }
    expect(new Set(answers)).toEqual(new Set(['service-unavailable']));
    const search = await stranger.iq('get', stage.domain, "<query xmlns='jabber:iq:search'/>");
    expect(errorCondition(search)).toBe('registration-required');
    await stranger.disconnect();
  });

  it('E12 people are found, by query and by command, with addresses', async () => {
    const found = await alice.iq(
      'set',
      stage.domain,
      `<query xmlns='jabber:iq:search'>${submit({ who: 'bo' }, 'jabber:iq:search')}</query>`,
    );
    const row = found.getChild('query')?.getChild('x')?.getChild('item');
    expect(row?.getChildren('field').map((field) => field.getChildText('value'))).toEqual([
      bob,
      'Bob Builder',
      'Verona',
    ]);
    expect(await complete(alice, stage.domain, 'isthmus:search', { who: 'bo' })).toContain(bob);
    const info = await alice.iq(
      'get',
      stage.domain,
      "<query xmlns='http://jabber.org/protocol/disco#info'/>",
    );
    const features = info.getChild('query')?.getChildren('feature') ?? [];
    expect(features.map((feature) => feature.attrs.var)).toContain('jabber:iq:search');
  });

  it('B17 what becomes of data can be read', async () => {
    const info = await alice.iq(
      'get',
      stage.domain,
      "<query xmlns='http://jabber.org/protocol/disco#info'/>",
    );
    const forms = info.getChild('query')?.getChildren('x', 'jabber:x:data') ?? [];
    const types = forms.map((form) => form.getChild('field')?.getChildText('value'));
    expect(types).toContain('urn:xmpp:data-policy:0');
    expect(types).toContain('urn:xmpp:data-policy:identity:gateway:memory:0');
  });

  it('an unknown person waits for the word of the user, over a restart, and comes in order', async () => {
    expect(await complete(alice, stage.domain, 'isthmus:settings', { language: 'en', ask: '1' })).toContain(
      'Saved',
    );
    const carol = stage.contact('Carol');
    stage.world.tell('Carol', 'alice', 'do you remember me?', 'c1');
    const question = await alice.waitFor(
      { name: 'message', from: stage.domain, child: 'body' },
      'the question',
    );
    expect(question.getChildText('body')).toContain(carol);
    expect(question.getChildText('body')).not.toContain('remember');
    stage.world.tell('Carol', 'alice', 'from school', 'c2');
    await stage.stopGateway();
    await stage.startGateway();
    await alice.waitFor({ name: 'presence', type: null, from: stage.domain }, 'the gateway back');
    expect(await say(alice, stage.domain, 'requests')).toContain('2 messages');
    await say(alice, stage.domain, '1');
    expect(alice.count({ name: 'message', from: carol })).toBe(0);
    await alice.message(stage.domain, 'accept');
    const first = await alice.waitFor({ name: 'message', from: carol, child: 'body' }, 'the first');
    expect(first.getChildText('body')).toBe('do you remember me?');
    expect(first.getChild('delay', 'urn:xmpp:delay')).toBeDefined();
    await alice.waitFor({ name: 'message', from: carol, body: 'from school' }, 'the second');
    stage.world.tell('Carol', 'alice', 'so you do', 'c3');
    await alice.waitFor({ name: 'message', from: carol, body: 'so you do' }, 'the third at once');
  });

  it('who is blocked is gone and silent, and cannot be written to; unblocked he is back', async () => {
    alice.clear();
    const blocked = await complete(alice, stage.domain, 'isthmus:block', { person: bob });
    expect(blocked).toContain(bob);
    await alice.waitFor({ name: 'presence', type: 'unavailable', from: bob }, 'him gone');
    stage.world.tell('Bob', 'alice', 'hello?', 'b1');
    const id = await alice.message(bob, 'hello');
    const error = await alice.waitFor({ name: 'message', type: 'error', id }, 'the refusal');
    expect(errorCondition(error)).toBe('not-acceptable');
    await complete(alice, stage.domain, 'isthmus:unblock', { person: 'bob' });
    await alice.waitFor({ name: 'presence', type: null, from: bob }, 'him back');
    stage.world.tell('Bob', 'alice', 'there you are', 'b2');
    await alice.waitFor({ name: 'message', from: bob, body: 'there you are' }, 'his words');
    expect(alice.count({ name: 'message', from: bob, body: 'hello?' })).toBe(0);
  });

  it('who is muted is heard when he is unmuted', async () => {
    await complete(alice, stage.domain, 'isthmus:mute', { person: 'Bob', duration: '1d' });
    stage.world.tell('Bob', 'alice', 'psst', 'b3');
    await alice.barrier(stage.domain);
    expect(alice.count({ name: 'message', from: bob, body: 'psst' })).toBe(0);
    await complete(alice, stage.domain, 'isthmus:unmute', { person: 'bob' });
    await alice.waitFor({ name: 'message', from: bob, body: 'psst' }, 'what waited');
  });
});
