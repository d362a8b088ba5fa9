import bigInt from 'big-integer';
import { Api } from 'telegram';
import { TgError, type TgOtherSession } from '../client.js';
import type { PeerId, TgChat, TgPerson } from '../model.js';
import { type Parts, readPeers } from './answers.js';
import { toPeerId, toPerson } from './peers-to-model.js';
import type { RequestOptions } from './requests.js';

/** Blocked people asked for at a time, and in all. */
const PAGE = 100;
const MOST_BLOCKED = 2_000;
const MS = 1_000;
/** The server's words for nobody. */
const NOBODY = [
  ...['USERNAME_NOT_OCCUPIED', 'USERNAME_INVALID', 'PHONE_NOT_OCCUPIED', 'PHONE_NUMBER_INVALID'],
  'CONTACT_NOT_FOUND',
];

/** People, and what the account has to do with them. */
export class People {
  #premium = false;

  constructor(private readonly parts: Parts) {}

  /** Whether the account pays, which widens some limits; known after `me`. */
  get premium(): boolean {
    return this.#premium;
  }

  async me(): Promise<TgPerson> {
    const [user] = await this.parts.requests.invoke(
      new Api.users.GetUsers({ id: [new Api.InputUserSelf()] }),
    );
    const me = user && toPerson(user);
    if (!user || !me) throw new TgError('refused', 'USER_EMPTY');
    this.#premium = user instanceof Api.User && user.premium === true;
    this.parts.stream.learn([user], []);
    return me;
  }

  async person(id: PeerId): Promise<TgPerson | undefined> {
    const { directory, requests, stream } = this.parts;
    const known = directory.person(id);
    if (known) return known;
    const user = await ifNameable(directory.inputUser(id));
    if (user) stream.learn(await requests.invoke(new Api.users.GetUsers({ id: [user] })), []);
    return directory.person(id);
  }

  async chat(id: PeerId): Promise<TgChat | undefined> {
    const { directory, requests, stream } = this.parts;
    const known = directory.chat(id);
    if (known) return known;
    if (id.startsWith('g')) {
      const request = new Api.messages.GetChats({ id: [bigInt(id.slice(1))] });
      stream.learn([], (await requests.invoke(request)).chats);
    } else {
      const channel = await ifNameable(directory.inputChannel(id));
      if (channel)
        stream.learn([], (await requests.invoke(new Api.channels.GetChannels({ id: [channel] }))).chats);
    }
    return directory.chat(id);
  }

  async contacts(): Promise<readonly TgPerson[]> {
    const answer = await this.parts.requests.invoke(new Api.contacts.GetContacts({ hash: bigInt.zero }));
    if (!(answer instanceof Api.contacts.Contacts)) return [];
    this.parts.stream.learn(answer.users, []);
    const listed = new Set(answer.contacts.map(({ userId }) => `u${userId}`));
    return answer.users.flatMap((user) => toPerson(user) ?? []).filter(({ id }) => listed.has(id));
  }

  async blocked(): Promise<readonly PeerId[]> {
    const all: PeerId[] = [];
    for (let offset = 0; offset < MOST_BLOCKED; offset += PAGE) {
      const answer = await this.parts.requests.invoke(new Api.contacts.GetBlocked({ offset, limit: PAGE }));
      this.parts.stream.learn(answer.users, answer.chats);
      all.push(...readPeers(answer.blocked.map(({ peerId }) => peerId)));
      if (answer.blocked.length < PAGE) break;
    }
    return all;
  }

  async setBlocked(person: PeerId, blocked: boolean): Promise<void> {
    const id = await this.parts.directory.inputPeer(person);
    await this.parts.requests.invoke(
      blocked ? new Api.contacts.Block({ id }) : new Api.contacts.Unblock({ id }),
    );
  }

  async resolve(
    input: { readonly phone: string } | { readonly username: string },
  ): Promise<PeerId | undefined> {
    const request =
      'phone' in input
        ? new Api.contacts.ResolvePhone({ phone: input.phone })
        : new Api.contacts.ResolveUsername({ username: input.username });
    const family: RequestOptions = { family: 'contacts.Resolve' };
    try {
      const { peer, users, chats } = await this.parts.requests.invoke(request, family);
      this.parts.stream.learn(users, chats);
      return toPeerId(peer);
    } catch (error) {
      if (error instanceof TgError && NOBODY.includes(error.reason)) return undefined;
      throw error;
    }
  }

  async add(person: PeerId, name: string): Promise<void> {
    const [firstName = name, ...rest] = name.trim().split(/\s+/);
    await this.parts.requests.invoke(
      new Api.contacts.AddContact({
        ...{ id: await this.parts.directory.inputUser(person), phone: '' },
        ...{ firstName, lastName: rest.join(' ') },
      }),
    );
  }

  async remove(person: PeerId): Promise<void> {
    const id = [await this.parts.directory.inputUser(person)];
    await this.parts.requests.invoke(new Api.contacts.DeleteContacts({ id }));
  }

  async search(words: string, limit: number): Promise<readonly PeerId[]> {
    const answer = await this.parts.requests.invoke(new Api.contacts.Search({ q: words, limit }));
    this.parts.stream.learn(answer.users, answer.chats);
    return readPeers([...answer.myResults, ...answer.results]).slice(0, limit);
  }

  async setOnline(online: boolean): Promise<void> {
    await this.parts.requests.invoke(new Api.account.UpdateStatus({ offline: !online }));
  }

  async otherSessions(): Promise<readonly TgOtherSession[]> {
    const { authorizations } = await this.parts.requests.invoke(new Api.account.GetAuthorizations());
    return authorizations.map(({ hash, deviceModel, appName, appVersion, country, current, dateActive }) => ({
      ...{ id: String(hash), device: deviceModel, app: `${appName} ${appVersion}`.trim(), country },
      ...{ current: current === true, active: dateActive * MS },
    }));
  }

  async endSession(id: string): Promise<void> {
    await this.parts.requests.invoke(new Api.account.ResetAuthorization({ hash: bigInt(id) }));
  }
}

/** Undefined for somebody who cannot be named. */
async function ifNameable<Input>(input: Promise<Input>): Promise<Input | undefined> {
  return input.catch((error: unknown) => {
    if (error instanceof TgError && error.reason === 'PEER_NOT_KNOWN') return undefined;
    throw error;
  });
}
