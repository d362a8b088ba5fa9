import { z } from 'zod';
import type { XmlElement } from '../../../xmpp/element.js';
import { NS } from '../../../xmpp/namespace.js';
import { readModerated } from '../../../xmpp/xep/0425-moderated-retraction/moderated.js';
import type { UserMessage } from '../../message/read-message.js';
import { withoutQuotation } from '../../message/read-message.js';
import type {
  LegEvent,
  LegId,
  RelayContent,
  RelayFile,
  RelayReference,
  RelayWords,
  Speaker,
} from '../model.js';

/** A message of a room, read. */
export interface RoomMessage {
  readonly stanza: XmlElement;
  /** Undefined: the room itself. */
  readonly speaker: Speaker | undefined;
  readonly message: UserMessage;
  /** Bare JID. */
  readonly room: string;
}

/** By what a room calls a message: its own id (XEP-0359), and that of the author, which is unique to him only. */
function idsOf({ stanza, speaker, room }: Omit<RoomMessage, 'message'>): readonly string[] {
  const named = stanza
    .childrenNamed('stanza-id', NS.SID)
    .find(({ attrs }) => attrs.by === room && isName(attrs.id))?.attrs.id;
  const { id } = stanza.attrs;
  return [...(named ? [named] : []), ...(id && isName(id) && speaker ? [authorId(speaker, id)] : [])];
}

/** What is after a line end in our own names of messages is for us alone to say. */
function isName(id: string | undefined): boolean {
  return id !== undefined && !id.includes('\n');
}

/** Somebody of another leg who has said something in a room by a stand-in. */
export interface Sayer {
  readonly from: LegId;
  readonly speaker: Speaker;
}

/** UTF-16 units that are kept of a sayer's nick. */
const NICK_LENGTH = 64;

/**
 * As {@link idsOf}, of what one of ours has said, under the id that we gave to it: with who he is, so that he can be let
 * in again when he wants to change it.
 */
export function ownIdsOf(
  stanza: XmlElement,
  id: string,
  key: string,
  room: string,
  sayer: Sayer | undefined,
): readonly string[] {
  const [named] = idsOf({ stanza, speaker: undefined, room });
  const { from = '', speaker } = sayer ?? {};
  const nick = speaker?.nick.slice(0, NICK_LENGTH);
  const person = speaker && JSON.stringify([from, speaker.key, nick, speaker.address]);
  return [...(named ? [named] : []), `${authorId({ key }, id)}${person === undefined ? '' : `\n${person}`}`];
}

/** The name that an author gave to a message. */
function authorId({ key }: Pick<Speaker, 'key'>, id: string): string {
  return `${key}\n${id}`;
}

/** What a message is called in a room. */
export interface RoomNames {
  /** By all occupants. */
  readonly room?: string;
  /** By its author only. */
  readonly author?: string;
  /** The author, as `Speaker.key`. */
  readonly by?: string;
  /** Whose stand-in that is. */
  readonly sayer?: Sayer;
}

/** What each part of a message is called, in order; reads {@link idsOf}, or {@link ownIdsOf}. */
export function partsOf(ids: readonly string[]): readonly RoomNames[] {
  const parts: string[][] = [];
  for (const id of ids) {
    const part = parts.at(-1);
    const isAuthors = id.includes('\n');
    // The room's name of a part comes before that of its author.
    if (!part || !isAuthors || part.some((name) => name.includes('\n'))) parts.push([id]);
    else part.push(id);
  }
  return parts.map(namesOf);
}

/** What a message is called by its first part. */
export function namesOf(ids: readonly string[]): RoomNames {
  const room = ids.find((id) => !id.includes('\n'));
  const [by, author, person] = ids.find((id) => id.includes('\n'))?.split('\n') ?? [];
  const sayer = person === undefined ? undefined : readSayer(person);
  return {
    ...(room !== undefined && { room }),
    ...(author !== undefined && { author }),
    ...(by !== undefined && { by }),
    ...(sayer && { sayer }),
  };
}

const sayerSchema = z.tuple([z.string(), z.string(), z.string(), z.string().nullable()]);

/** What {@link ownIdsOf} has written; undefined where it is something else. */
function readSayer(person: string): Sayer | undefined {
  try {
    const [from, key, nick, address] = sayerSchema.parse(JSON.parse(person));
    return { from, speaker: { key, nick, ...(address && { address }) } };
  } catch {
    return undefined;
  }
}

/** What a message of a room means to the other legs; undefined when it means nothing. Pure. */
export function toLegEvent(read: RoomMessage): LegEvent | undefined {
  const content = contentOf(read);
  if (!content) return undefined;
  const [id, ...names] = idsOf(read);
  // Clients may count their ids, and begin anew (RFC 6120 §8.1.3): where the room has its own, theirs prove nothing.
  return { content, ids: id === undefined ? [] : [id], ...(names.length > 0 && { names }) };
}

function contentOf({ stanza, speaker, message }: RoomMessage): RelayContent | undefined {
  const { retracts, reactions, corrects, subject, text } = message;
  if (!speaker) return moderation(stanza);
  if (retracts !== undefined) return retraction(speaker, retracts);
  if (reactions)
    return { kind: 'reacted', speaker, target: reference(speaker, reactions.id), emojis: reactions.emojis };
  if (text === undefined)
    return subject === undefined ? undefined : { kind: 'subject', speaker, text: subject };
  const { quote, ...shown } = withoutQuotation(message);
  const words = wordsOf(message, shown);
  if (!words) return undefined;
  if (corrects !== undefined)
    return { kind: 'edited', speaker, words, target: { id: authorId(speaker, corrects) } };
  const { reply } = message;
  return {
    ...{ kind: 'said', speaker, words },
    ...(reply && { replyTo: { ...reference(speaker, reply.id), ...(quote !== undefined && { quote }) } }),
  };
}

/** XEP-0424; only its author's word counts. */
function retraction(speaker: Speaker, id: string): RelayContent {
  return {
    kind: 'retracted',
    target: { id: authorId(speaker, id), or: id, besides: authorId(speaker, '') },
  };
}

/** What the room itself says (XEP-0425 §4). */
function moderation(stanza: XmlElement): RelayContent | undefined {
  const moderated = readModerated(stanza);
  if (!moderated) return undefined;
  const by = moderated.by?.split('/').slice(1).join('/');
  return { kind: 'retracted', target: { id: moderated.id }, by: by || '?' };
}

function reference(speaker: Speaker, id: string): RelayReference {
  return { id, or: authorId(speaker, id) };
}

/** The words of a message that was read; undefined where it has none. Pure. */
export function wordsOf(
  { files, textIsFiles, unstyled }: UserMessage,
  { text = '', action }: Pick<UserMessage, 'text' | 'action'>,
): RelayWords | undefined {
  const said = textIsFiles ? '' : text;
  if (said.trim() === '' && files.length === 0) return undefined;
  const shared = files.map(
    ({ url, name, mediaType, size }): RelayFile => ({
      ...{ url, name: name ?? '', mediaType: mediaType ?? '' },
      ...(size !== undefined && { size }),
    }),
  );
  return {
    text: said,
    ...(!unstyled && { styled: true }),
    ...(action && { action }),
    ...(shared.length > 0 && { files: shared }),
  };
}
