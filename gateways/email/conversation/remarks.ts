import type { Text } from '../../../src/gateway/text.js';
import type { Conversation } from './conversation-book.js';
import type { Incoming } from './incoming.js';
import type { RoomRecord } from './room-book.js';
import type { Route } from './route.js';
import { shownName } from './shown-name.js';
import type { Ancestor } from './threading.js';

/** People who are named in a remark. */
const NAMED = 10;
const MEGABYTE = 1_000_000;
/** Addresses that answers can go to at once. */
const MOST_ANSWERED = 5;

/** What is to be said of a mail besides what it says itself. */
export function remarksOf(
  incoming: Incoming,
  route: Route,
  conversation: Conversation,
  left: RoomRecord | undefined,
): readonly Text[] {
  const { origin, reading, byUser, fromOwn } = incoming;
  const remarks: Text[] = [...reading.content.remarks];
  if (!byUser && fromOwn) remarks.push({ key: 'email-remark-not-you' });
  else if (!byUser && origin.authenticity === 'fail') remarks.push({ key: 'email-remark-unverified' });
  const { kind, spam } = reading.nature;
  if (spam) remarks.push({ key: 'email-remark-spam' });
  if (origin.leftBytes !== undefined)
    remarks.push({ key: 'email-remark-left', args: { megabytes: Math.ceil(origin.leftBytes / MEGABYTE) } });
  if (kind === 'auto-reply' || kind === 'auto-generated') remarks.push({ key: 'email-remark-automatic' });
  if (route.kind === 'person' && route.others.length > 0)
    remarks.push({ key: 'email-remark-others', args: { people: people(route.others) } });
  const answerTo = answersGoTo(incoming, route);
  if (answerTo !== undefined && answerTo.join() !== conversation.answerTo?.join())
    remarks.push({ key: 'email-remark-answers', args: { people: answerTo.join(', ') } });
  if (route.kind === 'room' && left !== undefined) remarks.push(...changedPeople(route.record, left));
  return remarks;
}

/** Where the author wants answers, if not at his own address; nobody else may say so in his name. */
export function answersGoTo(
  { mail, origin, author, byUser }: Incoming,
  route: Route,
): readonly string[] | undefined {
  if (route.kind === 'room' || byUser || origin.authenticity === 'fail') return undefined;
  const addresses = [...new Set(mail.replyTo.map(({ address }) => address))].slice(0, MOST_ANSWERED);
  return addresses.length === 0 || addresses.join() === author.address ? undefined : addresses;
}

/** The group whose talk goes on in another one, because its people have changed. */
export function leftRoom(route: Route, ancestor: Ancestor | undefined): string | undefined {
  if (route.kind !== 'room' || route.record.kind !== 'group' || route.before !== undefined) return undefined;
  const before = ancestor?.mail.conversation;
  return before?.startsWith('!') && before !== route.id ? before : undefined;
}

function changedPeople(now: RoomRecord, before: RoomRecord): readonly Text[] {
  const come = now.members.filter(({ address }) => !before.members.some((one) => one.address === address));
  const gone = before.members.filter(({ address }) => !now.members.some((one) => one.address === address));
  return [
    ...(come.length > 0 ? [{ key: 'email-remark-come', args: { people: people(come) } }] : []),
    ...(gone.length > 0 ? [{ key: 'email-remark-gone', args: { people: people(gone) } }] : []),
  ];
}

function people(list: readonly { readonly address: string; readonly name?: string | undefined }[]): string {
  const names = list.slice(0, NAMED).map((person) => {
    const shown = shownName(person);
    return shown.includes(person.address) ? shown : `${shown} <${person.address}>`;
  });
  return list.length > NAMED ? `${names.join(', ')} …` : names.join(', ');
}
