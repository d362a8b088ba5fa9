import type { XmlElement } from '../../../xmpp/element.js';
import { NS } from '../../../xmpp/namespace.js';
import type { UserMessage } from '../../message/read-message.js';
import { withoutQuotation } from '../../message/read-message.js';
import type { LegEvent, RelayContent, RelayFile, RelayReference, RelayWords, Speaker } from '../model.js';

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
export function idsOf({ stanza, speaker, room }: Omit<RoomMessage, 'message'>): readonly string[] {
  const named = stanza
    .childrenNamed('stanza-id', NS.SID)
    .find(({ attrs }) => attrs.by === room && attrs.id !== undefined)?.attrs.id;
  const { id } = stanza.attrs;
  return [...(named ? [named] : []), ...(id && speaker ? [authorId(speaker, id)] : [])];
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
}

/** Reads {@link idsOf}. */
export function namesOf(ids: readonly string[]): RoomNames {
  const room = ids.find((id) => !id.includes('\n'));
  const [by, author] = ids.find((id) => id.includes('\n'))?.split('\n') ?? [];
  return {
    ...(room !== undefined && { room }),
    ...(author !== undefined && { author }),
    ...(by !== undefined && { by }),
  };
}

/** What a message of a room means to the other legs; undefined when it means nothing. Pure. */
export function toLegEvent(read: RoomMessage): LegEvent | undefined {
  const content = contentOf(read);
  if (!content) return undefined;
  const delay = read.stanza.child('delay', NS.DELAY)?.attrs.stamp;
  const time = delay === undefined ? Number.NaN : Date.parse(delay);
  return { content, ids: idsOf(read), ...(!Number.isNaN(time) && { time }) };
}

function contentOf({ stanza, speaker, message }: RoomMessage): RelayContent | undefined {
  const { retracts, reactions, corrects, subject, text } = message;
  if (retracts !== undefined) return retraction(stanza, speaker, retracts);
  if (!speaker) return undefined;
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

/** XEP-0424; of a moderator where the room itself says so (XEP-0425 §4). */
function retraction(stanza: XmlElement, speaker: Speaker | undefined, id: string): RelayContent | undefined {
  if (speaker)
    return {
      kind: 'retracted',
      target: { id: authorId(speaker, id), or: id, besides: authorId(speaker, '') },
    };
  const moderated = stanza.child('retract', NS.RETRACT)?.child('moderated', NS.MODERATE);
  if (!moderated) return undefined;
  const by = moderated.attrs.by?.split('/').slice(1).join('/');
  return { kind: 'retracted', target: { id }, by: by || '?' };
}

function reference(speaker: Speaker, id: string): RelayReference {
  return { id, or: authorId(speaker, id) };
}

function wordsOf(
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
