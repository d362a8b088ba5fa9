import { v7 as uuidv7 } from 'uuid';
import type { ContactId } from '../../gateway/ids.js';
import type { ContactRecord } from '../../store/contact-store.js';
import { el } from '../../xmpp/element.js';
import { NS } from '../../xmpp/namespace.js';
import type { RosterEntry } from '../../xmpp/roster.js';
import { rosterSuggestion, type SuggestionAction } from '../../xmpp/xep/0144-roster-item-exchange/rosterx.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { findJid } from '../service/address.js';
import type { ClientFeatures } from './client-features.js';
import type { ContactBook } from './contact-book.js';
import { namingOf } from './roster-plan.js';

/** Items in one stanza; clients distrust more than 150 (XEP-0144 §6 rule 4). */
const BATCH = 50;

/** Contacts offered to clients that understand it (XEP-0144), from the bare domain (Q02). */
export class RosterSuggestions {
  constructor(
    private readonly context: Pick<DomainContext, 'options' | 'sink' | 'gateway'>,
    private readonly features: ClientFeatures,
  ) {}

  /** The client that would be asked: of the highest priority among those that understand it. One asks, not all. */
  async client(account: Account): Promise<string | undefined> {
    const resources = [...account.resources].sort(([, a], [, b]) => b.priority - a.priority);
    for (const [resource] of resources) {
      if ((await this.features.of(account, resource)).has(NS.ROSTERX)) return resource;
    }
    return undefined;
  }

  /** Offers what has not been offered yet, each contact once; nothing while no client understands it. */
  async offer(account: Account, book: ContactBook): Promise<void> {
    if (freshOf(book).length === 0) return;
    const client = await this.client(account);
    if (client === undefined) return;
    // Looked at again, since another look may have been under way meanwhile: memory changes at once.
    const fresh = freshOf(book);
    await book.changeAll(fresh.map((record) => [record.contact as ContactId, { suggested: true }]));
    this.send(client, 'add', fresh);
  }

  /** Tells a client of changes of contacts that were offered, in stanzas of one kind each. */
  send(client: string, action: SuggestionAction, records: readonly ContactRecord[]): void {
    const entries = records.flatMap((record): RosterEntry[] => {
      const jid = findJid(this.context, { kind: 'contact', id: record.contact as ContactId });
      return jid === undefined ? [] : [{ jid, ...namingOf(record) }];
    });
    for (let first = 0; first < entries.length; first += BATCH) {
      const batch = entries.slice(first, first + BATCH);
      this.context.sink.send(
        el(
          'message',
          NS.COMPONENT,
          { from: this.context.options.domain, to: client, id: uuidv7() },
          rosterSuggestion(action, batch),
        ).toString(NS.COMPONENT),
      );
    }
  }
}

/** Contacts that have got into the roster no way yet. */
function freshOf(book: ContactBook): readonly ContactRecord[] {
  return [...book.all()].filter(
    (record) => record.listed && !record.suggested && !record.to && !record.blocked && !record.written,
  );
}
