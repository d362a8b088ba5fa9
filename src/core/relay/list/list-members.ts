import { z } from 'zod';
import type { ContactId } from '../../../gateway/ids.js';
import type { NetworkState } from '../../../gateway/state.js';
import type { LegId } from '../model.js';

const BUCKET = 'list-members';
const PAGE = 200;

const schema = z.object({
  contact: z.string().transform((contact) => contact as ContactId),
  name: z.string(),
  /** `asked`: he has not said yet that he wants it; `out`: he does not want it any more, or cannot be reached. */
  state: z.enum(['asked', 'in', 'out']),
  /** Number of the last line that he has got. */
  cursor: z.int(),
  /** What is being sent to him; `tried`: it may have been. */
  sending: z.object({ upTo: z.int(), text: z.string(), key: z.string(), tried: z.boolean() }).optional(),
});

/** Somebody on a list, as he is kept. */
export type ListMember = z.output<typeof schema>;

/** The members of one list. */
export class ListMembers {
  readonly #members = new Map<ContactId, ListMember>();
  #tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly leg: LegId,
    private readonly state: NetworkState,
  ) {}

  /** Rejects with the store's error. */
  async load(): Promise<void> {
    const prefix = `${this.leg} `;
    for (let after = prefix; ; ) {
      const page = await this.state.list(BUCKET, after, PAGE);
      const own = page.filter(({ key }) => key.startsWith(prefix));
      for (const { value } of own) {
        const { data } = schema.safeParse(value);
        if (data) this.#members.set(data.contact, data);
      }
      const last = own.at(-1);
      if (!last || own.length < PAGE) return;
      after = last.key;
    }
  }

  all(): readonly ListMember[] {
    return [...this.#members.values()];
  }

  get(contact: ContactId): ListMember | undefined {
    return this.#members.get(contact);
  }

  /** Adds somebody. Durable when it resolves; rejects with the store's error. */
  add(member: ListMember): Promise<void> {
    return this.#next(() => this.#put(member));
  }

  /** Changes somebody as he is then, if he is still one. Durable when it resolves; rejects with the store's error. */
  change(contact: ContactId, change: (member: ListMember) => ListMember): Promise<void> {
    return this.#next(async () => {
      const member = this.#members.get(contact);
      if (member) await this.#put(change(member));
    });
  }

  /** False: he was none. Rejects with the store's error. */
  remove(contact: ContactId): Promise<boolean> {
    return this.#next(async () => {
      if (!this.#members.has(contact)) return false;
      await this.state.delete(BUCKET, this.#key(contact));
      return this.#members.delete(contact);
    });
  }

  async #put(member: ListMember): Promise<void> {
    await this.state.put(BUCKET, { key: this.#key(member.contact), value: member });
    this.#members.set(member.contact, member);
  }

  /** One change after the other. */
  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  #key(contact: ContactId): string {
    return `${this.leg} ${contact}`;
  }
}
