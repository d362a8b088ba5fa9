import type { ContactRecord, Contacts } from '../../src/store/contact-store.js';
import type {
  MessageRecord,
  Messages,
  OutboxEntry,
  PartReport,
  ReportedMessage,
} from '../../src/store/message-store.js';
import type { NetworkStates, StateRow } from '../../src/store/network-state-store.js';
import type { Inbox, InboxRow } from '../../src/store/store.js';

/** Contacts without a disk. */
export function memoryContacts(): Contacts {
  const rows = new Map<string, ContactRecord>();
  const keyOf = (account: number, contact: string) => `${account} ${contact}`;
  return {
    list: async (account) => [...rows.values()].filter((row) => row.account === account),
    find: async (account, contact) => rows.get(keyOf(account, contact)),
    put: async (records) => {
      for (const record of records) rows.set(keyOf(record.account, record.contact), record);
    },
    remove: async (account, contacts) => {
      for (const contact of contacts) rows.delete(keyOf(account, contact));
    },
  };
}

/** Messages without a disk; shown ones go to the given inbox. */
export function memoryMessages(inbox: Inbox): Messages {
  const records = new Map<string, MessageRecord>();
  const outbox = new Map<string, OutboxEntry>();
  const reports = new Map<string, PartReport>();
  const held = new Map<string, InboxRow>();
  const all = () => [...records.values()];
  const reported = (record: MessageRecord): ReportedMessage => {
    const outcomes = record.networkIds.map((id) => reports.get(`${record.domain} ${id}`)?.outcome);
    return {
      record,
      delivered: outcomes.filter((outcome) => outcome === 'delivered').length,
      failed: outcomes.filter((outcome) => outcome === 'failed').length,
    };
  };
  return {
    accept: async (record, stanzas) => {
      const double = all().some(
        (other) =>
          other.account === record.account && other.networkIds.some((id) => record.networkIds.includes(id)),
      );
      if (double) return false;
      records.set(record.id, record);
      for (const row of stanzas) await inbox.append(row);
      return true;
    },
    submit: async (record, entry) => {
      records.set(record.id, record);
      outbox.set(entry.id, entry);
    },
    change: async (id, change) => {
      const record = records.get(id);
      if (!record) return [];
      const { addXmppIds = [], addNetworkIds = [], outbox: next, ...rest } = change;
      const changed: MessageRecord = {
        ...record,
        ...rest,
        xmppIds: [...record.xmppIds, ...addXmppIds],
        networkIds: [...record.networkIds, ...addNetworkIds],
      };
      records.set(id, changed);
      const entry = outbox.get(id);
      if (next === 'done') outbox.delete(id);
      else if (next && entry) outbox.set(id, { ...entry, ...next });
      const early = addNetworkIds.some((networkId) => reports.has(`${record.domain} ${networkId}`));
      return early ? [reported(changed)] : [];
    },
    report: async (domain, networkId, report) => {
      const key = `${domain} ${networkId}`;
      if (!reports.has(key)) reports.set(key, report);
      const record = all().find((row) => row.domain === domain && row.networkIds.includes(networkId));
      return record && reported(record);
    },
    byId: async (id) => records.get(id),
    byXmppId: async (account, id, contact) =>
      all().findLast(
        (row) =>
          row.account === account &&
          row.xmppIds.includes(id) &&
          (contact === undefined || row.contact === contact),
      ),
    byNetworkId: async (account, id) =>
      all().find((row) => row.account === account && row.networkIds.includes(id)),
    recent: async (account, limit, contact) =>
      all()
        .filter((row) => row.account === account && (contact === undefined || row.contact === contact))
        .reverse()
        .slice(0, limit),
    outbox: async (domain, after, limit) =>
      [...outbox.values()]
        .filter((entry) => entry.domain === domain && entry.id > after)
        .slice(0, limit)
        .map((entry) => ({ ...entry, state: records.get(entry.id)?.state ?? 'waiting' })),
    waiting: async (account) => [...outbox.values()].filter((entry) => entry.account === account),
    held: async (account) => [...held.values()].filter((row) => row.account === account),
    hold: async (rows) => {
      for (const row of rows) held.set(row.id, row);
    },
    release: async (_account, ids) => {
      for (const id of ids) held.delete(id);
    },
    purge: async () => 0,
  };
}

/** Network state without a disk. */
export function memoryStates(): NetworkStates {
  const rows = new Map<string, StateRow & { readonly place: string }>();
  const find = (place: string, key: string) => {
    const row = rows.get(`${place} ${key}`);
    return row && (row.expiresAt ?? Number.POSITIVE_INFINITY) > Date.now() ? row : undefined;
  };
  const put = (place: string, row: StateRow) => rows.set(`${place} ${row.key}`, { ...row, place });
  return {
    get: async (domain, bucket, key) => find(`${domain} ${bucket}`, key),
    put: async (domain, bucket, row) => {
      put(`${domain} ${bucket}`, row);
    },
    putIfAbsent: async (domain, bucket, row) => {
      if (find(`${domain} ${bucket}`, row.key)) return false;
      put(`${domain} ${bucket}`, row);
      return true;
    },
    delete: async (domain, bucket, key) => {
      rows.delete(`${domain} ${bucket} ${key}`);
    },
    list: async (domain, bucket, after, limit) =>
      [...rows.values()]
        .filter(({ place, key }) => place === `${domain} ${bucket}` && key > after && find(place, key))
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, limit),
    purge: async () => 0,
  };
}
