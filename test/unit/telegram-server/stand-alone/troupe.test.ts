import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TgEvent } from '../../../../gateways/telegram/client/events.js';
import type { PeerId, TgMessage } from '../../../../gateways/telegram/client/model.js';
import { type Cast, makeCast } from '../../../servers/telegram/stand-alone/cast.js';
import { drawMedia } from '../../../servers/telegram/stand-alone/media.js';
import { Orders } from '../../../servers/telegram/stand-alone/orders.js';
import { Troupe } from '../../../servers/telegram/stand-alone/troupe.js';
import { WORDS } from '../../../servers/telegram/stand-alone/words.js';
import type { ScriptedPerson } from '../../../servers/telegram/world/scripted-person.js';
import type { ChannelPlace, GroupPlace } from '../../../servers/telegram/world/world.js';
import { ClientStage, type StageClient } from '../../../support/telegram/client-stage.js';

let stage: ClientStage;
let cast: Cast;
let troupe: Troupe;
let robin: StageClient;
let sent = 0n;
const troubles: unknown[] = [];

beforeEach(async () => {
  stage = await ClientStage.open(2);
  const media = await drawMedia();
  cast = await makeCast(stage.server, media);
  const tempo = { reading: 0, writing: 0, thinking: 1, staying: 600_000 };
  troupe = new Troupe(stage.server, cast, media, tempo, (error) => troubles.push(error));
  robin = await stage.login(cast.robin.person);
});
afterEach(async () => {
  troupe.stop();
  await stage.close();
  expect(troubles.splice(0)).toEqual([]);
});

const person = ({ id }: ScriptedPerson): PeerId => `u${id}`;
const group = ({ kind, id }: GroupPlace | ChannelPlace): PeerId => `${kind === 'group' ? 'g' : 'c'}${id}`;

async function say(to: PeerId, text: string, more: { readonly topic?: number } = {}): Promise<TgMessage> {
  sent += 1n;
  const [said] = await robin.client.send(to, { randomId: sent, text, entities: [], ...more });
  if (!said) throw new Error('nothing was said');
  return said;
}

function heard(from: ScriptedPerson, matches: (message: TgMessage) => boolean = () => true) {
  return robin.next('message', ({ message }) => message.from === person(from) && matches(message));
}

/** What each word brings, besides words. */
const BRINGS: Readonly<Record<string, (event: TgEvent) => boolean>> = {
  ...Object.fromEntries(['photo', 'album', 'vanish'].map((word) => [word, mediaIs('photo')])),
  ...{ sticker: mediaIs('sticker'), animated: mediaIs('sticker'), voice: mediaIs('voice') },
  ...{ file: mediaIs('document'), location: mediaIs('location'), contact: mediaIs('contact') },
  ...{ poll: mediaIs('poll'), quiz: mediaIs('poll'), link: mediaIs('page') },
  edit: (event) => event.type === 'edited' && event.message.text === 'The tea is ready.',
  delete: ({ type }) => type === 'deleted',
  react: (event) => event.type === 'reactions' && event.reactions.recent.some(({ emoji }) => emoji === '🔥'),
  reply: messageHas(({ replyTo }) => replyTo?.quote === 'reply'),
  forward: messageHas(({ forwarded }) => forwarded !== undefined),
  typing: (event) => event.type === 'typing' && !event.typing,
  silent: messageHas(({ silent }) => silent),
  pin: ({ type }) => type === 'pinned',
  call: messageHas(({ service }) => service?.kind === 'call'),
  styled: messageHas(({ entities }) => entities.length === 6),
  long: messageHas(({ text }) => text.length === 4_096),
  many: messageHas(({ text }) => text === 'Number 10'),
  rename: messageHas(({ text }) => text === 'Call me that.'),
  buttons: messageHas(({ text }) => text.includes('@tea_bot')),
  help: messageHas(({ text }) => [...WORDS.keys()].every((word) => text.includes(`${word} — `))),
};

function messageHas(matches: (message: TgMessage) => boolean): (event: TgEvent) => boolean {
  return (event) => event.type === 'message' && matches(event.message);
}

function mediaIs(kind: string): (event: TgEvent) => boolean {
  return messageHas(({ media }) => media?.kind === kind);
}

