import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessageChange, MessageRecord, Messages } from '../../../src/store/message-store.js';
import type { Store } from '../../../src/store/store.js';
import { MemoryStore } from '../../support/memory-store.js';
import { messageRecord, outboxEntry } from '../../support/message-rows.js';
import { Folder, openInThread } from './in-thread.js';

const DOMAINS = ['irc.example.org', 'irc.example.org', 'sms.example.org'];
const RUNS = 150;

/** Accounts are numbered here, and have keys of their own in each run. */
type Operation =
  | { readonly kind: 'accept'; readonly record: Plan; readonly stanzas: number }
  | { readonly kind: 'submit'; readonly record: Plan }
  | { readonly kind: 'change'; readonly at: number; readonly change: MessageChange }
  | { readonly kind: 'report'; readonly domain: string; readonly id: string; readonly failed: boolean }
  | { readonly kind: 'hold' | 'release'; readonly owner: number; readonly row: number };

interface Plan {
  readonly at: number;
  readonly owner: number;
  readonly kind: MessageRecord['kind'];
  readonly contact: string;
  readonly xmppIds: readonly string[];
  readonly networkIds: readonly string[];
  readonly state: MessageRecord['state'];
}

const networkIds = fc.array(fc.constantFrom('n1', 'n2', 'n3'), { maxLength: 3 });
const xmppIds = fc.array(fc.constantFrom('x1', 'x2', 'x3'), { maxLength: 2 });
const owner = fc.nat(2);
const at = fc.nat(4);
const plan: fc.Arbitrary<Plan> = fc.record({
  ...{ at, owner, xmppIds, networkIds },
  kind: fc.constantFrom('contact', 'room'),
  contact: fc.constantFrom('c1', 'c2'),
  state: fc.constantFrom('received', 'held', 'waiting'),
});
const change: fc.Arbitrary<MessageChange> = fc.record(
  {
    state: fc.constantFrom('sending', 'sent', 'delivered', 'failed'),
    detail: fc.constantFrom('', '{"key":"why"}'),
    addXmppIds: xmppIds,
    addNetworkIds: networkIds,
    changedAt: fc.integer({ min: 1_000, max: 3_000 }),
    outbox: fc.constantFrom('done' as const, { attempts: 2, nextAt: 9_000 }),
  },
  { requiredKeys: ['changedAt'] },
);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant('accept' as const), record: plan, stanzas: fc.nat(2) }),
  fc.record({ kind: fc.constant('submit' as const), record: plan }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('change' as const), at, change }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      domain: fc.constantFrom('irc.example.org', 'sms.example.org'),
      id: fc.constantFrom('n1', 'n2', 'n3'),
      failed: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constantFrom('hold' as const, 'release' as const), owner, row: fc.nat(4) }),
);

describe('messages', () => {
  const folder = new Folder();
  let store: Store;
  let run = 0;

  beforeAll(async () => {
    store = await openInThread(folder.options());
  });
  afterAll(async () => {
    await store.close();
    folder.remove();
  });

  /** Ids of this run: the database keeps those of the runs before. */
  const named = (name: string) => `${String(run).padStart(6, '0')}-${name}`;

  function toRecord(accounts: readonly number[], { at: index, owner: by, ...rest }: Plan): MessageRecord {
    const domain = `${named('')}${DOMAINS[by]}`;
    return messageRecord(accounts[by] ?? 0, {
      ...{ ...rest, id: named(`m${index}`), domain, createdAt: 1_000, changedAt: 1_000 },
      xmppIds: [...new Set(rest.xmppIds)],
      networkIds: [...new Set(rest.networkIds)],
    });
  }

  function apply(messages: Messages, accounts: readonly number[], one: Operation): Promise<unknown> {
    switch (one.kind) {
      case 'accept': {
        const record = { ...toRecord(accounts, one.record), direction: 'in' } as const;
        const rows = Array.from({ length: one.stanzas }, (_, index) => ({
          ...{ id: named(`s${one.record.at}.${index}`), account: record.account, domain: record.domain },
          stanza: '<message/>',
        }));
        return messages.accept(record, rows);
      }
      case 'submit': {
        const record = toRecord(accounts, one.record);
        return messages.submit(record, outboxEntry(record));
      }
      case 'change':
        return messages.change(named(`m${one.at}`), one.change);
      case 'report': {
        const outcome = one.failed ? 'failed' : 'delivered';
        return messages.report(`${named('')}${one.domain}`, one.id, { outcome, detail: '', time: 1_500 });
      }
      case 'hold':
      case 'release': {
        const account = accounts[one.owner] ?? 0;
        const row = { id: named(`h${one.owner}.${one.row}`), account, domain: 'd', stanza: `s${one.row}` };
        return one.kind === 'hold' ? messages.hold([row]) : messages.release(account, [row.id]);
      }
    }
  }

  /** Everything that can be asked. */
  async function look({ messages, inbox }: Pick<Store, 'messages' | 'inbox'>, accounts: readonly number[]) {
    const seen: unknown[] = [];
    for (let index = 0; index < 5; index += 1) seen.push(await messages.byId(named(`m${index}`)));
    for (const account of accounts) {
      for (const id of ['x1', 'x2', 'x3']) {
        seen.push(
          await messages.byXmppId(account, id),
          await messages.byXmppId(account, id, { kind: 'contact', contact: 'c1' }),
        );
      }
      for (let id = 1; id <= 3; id += 1) seen.push(await messages.byNetworkId(account, `n${id}`));
      seen.push(
        await messages.recent(account, 3),
        await messages.recent(account, 9, { kind: 'room', contact: 'c2' }),
      );
      seen.push(await messages.waiting(account), await messages.held(account));
    }
    for (const domain of new Set(DOMAINS)) {
      const place = `${named('')}${domain}`;
      seen.push(await messages.outbox(place, '', 4), await messages.outbox(place, named('m2'), 9));
      seen.push(await inbox.pending(place));
    }
    return seen;
  }

  it('F08 F12 answer as the model does, whatever shares a batch', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(operation, { minLength: 1, maxLength: 12 }), { maxLength: 6 }),
        fc.integer({ min: 500, max: 3_500 }),
        async (batches, before) => {
          run += 1;
          const model = new MemoryStore();
          const accounts: number[] = [];
          for (const [index, domain] of DOMAINS.entries()) {
            const { id } = await store.accounts.ensure(`${named('')}${domain}`, `user${index}@example.org`);
            accounts.push(id);
          }
          for (const batch of batches) {
            const answers = batch.map((one) => apply(store.messages, accounts, one));
            const expected: unknown[] = [];
            for (const one of batch) expected.push(await apply(model.messages, accounts, one));
            expect(await Promise.all(answers)).toEqual(expected);
          }
          expect(await look(store, accounts)).toEqual(await look(model, accounts));
          await Promise.all([store.messages.purge(before), model.messages.purge(before)]);
          expect(await look(store, accounts)).toEqual(await look(model, accounts));
        },
      ),
      { numRuns: RUNS },
    );
  });
});
