import type { InboundEvent } from '../../../gateway/event.js';
import type { MessageReference } from '../../../gateway/message.js';
import type { LegEvent, RelayFile, RelayMention, RelayReference, RelayWords, Speaker } from '../model.js';

type RoomEvent<Type extends InboundEvent['type']> = Extract<InboundEvent, { readonly type: Type }>;

/** What people do in a room that crosses to the other legs. */
export type Telling =
  | RoomEvent<'room-message'>
  | RoomEvent<'room-message-edited'>
  | RoomEvent<'room-message-retracted'>
  | RoomEvent<'message-retracted'>
  | RoomEvent<'room-reactions-changed'>
  | RoomEvent<'subject-changed'>;

/** Whether that is something that crosses. */
export function isTelling(event: InboundEvent): event is Telling {
  switch (event.type) {
    case 'room-message':
    case 'room-message-edited':
    case 'room-message-retracted':
    case 'room-reactions-changed':
    case 'subject-changed':
      return true;
    // Some networks do not say in which conversation; of a person's it would be said.
    case 'message-retracted':
      return event.contact === undefined;
    default:
      return false;
  }
}

/** What is known of an event besides what it says. */
export interface Known {
  /** Where its files lie now. */
  readonly files?: readonly RelayFile[];
  readonly mentions?: readonly RelayMention[];
  /** What the relay calls it, where the network has no name for it. */
  readonly id?: string;
}

/** What an event of a network means to the other legs. Pure. */
export function toLegEvent(
  event: Telling,
  speaker: Speaker | undefined,
  { files = [], mentions = [], id: given }: Known = {},
): LegEvent | undefined {
  switch (event.type) {
    case 'room-message': {
      if (!speaker) return undefined;
      const { id = given, time, replyTo, style, automatic } = event;
      const words: RelayWords = {
        ...wordsOf(event, mentions),
        ...(style === 'action' && { action: true }),
        ...((style === 'notice' || automatic) && { automatic: true }),
        ...(files.length > 0 && { files }),
      };
      return {
        content: { kind: 'said', speaker, words, ...(replyTo && { replyTo: toReference(replyTo) }) },
        ids: id === undefined ? [] : [id],
        ...(time !== undefined && { time }),
      };
    }
    case 'room-message-edited': {
      if (!speaker) return undefined;
      const content = {
        kind: 'edited',
        speaker,
        words: wordsOf(event, mentions),
        target: { id: event.message.id },
      } as const;
      return { content, ids: [], ...(event.time !== undefined && { time: event.time }) };
    }
    case 'room-message-retracted': {
      const { message, by } = event;
      const content = {
        kind: 'retracted',
        target: { id: message.id },
        ...(by !== undefined && { by }),
      } as const;
      return { content, ids: [] };
    }
    case 'message-retracted':
      return { content: { kind: 'retracted', target: { id: event.message.id } }, ids: [] };
    case 'room-reactions-changed':
      return (
        speaker && {
          content: { kind: 'reacted', speaker, target: { id: event.message.id }, emojis: event.emojis },
          ids: [],
        }
      );
    case 'subject-changed': {
      const content = { kind: 'subject', text: event.subject.text, ...(speaker && { speaker }) } as const;
      return { content, ids: [], ...(event.time !== undefined && { time: event.time }) };
    }
    default:
      return event satisfies never;
  }
}

function wordsOf(
  { text, styled, remarks }: Pick<RoomEvent<'room-message'>, 'text' | 'styled' | 'remarks'>,
  mentions: readonly RelayMention[],
): RelayWords {
  return {
    text,
    ...(styled && { styled }),
    ...(mentions.length > 0 && { mentions }),
    ...(remarks && remarks.length > 0 && { remarks }),
  };
}

function toReference({ id, quote }: MessageReference & { readonly quote?: string }): RelayReference {
  return { id, ...(quote !== undefined && { quote }) };
}
