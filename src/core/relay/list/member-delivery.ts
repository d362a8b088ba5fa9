import { GatewayError } from '../../../gateway/error.js';
import type { ContactId } from '../../../gateway/ids.js';
import type { ListLog } from './list-log.js';
import type { ListMember, ListMembers } from './list-members.js';

const HOUR_MS = 3_600_000;
/** Messages in a row that could not be sent to somebody before he gets no more. */
const MOST_FAILURES = 5;

/** Bounds of what one member gets. */
export interface DeliveryBounds {
  /** Messages in an hour; what comes meanwhile is in the next one. */
  readonly perHour: number;
  /** How long a message waits for further lines (ms). */
  readonly gatherMs: number;
  /** Before the first and the last of the tries again (ms). */
  readonly retryFirstMs: number;
  readonly retryLastMs: number;
}

/** What sending to one member needs of the world. */
export interface DeliveryServices {
  readonly log: Pick<ListLog, 'after' | 'last'>;
  readonly members: Pick<ListMembers, 'get' | 'change'>;
  /** Whether the network drops what it has already, by its key. */
  readonly repeatable: boolean;
  /** One message out of lines. */
  digest(lines: readonly string[], missed: number): string;
  /** Rejects with GatewayError. */
  send(to: ContactId, text: string, key: string): Promise<void>;
  now(): number;
  /** He has got something, or it was given up. */
  moved(): void;
  /** Something could not be sent; `forGood`: he gets no more. */
  trouble(member: ListMember, error: unknown, forGood: boolean): void;
}

/**
 * Sends one member of a list what he has still to get: several lines in one message, no more often than he should be
 * bothered. A restart neither loses nor repeats anything, as far as the network can tell what it has already.
 */
export class MemberDelivery {
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #sent: number[] = [];
  #failures = 0;
  #stopped = false;

  constructor(
    private readonly contact: ContactId,
    private readonly bounds: DeliveryBounds,
    private readonly services: DeliveryServices,
  ) {}

  /** There is something new, perhaps. Never throws. */
  look(): void {
    if (this.#running || this.#stopped) return;
    this.#running = this.#work()
      .catch(async (error: unknown) => {
        const { member } = this;
        if (member) this.services.trouble(member, error, false);
        await this.#pause(this.bounds.retryLastMs);
      })
      .finally(() => {
        this.#running = undefined;
        const { member } = this;
        if (member?.state === 'in' && this.#waits(member)) this.look();
      });
  }

  /** Resolves when nothing is under way. Never rejects. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await this.#running;
  }

  private get member(): ListMember | undefined {
    return this.services.members.get(this.contact);
  }

  #waits(member: ListMember): boolean {
    return !this.#stopped && this.services.log.after(member.cursor, this.contact).lines.length > 0;
  }

  async #work(): Promise<void> {
    const { services, bounds } = this;
    for (;;) {
      const before = this.member;
      if (this.#stopped || before?.state !== 'in') return;
      if (before.sending) {
        await this.#deliver(before, before.sending);
        continue;
      }
      if (!this.#waits(before)) {
        await this.#skip(before);
        return;
      }
      await this.#pause(Math.max(bounds.gatherMs, this.#tooEarly()));
      const member = this.member;
      if (this.#stopped || member?.state !== 'in') return;
      const { lines, missed } = services.log.after(member.cursor, this.contact);
      if (lines.length === 0) continue;
      const upTo = services.log.last;
      const text = services.digest(lines, missed);
      const sending = { upTo, text, key: `${this.contact} ${upTo} ${services.now()}`, tried: false };
      await this.#change({ sending });
    }
  }

  /** His own words, or what was taken back, is nothing that he waits for. */
  async #skip(member: ListMember): Promise<void> {
    const { last } = this.services.log;
    if (last <= member.cursor) return;
    await this.#change({ cursor: last });
    this.services.moved();
  }

  async #deliver(member: ListMember, sending: NonNullable<ListMember['sending']>): Promise<void> {
    const { services, bounds } = this;
    // Nobody knows whether it was sent before the process ended.
    if (sending.tried && !services.repeatable) return this.#settle(sending.upTo);
    for (let pause = bounds.retryFirstMs; ; pause = Math.min(pause * 2, bounds.retryLastMs)) {
      await this.#change({ sending: { ...sending, tried: true } });
      try {
        await services.send(this.contact, sending.text, sending.key);
        this.#failures = 0;
        this.#sent.push(services.now());
        return await this.#settle(sending.upTo);
      } catch (error) {
        const refusal = error instanceof GatewayError ? error : undefined;
        const unknown = refusal === undefined || refusal.outcome === 'unknown';
        if (unknown && !services.repeatable) {
          services.trouble(member, error, false);
          return this.#settle(sending.upTo);
        }
        if (refusal && !refusal.retryable) return this.#failed(member, sending.upTo, refusal);
        services.trouble(member, error, false);
        await this.#change({ sending: { ...sending, tried: unknown } });
        await this.#pause(Math.max(pause, refusal?.retryAfterMs ?? 0));
        if (this.#stopped || this.member?.state !== 'in') return;
      }
    }
  }

  async #failed(member: ListMember, upTo: number, error: GatewayError): Promise<void> {
    this.#failures += 1;
    const forGood = error.code === 'forbidden' || this.#failures >= MOST_FAILURES;
    this.services.trouble(member, error, forGood);
    await this.#settle(upTo, forGood ? 'out' : undefined);
  }

  async #settle(cursor: number, state?: ListMember['state']): Promise<void> {
    await this.#change({ cursor, sending: undefined, ...(state && { state }) });
    this.services.moved();
  }

  #change(change: Partial<ListMember>): Promise<void> {
    return this.services.members.change(this.contact, (member) => ({ ...member, ...change }));
  }

  /** Until when he has got enough (ms from now). */
  #tooEarly(): number {
    const now = this.services.now();
    this.#sent = this.#sent.filter((time) => time > now - HOUR_MS);
    const [first = now] = this.#sent.slice(-this.bounds.perHour);
    return this.#sent.length < this.bounds.perHour ? 0 : first + HOUR_MS - now;
  }

  async #pause(ms: number): Promise<void> {
    if (this.#stopped || ms === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
