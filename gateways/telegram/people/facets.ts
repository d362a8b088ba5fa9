import type { Readable } from 'node:stream';
import type { Address } from '../../../src/gateway/address.js';
import type { Profile, SearchHit } from '../../../src/gateway/contact.js';
import { GatewayError } from '../../../src/gateway/error.js';
import type { ContactsFacet, PeopleFacet, PersonFacts, SearchFacet } from '../../../src/gateway/session.js';
import { type TgClient, TgError } from '../client/client.js';
import type { PeerId, TgPerson } from '../client/model.js';
import { cleanLine, personName, phoneNumber } from '../content/names.js';
import { inWords } from '../failure.js';
import { asContactId, asRoomId, peerOf } from '../ids.js';
import type { ContactList } from './contact-list.js';
import { typedName } from './typed-name.js';

/** Characters of what people say of themselves. */
const MAX_ABOUT = 500;
const MS_PER_SECOND = 1_000;

/** One account's connection, as facets about people need it. */
export interface PeopleServices {
  /** @throws {GatewayError} while there is no connection */
  client(): TgClient;
  /** @throws {GatewayError} while there is no connection */
  contacts(): ContactList;
}

/** The contact list of Telegram: who is added here is a contact there, without being asked. */
export function contactsFacet({ client, contacts }: PeopleServices): ContactsFacet {
  return {
    presence: true,
    add: async (contact) => {
      const person = await known(client(), peerOf(contact));
      // Bots and the user himself are on nobody's list.
      if (person.bot || person.self) return 'granted';
      if (!person.contact) {
        await inWords(client().addContact(person.id, personName(person)));
        await contacts().added({ ...person, contact: true });
      }
      return 'granted';
    },
    remove: async (contact) => {
      const person = await known(client(), peerOf(contact));
      if (!person.contact) return;
      await inWords(client().removeContact(person.id));
      await contacts().removed(person.id);
    },
    answer: async () => undefined,
    block: (contact, blocked) => inWords(client().setBlocked(peerOf(contact), blocked)),
  };
}

/** What Telegram tells of a person. */
export function peopleFacet({ client }: Pick<PeopleServices, 'client'>): PeopleFacet {
  return {
    describe: async (contact): Promise<PersonFacts> => {
      const person = await known(client(), peerOf(contact));
      const about = await aboutOf(client(), person);
      const { status } = person;
      return {
        name: personName(person),
        ...(status.kind === 'offline' && {
          idleSeconds: Math.max(0, Math.round((Date.now() - status.since) / MS_PER_SECOND)),
        }),
        lines: [
          ...(person.username ? [`@${cleanLine(person.username)}`, linkOf(person.username)] : []),
          ...(person.phone ? [phoneNumber(person.phone)] : []),
          ...(about === '' ? [] : [about]),
        ],
      };
    },
    profile: async (contact): Promise<Profile | undefined> => {
      const person = await inWords(client().person(peerOf(contact)));
      if (!person) return undefined;
      const about = await aboutOf(client(), person);
      const { username, phone, photo } = person;
      return {
        name: personName(person),
        ...(username && { nick: cleanLine(username), url: linkOf(username) }),
        ...(phone && { phone: phoneNumber(phone) }),
        ...(about !== '' && { note: about }),
        ...(photo !== undefined && { avatar: photo }),
      };
    },
    avatar: (contact, avatar) => downloadPhoto(client(), peerOf(contact), avatar),
  };
}

/** Finds people by name or `@username`, as Telegram does. */
export function searchFacet({ client }: Pick<PeopleServices, 'client'>): SearchFacet {
  return {
    form: {
      title: { key: 'telegram-search-title' },
      instructions: { key: 'telegram-search-instructions' },
      fields: [
        {
          ...{ name: 'words', type: 'text', required: true, legacy: 'name' },
          label: { key: 'telegram-search-words' },
        },
      ],
    },
    find: async ({ words = '' }, limit): Promise<readonly SearchHit[]> => {
      const found = await inWords(client().search(words.trim(), limit));
      return found.flatMap((id) => {
        const person = client().directory.person(id);
        if (!person || person.self) return [];
        const { username, phone } = person;
        const detail = username ? `@${cleanLine(username)}` : phone && phoneNumber(phone);
        return [{ contact: asContactId(id), name: personName(person), ...(detail && { detail }) }];
      });
    },
  };
}

/** Whose name, number or link that is. As `Session.resolveInput`. */
export async function resolveTyped(
  client: TgClient,
  input: string,
  ownPhone: string | undefined,
): Promise<Address | undefined> {
  const name = typedName(input, ownPhone);
  const found = name && (await inWords(client.resolve(name)));
  if (found === undefined) return undefined;
  return found.startsWith('u')
    ? { kind: 'contact', id: asContactId(found) }
    : { kind: 'room', id: asRoomId(found) };
}

async function known(client: TgClient, id: PeerId): Promise<TgPerson> {
  const person = await inWords(client.person(id));
  if (!person) throw new GatewayError('not-found', { key: 'telegram-not-known' });
  return person;
}

/** Nobody's profile is to fail over what he says of himself. */
async function aboutOf(client: TgClient, { id }: TgPerson): Promise<string> {
  const about = await client.about(id).catch(() => undefined);
  return cleanLine(about?.text ?? '', MAX_ABOUT);
}

function linkOf(username: string): string {
  return `https://t.me/${encodeURIComponent(username)}`;
}

/** The picture of a person or a chat; undefined when it is gone. Rejects with GatewayError. */
export async function downloadPhoto(
  client: Pick<TgClient, 'download'>,
  peer: PeerId,
  id: string,
): Promise<Readable | undefined> {
  const handle = { id, accessHash: '0', reference: '', centre: 0, kind: 'profile', peer } as const;
  try {
    return await client.download(handle);
  } catch (error) {
    if (error instanceof TgError && error.kind === 'refused') return undefined;
    return inWords(Promise.reject(error));
  }
}
