import type { WriteStream } from 'node:tty';
import { Api } from 'telegram';
import type { TelegramServer } from '../telegram-server.js';
import type { Box, BoxMessage } from '../world/box.js';
import type { Place } from '../world/peers.js';
import type { Person } from '../world/world.js';

/** Codes that the status line still shows. */
const SHOWN_CODES = 2;
/** Characters of a message that a line shows. */
const SHOWN_TEXT = 80;

/** What a terminal shows of the server: a line for everything that clients do, and how things stand. */
export class Panel {
  #codes: string[] = [];
  #said = 0;

  /** `status`: the last line of the terminal says how things stand. */
  constructor(
    private readonly server: TelegramServer,
    private readonly output: Pick<WriteStream, 'write'>,
    private readonly status: boolean,
  ) {
    const { doings } = server;
    doings.on('code', (phone, code) => {
      this.#codes = [...this.#codes, `+${phone}: ${code}`].slice(-SHOWN_CODES);
      const owner = server.world.byPhone(phone);
      this.print(
        `The code for +${phone}${owner ? ` (${owner.firstName})` : ', whom nobody knows,'} is ${code}`,
      );
    });
    doings.on('login', (person, device) => {
      this.#codes = this.#codes.filter((line) => !line.startsWith(`+${person.phone}:`));
      this.print(`${person.firstName} has logged in with “${device}”`);
    });
    doings.on('logout', (person) => this.print(`${person.firstName} has logged out`));
    doings.on('said', ({ by, to, posted: { message } }) => {
      this.#said += 1;
      this.print(`${by.firstName} → ${placeName(to)}: ${contentOf(message)}`);
    });
    doings.on('edited', (by, message) =>
      this.print(`${by.firstName} changes a message: ${contentOf(message)}`),
    );
    doings.on('removed', (by, _box: Box, messages) =>
      this.print(`${by.firstName} takes back: ${messages.map(contentOf).join(' | ')}`),
    );
    doings.on('reacted', (by, message, reactions) => {
      const emojis = reactions.map((one) => (one instanceof Api.ReactionEmoji ? one.emoticon : '?'));
      this.print(
        `${by.firstName} reacts with ${emojis.join(' ') || 'nothing more'} to: ${contentOf(message)}`,
      );
    });
  }

  /** A line, above how things stand. */
  print(line: string): void {
    const clear = this.status ? '\r\u001b[K' : '';
    this.output.write(`${clear}${line}\n`);
    this.refresh();
  }

  refresh(): void {
    if (!this.status) return;
    const online = this.server.online().map(({ firstName }: Person) => firstName);
    const parts = [
      ...this.#codes.map((code) => `code for ${code}`),
      `connected: ${online.join(', ') || 'nobody'}`,
      `messages: ${this.#said}`,
    ];
    this.output.write(`\r\u001b[K\u001b[7m ${parts.join(' · ')} \u001b[0m `);
  }
}

function placeName(place: Place): string {
  return place.kind === 'person' ? place.firstName : place.title;
}

function contentOf({ text, media, poll }: BoxMessage): string {
  const line = text.replace(/\s+/g, ' ').slice(0, SHOWN_TEXT);
  const thing = poll
    ? '[poll]'
    : media
      ? `[${media.className.replace('MessageMedia', '').toLowerCase()}]`
      : '';
  return [thing, line].filter((part) => part !== '').join(' ') || '[nothing]';
}
