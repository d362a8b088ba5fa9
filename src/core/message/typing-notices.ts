import { v7 as uuidv7 } from 'uuid';
import type { TypingChanged } from '../../gateway/event.js';
import type { ContactId } from '../../gateway/ids.js';
import { renderChatState } from '../../xmpp/xep/0085-chat-states/chat-state.js';
import { NO_STORE } from '../../xmpp/xep/0334-message-processing-hints/hint.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { findJid } from '../service/address.js';
import { renderStanza } from './render-message.js';
import type { UserSignals } from './user-signals.js';

/** People who write at a time, to all users of a domain; who comes later is not shown as writing. */
const MOST_WRITING = 10_000;

/** Shows who is writing, to clients that know the like (F15). */
export class TypingNotices {
  readonly #writing = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly context: DomainContext,
    private readonly signals: UserSignals,
  ) {}

  /** Repetitions say nothing new (XEP-0085 §5.3); a network that says no more is taken to have paused. */
  changed(account: Account, { contact, composing }: TypingChanged): void {
    const key = keyOf(account, contact);
    const running = this.#writing.get(key);
    if (!composing) {
      if (running) this.#end(key, account, contact);
      return;
    }
    if (running) {
      running.refresh();
      return;
    }
    if (this.#writing.size >= MOST_WRITING || this.signals.supporters(account).length === 0) return;
    const timer = setTimeout(
      () => this.#end(key, account, contact),
      this.context.options.limits.typingExpiryMs,
    );
    timer.unref();
    this.#writing.set(key, timer);
    this.#send(account, contact, 'composing');
  }

  /** A message has come of it. */
  spoke(account: Account, contact: ContactId): void {
    const key = keyOf(account, contact);
    clearTimeout(this.#writing.get(key));
    this.#writing.delete(key);
  }

  stop(): void {
    for (const timer of this.#writing.values()) clearTimeout(timer);
    this.#writing.clear();
  }

  #end(key: string, account: Account, contact: ContactId): void {
    clearTimeout(this.#writing.get(key));
    this.#writing.delete(key);
    this.#send(account, contact, 'paused');
  }

  /** To each such client itself: to the bare address it would reach those that know no chat states. */
  #send(account: Account, contact: ContactId, state: 'composing' | 'paused'): void {
    const from = findJid(this.context, { kind: 'contact', id: contact });
    if (from === undefined) return;
    const inside = `${renderChatState(state)}${NO_STORE}`;
    for (const to of this.signals.supporters(account))
      this.context.sink.send(renderStanza({ from, to, id: uuidv7() }, inside));
  }
}

function keyOf(account: Account, contact: ContactId): string {
  return `${account.record.id} ${contact}`;
}
