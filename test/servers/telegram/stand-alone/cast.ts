import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import { crowd } from '../world/crowd.js';
import type { Group } from '../world/groups.js';
import type { ScriptedPerson } from '../world/scripted-person.js';
import type { ChannelPlace, GroupPlace } from '../world/world.js';
import type { Media } from './media.js';

/** Members of the large group who do nothing. */
const CROWD = 300;
/** Messages that lie in the large group and in the channel from the beginning, and the seconds between two. */
const BEFORE = { talk: { count: 120, every: 1_800 }, posts: { count: 30, every: 60 } };

/** The people and places of the stand-alone server. Whose numbers they are is for nobody (555-01xx). */
export interface Cast {
  /** The account that is there to be logged in to. */
  readonly robin: ScriptedPerson;
  /** Another, with a second factor, at another data centre. */
  readonly sam: ScriptedPerson;
  /** Those who answer. */
  readonly alice: ScriptedPerson;
  readonly bob: ScriptedPerson;
  readonly carol: ScriptedPerson;
  readonly teaBot: ScriptedPerson;
  /** A basic group. */
  readonly round: GroupPlace;
  readonly engineRoom: ChannelPlace;
  readonly library: ChannelPlace;
  readonly everyMinute: ChannelPlace;
  /** One that the accounts are not in, with a public name, and one that is found by a link. */
  readonly openHouse: ChannelPlace;
  readonly garden: ChannelPlace;
}

/** The part of the link to the garden that counts. */
export const GARDEN_LINK = 'SecretGarden0001';
/** A bot of one's own logs in with it. */
export const BOT_TOKEN = '12345:tea';

/** Fills an empty world. */
export async function makeCast(server: TelegramServer, media: Media): Promise<Cast> {
  const robin = server.person('Robin', { phone: '12025550100', username: 'robin_at_home' });
  const sam = server.person('Sam', {
    ...{ phone: '12025550101', username: 'sam_at_home', codesBy: 'sms' },
    ...{ password: 'tea', passwordHint: 'a drink', homeCentre: server.centres.length },
  });
  server.person('Mallory', { phone: '12025550102', banned: true });
  const alice = server.person('Alice', { phone: '12025550110', username: 'alice', about: 'I say it again.' });
  const bob = server.person('Bob', { lastName: 'Builder', phone: '12025550111', username: 'bobby' });
  const carol = server.person('Carol', { phone: '12025550112', username: 'carol', status: 'last-week' });
  const teaBot = server.person('Tea Bot', { username: 'tea_bot', bot: true, about: 'Send me a word.' });
  server.person('Relay', { username: 'relay_bot', bot: true, botToken: BOT_TOKEN });
  const own = [robin, sam];
  for (const [person, colour] of [
    [alice, '#e07a5f'],
    [bob, '#81b29a'],
    [robin, '#f2cc8f'],
  ] as const)
    person.changesPicture(await media.face(colour));
  for (const account of own) for (const friend of [alice, bob, teaBot]) account.knows(friend);
  for (const account of own) for (const friend of [alice, bob]) friend.knows(account);

  const round = alice.as.createsGroup('Tea round', bob, ...own);
  const engineRoom = alice.as.createsChannel(
    { title: 'Engine room', username: 'engine_room', about: 'Three hundred people who say little.' },
    ...[bob, carol, ...own],
  );
  crowd(server, engineRoom, CROWD);
  engineRoom.photo = undefined;
  alice.as.repaints(engineRoom, media.landscapes[0]);
  const library = bob.as.createsChannel({ title: 'Library', forum: true }, alice, ...own);
  const openHouse = bob.as.createsChannel({ title: 'Open house', username: 'open_house' }, alice);
  const garden = bob.as.createsChannel({ title: 'Secret garden' }, alice);
  const everyMinute = alice.as.createsChannel({
    title: 'Every minute',
    username: 'every_minute',
    broadcast: true,
  });
  const comments = alice.as.createsChannel({ title: 'Every minute, talk' }, bob, ...own);
  alice.as.changes(everyMinute, { linked: comments });
  alice.as.changes(comments, { linked: everyMinute });
  alice.as.adds(everyMinute, ...own);
  invite(garden, bob);
  const now = server.seconds();
  talkBefore(engineRoom, [alice, bob, carol], now);
  for (const title of ['Poetry', 'Prose']) openTopic(server, bob, library, title);
  postsBefore(everyMinute, alice, now);
  alice.says('You are all invited to tea.', round);
  for (const account of own) {
    alice.says('Hello! Whatever you write I say again. “help” lists the words that do more.', account);
    for (const place of [round, engineRoom, library, everyMinute, comments, alice]) account.reads(place);
  }
  return {
    robin,
    sam,
    alice,
    bob,
    carol,
    teaBot,
    round,
    engineRoom,
    library,
    everyMinute,
    openHouse,
    garden,
  };
}

function invite(place: Group, { person }: ScriptedPerson): void {
  place.invites.set(GARDEN_LINK, {
    ...{ hash: GARDEN_LINK, by: person, created: place.created, approval: false, permanent: true },
    ...{ revoked: false, title: undefined, limit: undefined, expires: undefined, used: 0 },
  });
}

function talkBefore(place: ChannelPlace, people: readonly ScriptedPerson[], now: number): void {
  const { count, every } = BEFORE.talk;
  for (let index = 0; index < count; index += 1) {
    const person = people[index % people.length];
    person?.says(`Message ${index + 1} of ${count} from before you came.`, place, {
      date: now - (count - index) * every,
    });
  }
}

function postsBefore(channel: ChannelPlace, author: ScriptedPerson, now: number): void {
  const { count, every } = BEFORE.posts;
  for (let index = 0; index < count; index += 1) {
    const date = now - (count - index) * every;
    author.says(timeText(date), channel, { date });
  }
}

function openTopic(server: TelegramServer, person: ScriptedPerson, forum: ChannelPlace, title: string): void {
  const topic = person.as.opensTopic(forum, title);
  const replyTo = new Api.MessageReplyHeader({ replyToMsgId: topic.id, forumTopic: true });
  person.says(`This is about ${title.toLowerCase()}.`, forum, {
    topic: topic.id,
    replyTo,
    date: server.seconds(),
  });
}

/** What a post says. @param seconds UTC */
export function timeText(seconds: number): string {
  return `It is ${new Date(seconds * 1_000).toISOString().slice(11, 16)} UTC.`;
}
