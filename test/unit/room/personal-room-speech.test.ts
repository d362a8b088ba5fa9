import { describe, expect, it, vi } from 'vitest';
import type { NetworkMessageId } from '../../../src/gateway/ids.js';
import { StoreError } from '../../../src/store/error.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { PersonalRoomStage } from '../../support/core/personal-room-stage.js';
import type { RoomStageOptions } from '../../support/core/room-stage.js';
import { conditionOf, DOMAIN, ROMEO, ROMEO_PHONE, TEA, wordOf } from '../../support/core/room-stage.js';
import { EVERYTHING, MemoryMessaging } from '../../support/memory-network/messaging.js';
import { busy, MemoryPost, postError } from '../../support/memory-network/post.js';

const stanzaIdOf = (stanza: XmlElement | undefined) => stanza?.child('stanza-id', NS.SID)?.attrs.id ?? '';
const errors = (sent: readonly XmlElement[]) => sent.filter(({ attrs }) => attrs.type === 'error');
const groupchats = (sent: readonly XmlElement[]) => sent.filter(({ attrs }) => attrs.type === 'groupchat');

async function inTheRoom(options: RoomStageOptions & { readonly post?: MemoryPost } = {}) {
  const stage = await PersonalRoomStage.start(options);
  stage.world.enter('#tea', 'Alice');
  await stage.join(ROMEO, 'Romeo');
  return stage;
}

/** A message with any children; returns what was sent. */
async function write(stage: PersonalRoomStage, inside: string, id: string): Promise<XmlElement[]> {
  await stage.receive(`<message from='${ROMEO}' to='${TEA}' type='groupchat' id='${id}'>${inside}</message>`);
  return stage.take();
}

async function told(stage: PersonalRoomStage, word: string): Promise<string> {
  await stage.receive(`<message from='${ROMEO}' to='${DOMAIN}' type='chat'><body>${word}</body></message>`);
  const said = stage.take().flatMap((stanza) => stanza.childText('body') ?? []);
  return said.join('\n');
}