describe('the people of the stand-alone server', () => {
  it.each([...WORDS.keys()])('at the word %s do what it says', async (word) => {
    await say(person(cast.alice), word);
    const brings = BRINGS[word];
    if (!brings) throw new Error(`what does ${word} bring?`);
    await robin.until(() => robin.events.some(brings));
  });

  it('say again whatever else they are told, and have read it', async () => {
    await say(person(cast.alice), 'hello there');
    await heard(cast.alice, ({ text }) => text === 'hello there');
    await robin.until(() => robin.events.some((event) => event.type === 'read' && event.by === 'them'));
    await say(person(cast.alice), 'echo photo');
    await heard(cast.alice, ({ text }) => text === 'photo');
  });

  it('tell what has become of a message: other words, a reaction, nothing', async () => {
    const { id, chat } = await say(person(cast.alice), 'helo');
    const echo = await heard(cast.alice, ({ text }) => text === 'helo');
    await robin.client.edit(chat, id, 'hello', []);
    await heard(cast.alice, ({ text }) => text === 'You have changed that to “hello”.');
    await robin.client.react(chat, echo.message.id, [{ emoji: '👍', custom: false }]);
    await heard(cast.alice, ({ text }) => text === '👍 to you too.');
    await robin.client.delete(chat, [id], true);
    await heard(cast.alice, ({ text }) => text === 'You have taken something back.');
  });

  it('send one thing after the other, if it is Bob', async () => {
    for (const kind of ['photo', 'sticker', 'poll', 'voice'] as const) {
      await say(person(cast.bob), 'more');
      await heard(cast.bob, ({ media }) => media?.kind === kind);
    }
  });

  it('have buttons, if it is a bot', async () => {
    await say(person(cast.teaBot), '/start');
    const { message } = await heard(cast.teaBot, ({ buttons }) => buttons !== undefined);
    const [first] = message.buttons?.[0] ?? [];
    if (first?.kind !== 'callback') throw new Error('no button');
    const answer = await robin.client.press(message.chat, message.id, first.data);
    expect(answer.text).toBe('Green: a good choice.');
    await heard(cast.teaBot, ({ text }) => text === 'Green tea for Robin.');
  });

  it('answer in groups, in topics, and Bob where he is named', async () => {
    await say(group(cast.round), 'hello all');
    await heard(cast.alice, ({ text, chat }) => text === 'hello all' && chat === group(cast.round));
    await say(group(cast.engineRoom), 'Bob: location');
    await heard(cast.bob, ({ media }) => media?.kind === 'location');
    const topic = (await robin.client.topics(group(cast.library), 10)).find(({ title }) => title === 'Prose');
    await say(group(cast.library), 'chapter one', topic && { topic: topic.id });
    const answer = await heard(cast.alice, ({ text }) => text === 'chapter one');
    expect(answer.message.topic).toBe(topic?.id);
  });

  it('tell the time in the channel', async () => {
    troupe.tellTime();
    const { message } = await robin.next(
      'message',
      ({ message }) => message.chat === group(cast.everyMinute),
    );
    expect(message.text).toMatch(/^It is \d\d:\d\d UTC\.$/);
  });

  it('let Sam in by code and password, at another data centre', async () => {
    const phone = cast.sam.person.phone ?? '';
    const sam = stage.client();
    const asked = await sam.client.login.sendCode(phone);
    const code = stage.server.codes.get(phone)?.code ?? '';
    const next = await sam.client.login.signIn(phone, asked.kind === 'code' ? asked.hash : '', code);
    expect(next.kind).toBe('password');
    expect(await sam.client.login.password('tea')).toMatchObject({ kind: 'done' });
  });

  it('write without being asked, if it is Carol', async () => {
    await say(person(cast.alice), 'hello');
    await heard(cast.carol, ({ text }) => text.startsWith('Hello Robin'));
  });

  it('do as they are told on the terminal', async () => {
    const orders = new Orders(stage.server, cast);
    expect(orders.take('say tea is ready')).toBe('Alice has said it');
    await heard(cast.alice, ({ text }) => text === 'tea is ready');
    expect(orders.take('migrate')).toBe('it is a supergroup now');
    expect(orders.take('migrate')).toContain('it is one already');
    expect(orders.take('  ')).toBeUndefined();
    for (const wrong of ['qr nonsense', 'end nobody', 'dance', 'wait long', 'constructor'])
      expect(orders.take(wrong)).toMatch(/^(That did not work|There is no)/);
    orders.take('end');
    await robin.until(() => robin.losses.length > 0);
  });
});
