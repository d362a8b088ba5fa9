import { v7 as uuidv7 } from 'uuid';
import { UNKNOWN_CONTACT } from '../../src/core/contact/contact-book.js';
import type { ContactRecord } from '../../src/store/contact-store.js';
import type { MessageRecord, OutboxEntry } from '../../src/store/message-store.js';

/** A message of the user that waits. */
export function messageRecord(account: number, patch: Partial<MessageRecord> = {}): MessageRecord {
  return {
    id: uuidv7(),
    account,
    domain: 'irc.example.org',
    kind: 'contact',
    contact: '+15551234567',
    direction: 'out',
    xmppIds: ['x1'],
    networkIds: [],
    author: 'anna@example.org/phone',
    receipt: true,
    state: 'waiting',
    detail: '',
    createdAt: 1_763_700_000_000,
    changedAt: 1_763_700_000_000,
    ...patch,
  };
}

/** What waits in the outbox for a message. */
export function outboxEntry(record: MessageRecord, patch: Partial<OutboxEntry> = {}): OutboxEntry {
  const { id, account, domain, contact } = record;
  return {
    ...{ id, account, domain, contact },
    payload: '{"text":"hello"}',
    attempts: 0,
    nextAt: 1_763_700_000_000,
    expiresAt: 1_763_786_400_000,
    ...patch,
  };
}

/** A person of whom nothing is known. */
export function contactRecord(account: number, patch: Partial<ContactRecord> = {}): ContactRecord {
  return {
    account,
    contact: '+15551234567',
    ...UNKNOWN_CONTACT,
    ...patch,
  };
}