describe('what a user says in a room of his own', () => {
  it('I01 I03 F01 is reflected to all his clients with its id when it is committed, and sent once', async () => {
    const post = new MemoryPost();
    const stage = await inTheRoom({ post });
    await stage.join(ROMEO_PHONE, 'Romeo');
    post.next('#tea', 'open');
    const forged = `<body>hello</body><stanza-id xmlns='${NS.SID}' by='${TEA}' id='forged'/>`;
    const sent = await write(stage, forged, 'm1');
    expect(sent.map(({ attrs }) => [attrs.from, attrs.to, attrs.id])).toEqual([
      [`${TEA}/Romeo`, ROMEO, 'm1'],
      [`${TEA}/Romeo`, ROMEO_PHONE, 'm1'],
    ]);
    expect(stanzaIdOf(sent[0])).not.toBe('forged');
    expect(sent[0]?.child('occupant-id', NS.OCCUPANT_ID)).toBeDefined();
    expect(await stage.archived()).toEqual(['hello']);
    post.open[0]?.accept();
    await stage.settled();
    expect(stage.take()).toEqual([]);
    expect(post.texts('#tea')).toEqual(['hello']);
  });

  it('F04 F08 waits while the network is away, in order, and nobody is told twice', async () => {
    const post = new MemoryPost();
    const stage = await inTheRoom({ post });
    stage.session(0).lose();
    stage.take();
    for (const text of ['1', '2', '3']) await stage.say(ROMEO, text);
    expect(post.texts('#tea')).toEqual([]);
    expect(await told(stage, 'queue')).toMatch(/3 messages.*#tea.*#tea.*#tea/s);
    stage.session(0).connect();
    await stage.settled();
    await stage.settled();
    expect(post.texts('#tea')).toEqual(['1', '2', '3']);
    expect(await stage.archived()).toEqual(['1', '2', '3']);
  });

  it('F14 what he has read is told to the network: the newest alone, of that room alone', async () => {
    const messaging = new MemoryMessaging(EVERYTHING);
    const stage = await inTheRoom({ network: { messaging } });
    const first = await stage.hears('one');
    const second = await stage.hears('two');
    expect(second[0]?.child('markable', NS.CHAT_MARKERS)).toBeDefined();
    messaging.take();
    const displayed = (id: string) => `<displayed xmlns='${NS.CHAT_MARKERS}' id='${id}'/>`;
    expect(await write(stage, displayed(stanzaIdOf(second[0])), 'd1')).toEqual([]);
    expect(await write(stage, displayed(stanzaIdOf(first[0])), 'd2')).toEqual([]);
    expect(await write(stage, displayed('made up'), 'd3')).toEqual([]);
    await stage.settled();
    expect(messaging.take()).toEqual(['read #tea n2']);
    expect(await stage.archived()).toEqual(['one', 'two']);
  });

  it('F05 a refusal is an error for the original id from the room, to the client that wrote', async () => {
    const post = new MemoryPost();
    const stage = await inTheRoom({ post });
    await stage.join(ROMEO_PHONE, 'Romeo');
    post.next('#tea', postError('rejected'));
    const sent = await write(stage, '<body>no</body>', 'm1');
    expect(groupchats(sent)).toHaveLength(2);
    const [error, ...others] = errors(sent);
    expect(others).toEqual([]);
    expect(error?.attrs).toMatchObject({ from: TEA, to: ROMEO, id: 'm1', type: 'error' });
    expect(conditionOf(error)).toBe('service-unavailable');
    expect(error?.child('error')?.childText('text')).toContain('#tea');
    expect(await told(stage, 'why m1')).toMatch(/#tea/);
  });

  it('F05 F12 reports: failed is an error for the original id, delivered is no stanza', async () => {
    const stage = await inTheRoom();
    const receipt = `<request xmlns='${NS.RECEIPTS}'/>`;
    await write(stage, `<body>one</body>${receipt}`, 'm1');
    await write(stage, `<body>two</body>${receipt}`, 'm2');
    const report = (id: string, outcome: 'delivered' | 'failed') =>
      stage.host.report({ type: 'delivery-report', message: id as NetworkMessageId, outcome });
    await report('post-1', 'delivered');
    await report('post-2', 'failed');
    await stage.settled();
    expect(stage.take().map(({ attrs }) => [attrs.type, attrs.id, attrs.to])).toEqual([
      ['error', 'm2', ROMEO],
    ]);
    const account = stage.accountOf(ROMEO);
    const [second, first] = await stage.store.messages.recent(account, 2);
    expect([first?.state, second?.state]).toEqual(['delivered', 'failed']);
  });

  it('F05 what is cancelled is told to its author as not sent', async () => {
    const post = new MemoryPost();
    const stage = await inTheRoom({ post });
    post.next('#tea', busy());
    await write(stage, '<body>oops</body>', 'm1');
    stage.take();
    await stage.receive(`<message from='${ROMEO}' to='${DOMAIN}' type='chat'><body>cancel</body></message>`);
    await stage.receive(`<message from='${ROMEO}' to='${DOMAIN}' type='chat'><body>all</body></message>`);
    expect(errors(stage.take()).map(({ attrs }) => [attrs.from, attrs.id])).toEqual([[TEA, 'm1']]);
    expect(post.texts('#tea')).toEqual([]);
  });

  it('F16 I12 what waits is corrected in its place, what is out in words; the room sees corrections', async () => {
    const post = new MemoryPost();
    const stage = await inTheRoom({ post });
    post.next('#tea', 'open');
    await write(stage, '<body>one</body>', 'm1');
    await write(stage, '<body>teh</body>', 'm2');
    const replace = (id: string) => `<replace xmlns='${NS.CORRECT}' id='${id}'/>`;
    const corrected = await write(stage, `<body>the</body>${replace('m2')}`, 'm3');
    expect(corrected[0]?.child('replace', NS.CORRECT)?.attrs.id).toBe('m2');
    post.open[0]?.accept();
    await stage.settled();
    expect(post.texts('#tea')).toEqual(['one', 'the']);
    await stage.brings('not yours');
    const [theirs] = stage.take();
    expect(conditionOf((await write(stage, `<body>x</body>${replace(stanzaIdOf(theirs))}`, 'm4'))[0])).toBe(
      'forbidden',
    );
    expect(await stage.archived()).toEqual(['one', 'teh', 'the', 'not yours']);
  });

  it('F18 what waits is taken back, and the room sees that; what is out cannot be', async () => {
    const post = new MemoryPost();
    const stage = await inTheRoom({ post });
    post.next('#tea', 'open');
    await write(stage, '<body>out</body>', 'm1');
    const [waiting] = await write(stage, '<body>oops</body>', 'm2');
    const retract = (id: string) => `<retract xmlns='${NS.RETRACT}' id='${id}'/>`;
    const [seen] = await write(stage, retract(stanzaIdOf(waiting)), 'm3');
    expect(seen?.attrs).toMatchObject({ from: `${TEA}/Romeo`, type: 'groupchat' });
    expect(seen?.child('retract', NS.RETRACT)?.attrs.id).toBe(stanzaIdOf(waiting));
    post.open[0]?.accept();
    await stage.settled();
    expect(post.texts('#tea')).toEqual(['out']);
    expect(conditionOf((await write(stage, retract('m1'), 'm4'))[0])).toBe('feature-not-implemented');
  });

  it('F21 I11 a reply finds what it answers by the id of the room, both ways', async () => {
    const messaging = new MemoryMessaging(EVERYTHING);
    const post = new MemoryPost();
    const stage = await inTheRoom({ post, network: { messaging } });
    const send = vi.spyOn(post, 'send');
    await stage.brings('what time?', { id: 'asked' as NetworkMessageId });
    const [asked] = stage.take();
    const reply = `<reply xmlns='${NS.REPLY}' to='${TEA}/Alice' id='${stanzaIdOf(asked)}'/>`;
    const fallback = `<fallback xmlns='${NS.FALLBACK}' for='${NS.REPLY}'><body start='0' end='13'/></fallback>`;
    const [mine] = await write(stage, `<body>&gt; what time?\nnoon</body>${reply}${fallback}`, 'm1');
    expect(send.mock.lastCall?.[1]).toMatchObject({ text: 'noon', replyTo: { id: 'asked', own: false } });
    const answer = { id: 'post-1' as NetworkMessageId, own: true, quote: 'noon' };
    const [theirs] = await stage.hears('fine', { replyTo: answer });
    expect(theirs?.child('reply', NS.REPLY)?.attrs).toMatchObject({
      to: `${TEA}/Romeo`,
      id: stanzaIdOf(mine),
    });
  });

  it('I10 a subject alone is the room’s; with a body it is the message’s', async () => {
    const post = new MemoryPost();
    const stage = await inTheRoom({ post });
    const send = vi.spyOn(post, 'send');
    const [both] = await write(
      stage,
      '<subject>Offer</subject><body>see below</body><thread>t</thread>',
      'm1',
    );
    expect(both?.childText('subject')).toBe('Offer');
    expect(send.mock.lastCall?.[1]).toMatchObject({ text: 'see below', subject: 'Offer', thread: 't' });
    expect((await write(stage, '<subject>Cakes</subject>', 'm2')).map(wordOf)).toEqual(['Romeo: (Cakes)']);
    expect(stage.world.room('#tea').subject?.text).toBe('Cakes');
  });

  it('I04 I05 who is not in the room is refused; a private word to an occupant is kept like any', async () => {
    const post = new MemoryPost();
    const stage = await inTheRoom({ post });
    await stage.receive(
      `<message from='${ROMEO}' to='${TEA}/Alice' type='chat' id='p1'><body>psst</body></message>`,
    );
    expect(stage.take()).toEqual([]);
    expect(post.texts('alice')).toEqual(['psst']);
    await stage.leave(ROMEO, 'Romeo');
    const [refused] = await stage.say(ROMEO, 'too late');
    expect(conditionOf(refused)).toBe('not-acceptable');
    expect(post.texts('#tea')).toEqual([]);
  });

  it('S23 is an error, and neither shown nor sent, when it cannot be committed', async () => {
    const post = new MemoryPost();
    const stage = await inTheRoom({ post });
    vi.spyOn(stage.store.messages, 'submit').mockRejectedValueOnce(new StoreError('full', 'full'));
    const sent = await write(stage, '<body>lost?</body>', 'm1');
    expect(sent.map(({ attrs }) => [attrs.type, attrs.id])).toEqual([['error', 'm1']]);
    expect(post.texts('#tea')).toEqual([]);
    expect(await stage.archived()).toEqual([]);
  });

  it('F05 after a restart an unfinished message is told as of unknown outcome, from the room', async () => {
    const post = new MemoryPost();
    const before = await inTheRoom({ post });
    post.next('#tea', 'open');
    await write(before, '<body>did it?</body>', 'm1');
    const stage = new PersonalRoomStage({ store: before.store, post });
    await stage.start();
    const [error] = errors(stage.take());
    expect(error?.attrs).toMatchObject({ from: TEA, to: ROMEO, id: 'm1' });
  });

  it('one order for all that is said: archive and clients agree', async () => {
    const stage = await inTheRoom();
    await Promise.all([
      stage.receive(
        `<message from='${ROMEO}' to='${TEA}' type='groupchat' id='a'><body>mine 1</body></message>` +
          `<message from='${ROMEO}' to='${TEA}' type='groupchat' id='b'><body>mine 2</body></message>`,
      ),
      stage.brings('theirs 1'),
      stage.brings('theirs 2'),
    ]);
    const shown = groupchats(stage.take(ROMEO)).map((stanza) => stanza.childText('body'));
    expect(shown).toHaveLength(4);
    expect(await stage.archived()).toEqual(shown);
  });
});
