import type { Step } from '../../../src/gateway/form.js';
import type { AccountChange } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import type { PeerId, TgChat } from '../client/model.js';
import { cleanLine, peerName } from '../content/names.js';
import { inWords } from '../failure.js';
import type { TelegramSession } from '../session.js';
import { done } from './choose-chat.js';

/** Telegram takes so many characters of a title. */
const MOST_TITLE = 128;
/** People who are taken in at once. */
const MOST_PEOPLE = 100;
const KINDS: Readonly<Record<TgChat['kind'], Text>> = {
  group: { key: 'telegram-kind-group' },
  supergroup: { key: 'telegram-kind-supergroup' },
  channel: { key: 'telegram-kind-channel' },
};

/** Makes a group or a channel with people in it. */
export function askCreate(session: TelegramSession, domain: string, problem?: Text): Step<AccountChange> {
  return {
    kind: 'form',
    form: {
      title: { key: 'telegram-command-create' },
      fields: [
        { name: 'title', type: 'text', label: { key: 'telegram-field-title' }, required: true },
        {
          ...{ name: 'kind', type: 'choice', label: { key: 'telegram-field-kind' }, value: 'group' },
          options: Object.entries(KINDS).map(([value, label]) => ({ value, label })),
        },
        { name: 'people', type: 'multiline', label: { key: 'telegram-field-people' } },
        { name: 'about', type: 'text', label: { key: 'telegram-field-about' } },
      ],
    },
    ...(problem && { problem }),
    submit: async ({ title: typed = '', kind = 'group', people: named = '', about = '' }) => {
      const title = cleanLine(typed, MOST_TITLE);
      if (title === '') return askCreate(session, domain, { key: 'telegram-title-missing' });
      const lines = named.split(/[\n,;]+/).filter((line) => line.trim() !== '');
      if (lines.length > MOST_PEOPLE)
        return askCreate(session, domain, { key: 'telegram-people-many', args: { most: MOST_PEOPLE } });
      const people: PeerId[] = [];
      for (const line of lines) {
        const person = await personOf(session, domain, line);
        if (person === undefined)
          return askCreate(session, domain, {
            ...{ key: 'telegram-people-unknown', args: { name: cleanLine(line) } },
          });
        people.push(person);
      }
      const made = kind === 'supergroup' || kind === 'channel' ? kind : 'group';
      return create(session, domain, { title, kind: made, people, about: about.trim() });
    },
  };
}

interface Wish {
  readonly title: string;
  readonly kind: TgChat['kind'];
  readonly people: readonly PeerId[];
  readonly about: string;
}

async function create(
  session: TelegramSession,
  domain: string,
  { title, kind, people, about }: Wish,
): Promise<Step<AccountChange>> {
  const { client, rooms } = session;
  const chat = await inWords(client.createGroup(title, [...new Set(people)], kind));
  if (about !== '') await client.changeChat(chat, { about }).catch(() => undefined);
  const room = `${rooms.addresses.roomOf({ chat })}@${domain}`;
  const missing = await missingIn(session, chat, people);
  const note = { key: 'telegram-created', args: { title, room } };
  if (missing.length === 0) return done(note);
  const names = missing.map((person) => peerName(client.directory, person)).join(', ');
  const link = await client.inviteLink(chat).catch(() => '');
  return done(note, [{ key: 'telegram-created-without', args: { names, link } }]);
}

/** Whoever does not let himself be taken into groups. */
async function missingIn(
  { client }: TelegramSession,
  chat: PeerId,
  people: readonly PeerId[],
): Promise<readonly PeerId[]> {
  if (people.length === 0) return [];
  const limit = people.length + 1;
  const members = await client.members(chat, { filter: 'recent', limit }).catch(() => undefined);
  const there = new Set(members?.map(({ person }) => person) ?? people);
  return people.filter((person) => !there.has(person));
}

/** Somebody by his address here, or by what one types for him. Rejects with GatewayError. */
async function personOf(
  session: TelegramSession,
  domain: string,
  typed: string,
): Promise<PeerId | undefined> {
  const text = typed.trim().replace(/^xmpp:/i, '');
  const local = text.endsWith(`@${domain}`) ? text.slice(0, -domain.length - 1) : text;
  if (/^u[1-9]\d{0,18}$/.test(local)) return local as PeerId;
  const address = await session.resolveInput(text);
  return address?.kind === 'contact' ? (address.id as string as PeerId) : undefined;
}
