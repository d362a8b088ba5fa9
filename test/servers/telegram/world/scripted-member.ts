import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import { addPhoto, type NewPhoto } from './files.js';
import {
  changed,
  createChannel,
  createGroup,
  type Doer,
  type Group,
  limitAll,
  repaint,
  retitle,
  tellAll,
} from './groups.js';
import { add, dissolve, join, promote, restrict, take } from './members.js';
import { migrate } from './migrating.js';
import { channelPeer, groupPeer, personPeer } from './peers.js';
import type { ScriptedPerson } from './scripted-person.js';
import { createTopic, editTopic } from './topics.js';
import type { ChannelPlace, GroupPlace, Person, Topic } from './world.js';

/** What a scripted person does in groups and channels; nobody asks whether he may. */
export class ScriptedMember {
  readonly #me: Doer;

  constructor(
    private readonly server: TelegramServer,
    person: Person,
  ) {
    this.#me = { person };
  }

  createsGroup(title: string, ...people: readonly ScriptedPerson[]): GroupPlace {
    return createGroup(this.server, this.#me, title, people.map(personOf)).place;
  }

  /** A supergroup; `forum` and `broadcast` make it another kind. */
  createsChannel(
    facts: Partial<Omit<ChannelPlace, 'box'>> & { readonly title: string },
    ...people: readonly ScriptedPerson[]
  ): ChannelPlace {
    const { place } = createChannel(this.server, this.#me, facts);
    if (people.length > 0) this.adds(place, ...people);
    return place;
  }

  adds(place: Group, ...people: readonly ScriptedPerson[]): void {
    add(this.server, this.#me, place, people.map(personOf));
  }

  joins(place: Group): void {
    join(this.server, this.#me, place);
  }

  leaves(place: Group): void {
    take(this.server, this.#me, place, this.#me.person);
  }

  /** Throws somebody out; in a channel he cannot come back. */
  removes(place: Group, { person }: ScriptedPerson): void {
    take(this.server, this.#me, place, person);
  }

  /** Undefined: an ordinary member again. */
  promotes(
    place: Group,
    { person }: ScriptedPerson,
    rights: Partial<Api.ChatAdminRights> | undefined = {},
    title?: string,
  ): void {
    const all = { changeInfo: true, deleteMessages: true, banUsers: true, inviteUsers: true };
    const more = { pinMessages: true, postMessages: true, editMessages: true, other: true };
    promote(
      ...([this.server, this.#me, place, person] as const),
      new Api.ChatAdminRights({ ...all, ...more, ...rights }),
      title,
    );
  }

  demotes(place: Group, { person }: ScriptedPerson): void {
    promote(this.server, this.#me, place, person, undefined);
  }

  restricts(place: ChannelPlace, { person }: ScriptedPerson, limits: Partial<Api.ChatBannedRights>): void {
    restrict(this.server, this.#me, place, person, new Api.ChatBannedRights({ untilDate: 0, ...limits }));
  }

  limitsAll(place: Group, limits: Partial<Api.ChatBannedRights>): void {
    limitAll(this.server, this.#me, place, new Api.ChatBannedRights({ untilDate: 0, ...limits }));
  }

  retitles(place: Group, title: string): void {
    retitle(this.server, this.#me, place, title);
  }

  repaints(place: Group, photo: NewPhoto | undefined): void {
    repaint(this.server, this.#me, place, photo && addPhoto(this.server.world, photo));
  }

  /** Anything else about it: slow mode, public name, forum or not, whom it is linked with. */
  changes<Kind extends Group>(
    place: Kind,
    facts: Partial<Omit<Kind, 'box' | 'members' | 'id' | 'kind'>>,
  ): void {
    Object.assign(place, facts);
    changed(this.server, this.#me, place);
  }

  migrates(group: GroupPlace): ChannelPlace {
    return migrate(this.server, this.#me, group).channel;
  }

  dissolves(place: Group): void {
    dissolve(this.server, this.#me, place);
  }

  opensTopic(channel: ChannelPlace, title: string): Topic {
    return createTopic(this.server, this.#me, channel, title).topic;
  }

  changesTopic(
    channel: ChannelPlace,
    topic: Topic,
    change: Partial<Pick<Topic, 'title' | 'closed' | 'hidden'>>,
  ): void {
    editTopic(this.server, this.#me, channel, topic, change);
  }

  types(place: Group, action: Api.TypeSendMessageAction): void {
    const fromId = personPeer(this.#me.person);
    const update =
      place.kind === 'group'
        ? new Api.UpdateChatUserTyping({ chatId: groupPeer(place).chatId, fromId, action })
        : new Api.UpdateChannelUserTyping({ channelId: channelPeer(place).channelId, fromId, action });
    tellAll(this.server, this.#me, place, update);
  }
}

function personOf({ person }: ScriptedPerson): Person {
  return person;
}
