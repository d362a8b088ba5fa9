import type { MessageChange, MessageRecord, OutboxEntry, PartReport } from './message-store.js';
import type { AccountKey, InboxRow, RoomKey, RoomTrace } from './store.js';

/** One change of messages, for the way to the thread; each is answered as the method of `Messages` of that name. */
export type MessageOperation =
  | {
      readonly kind: 'accept';
      readonly record: MessageRecord;
      readonly stanzas: readonly InboxRow[];
      readonly trace?: RoomTrace | undefined;
    }
  | {
      readonly kind: 'submit';
      readonly record: MessageRecord;
      readonly entry: OutboxEntry;
      readonly trace?: RoomTrace | undefined;
    }
  | { readonly kind: 'change'; readonly id: string; readonly change: MessageChange }
  | {
      readonly kind: 'report';
      readonly domain: string;
      readonly networkId: string;
      readonly report: PartReport;
    }
  | { readonly kind: 'hold'; readonly rows: readonly InboxRow[] }
  | { readonly kind: 'release'; readonly account: AccountKey; readonly ids: readonly string[] };

/** The rooms that operations leave something in. */
export function roomsOfOperations(operations: readonly MessageOperation[]): readonly RoomKey[] {
  return operations.flatMap((one) => {
    const trace =
      one.kind === 'change'
        ? one.change.trace
        : one.kind === 'accept' || one.kind === 'submit'
          ? one.trace
          : undefined;
    return trace ? [trace.room] : [];
  });
}
