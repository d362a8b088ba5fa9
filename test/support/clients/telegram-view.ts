import { Api } from 'telegram';
import type { BoxMessage } from '../../servers/telegram/world/box.js';
import { heardIn } from '../../servers/telegram/world/reading.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import type { GroupPlace } from '../../servers/telegram/world/world.js';

/** A group as somebody's client shows it: what is new since the last look, line by line. */
export class TelegramView {
  #known = new Map<number, string>();
  #reactions = new Map<number, string>();

  constructor(
    private readonly person: ScriptedPerson,
    private readonly group: GroupPlace,
  ) {}

  /** A message of the group by words in it, as this person has it: the newest. */
  said(words: string): { readonly message: BoxMessage } {
    const message = this.#messages().findLast(({ text }) => text.includes(words));
    if (!message) throw new Error(`nobody has said “${words}”`);
    return { message };
  }

  /** The lines that it has shown since the last look. */
  async shown(): Promise<readonly string[]> {
    const lines: string[] = [];
    const messages = this.#messages().filter(({ action }) => action === undefined);
    for (const message of messages) {
      const words = wordsOf(message);
      const before = this.#known.get(message.id);
      if (before === undefined) lines.push(`${message.author.firstName}${this.#answers(message)}: ${words}`);
      else if (before !== words) lines.push(`${message.author.firstName} edits “${before}”: ${words}`);
      this.#known.set(message.id, words);
      const reactions = reactionsOf(message);
      if (reactions !== (this.#reactions.get(message.id) ?? ''))
        lines.push(`under “${words}”: ${reactions || 'no reaction any more'}`);
      this.#reactions.set(message.id, reactions);
    }
    for (const [id, words] of this.#known) {
      if (messages.some((message) => message.id === id)) continue;
      this.#known.delete(id);
      lines.push(`“${words}” is gone`);
    }
    return lines;
  }

  #answers({ replyTo }: BoxMessage): string {
    if (!(replyTo instanceof Api.MessageReplyHeader)) return '';
    return ` answers “${this.#known.get(replyTo.replyToMsgId ?? 0) ?? '?'}”`;
  }

  /** Oldest first. */
  #messages(): readonly BoxMessage[] {
    return [...heardIn(this.group, this.person.person)].reverse();
  }
}

/** Bold as two asterisks, as people write it in text. */
function wordsOf({ text, entities, media }: BoxMessage): string {
  let words = text;
  for (const entity of [...entities].reverse()) {
    if (!(entity instanceof Api.MessageEntityBold)) continue;
    const end = entity.offset + entity.length;
    words = `${words.slice(0, entity.offset)}**${words.slice(entity.offset, end)}**${words.slice(end)}`;
  }
  const file = media instanceof Api.MessageMediaPhoto ? '[photo]' : media ? '[file]' : '';
  return [file, words].filter((part) => part !== '').join(' ');
}

function reactionsOf({ reactions }: BoxMessage): string {
  return [...reactions.values()]
    .flat()
    .map((reaction) => (reaction instanceof Api.ReactionEmoji ? reaction.emoticon : '?'))
    .join(' ');
}
