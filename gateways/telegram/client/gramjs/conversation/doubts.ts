import type { PeerId, TgMessage } from '../../model.js';

/** Sent messages whose fate is not known: remembered so many, and so long (ms). */
const MOST = 500;
const REMEMBERED_MS = 24 * 3_600_000;
/** The server's clock and ours may differ by that much (ms). */
const SKEW_MS = 120_000;

/** What of a message can be told from outside. */
export interface Looks {
  readonly chat: PeerId;
  readonly text: string;
  /** With a file. */
  readonly file: boolean;
}

interface Doubt {
  readonly looks: Looks;
  /** UTC milliseconds of the first try. */
  readonly began: number;
  /** The connection broke before an answer came. */
  doubtful: boolean;
  /** What the server told meanwhile that looks the same. */
  found?: TgMessage;
}

/**
 * A message that has been sent, with its answer lost, comes back with what was missed, as one of the user's own from
 * somewhere else. It is recognised here, so that nobody sees it twice, and the next try knows its number.
 */
export class Doubts {
  readonly #doubts = new Map<bigint, Doubt>();
  /** Sent messages that the server may still tell of, by chat and number: among what else was missed. */
  readonly #sent = new Set<string>();

  /** A try begins; the message, where an earlier try turns out to have done it. */
  begin(randomId: bigint, looks: Looks, now: number): TgMessage | undefined {
    for (const [id, { began }] of this.#doubts)
      if (began < now - REMEMBERED_MS || this.#doubts.size >= MOST) this.#doubts.delete(id);
      else break;
    const known = this.#doubts.get(randomId);
    if (!known) this.#doubts.set(randomId, { looks, began: now, doubtful: false });
    return known?.found;
  }

  /** The outcome is known; what was held back by mistake, since another message was meant. */
  end(randomId: bigint, sent: readonly TgMessage[]): TgMessage | undefined {
    const found = this.#doubts.get(randomId)?.found;
    this.#doubts.delete(randomId);
    for (const message of sent) if (message.id !== found?.id) this.#sent.add(nameOf(message));
    for (const oldest of this.#sent) {
      if (this.#sent.size <= MOST) break;
      this.#sent.delete(oldest);
    }
    return found && !sent.some(({ id }) => id === found.id) ? found : undefined;
  }

  /** The newest of those messages that may be the one. */
  among(randomId: bigint, messages: readonly TgMessage[]): TgMessage | undefined {
    const doubt = this.#doubts.get(randomId);
    return doubt && messages.find((message) => resembles(message, doubt));
  }

  /** The connection has broken. */
  disconnected(): void {
    for (const doubt of this.#doubts.values()) doubt.doubtful = true;
  }

  /** Whether that is one of those messages. */
  recognise(message: TgMessage): boolean {
    if (message.own && this.#sent.delete(nameOf(message))) return true;
    for (const doubt of this.#doubts.values()) {
      if (!doubt.doubtful || doubt.found || !resembles(message, doubt)) continue;
      doubt.found = message;
      return true;
    }
    return false;
  }
}

function nameOf({ chat, id }: TgMessage): string {
  return `${chat}/${id}`;
}

function resembles({ own, chat, text, media, date }: TgMessage, { looks, began }: Doubt): boolean {
  const file = media !== undefined && 'file' in media;
  const alike = chat === looks.chat && text === looks.text && file === looks.file;
  return own && alike && date >= began - SKEW_MS;
}
