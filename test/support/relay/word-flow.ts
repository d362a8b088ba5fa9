import type { IrcClient } from '../../client/irc-client.js';
import type { XmppClient } from '../../client/xmpp-client.js';

/** Numbered words of one person, `a 1`, `a 2` …, and who has heard which. */
export class WordFlow {
  #said = 0;
  #before = 0;

  constructor(
    readonly name: string,
    private readonly say: (text: string) => unknown,
  ) {}

  /** So many more, one after the other. */
  async more(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      this.#said += 1;
      await this.say(this.last);
    }
  }

  get last(): string {
    return `${this.name} ${this.#said}`;
  }

  /** What was said so far counts for nothing. */
  begin(): void {
    this.#before = this.#said;
  }

  /** All that were said. */
  get all(): readonly number[] {
    return Array.from({ length: this.#said - this.#before }, (_, index) => this.#before + index + 1);
  }

  /** Numbers of those that somebody has heard, in his order. */
  heardBy(listener: XmppClient | IrcClient): readonly number[] {
    const pattern = new RegExp(`\\b${this.name} (\\d+)$`);
    const texts = listener.received.flatMap((item) =>
      typeof item === 'string' ? item : (item.getChildText('body') ?? []),
    );
    return texts.flatMap((text) => {
      const number = pattern.exec(text)?.[1];
      return number === undefined || Number(number) <= this.#before ? [] : [Number(number)];
    });
  }
}

/** Whether a message has these words. */
export function hasBody(text: string): (stanza: XmppClient['received'][number]) => boolean {
  return (stanza) => stanza.getChildText('body') === text;
}
