import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import type { Posted, Words } from '../world/posting.js';
import type { ScriptedPerson, Where } from '../world/scripted-person.js';
import type { Person } from '../world/world.js';
import type { Media } from './media.js';

/** Milliseconds of what takes a person time. */
export interface Tempo {
  /** Until a message is read. */
  readonly reading: number;
  /** For which somebody writes. */
  readonly writing: number;
  /** Between two things that belong together. */
  readonly thinking: number;
  /** After which somebody who was spoken to is away again. */
  readonly staying: number;
}

/** Somebody has said something to somebody, or where he hears it. */
export class Scene {
  constructor(
    readonly server: TelegramServer,
    readonly media: Media,
    readonly tempo: Tempo,
    /** Who hears it and answers. */
    readonly speaker: ScriptedPerson,
    /** Where he answers. */
    readonly where: Where,
    readonly by: Person,
    readonly said: Posted,
    /** What follows the word, if there was one. */
    readonly rest: string,
  ) {}

  /** Says something where the other has spoken: in the same topic. */
  says(saying: string | Words, more: Words = {}): Posted {
    const { topic } = this.said.message;
    const replyTo =
      topic !== undefined && new Api.MessageReplyHeader({ replyToMsgId: topic, forumTopic: true });
    return this.speaker.says(saying, this.where, { ...(replyTo && { topic, replyTo }), ...more });
  }

  /** Answers the message itself. */
  answers(saying: string | Words, quote?: string): Posted {
    return this.speaker.answers(this.said, saying, this.where, quote);
  }

  types(action?: Api.TypeSendMessageAction): void {
    this.speaker.types(this.where, action);
  }

  thinks(): Promise<void> {
    return pause(this.tempo.thinking);
  }
}

/** Resolves after so many milliseconds; keeps no program running. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
