import { TokenBucket } from 'limiter';
import type { ArrivalLimits } from './options.js';
import { SmtpRefusal } from './refusal.js';

/** Clients and users whose rates are remembered at most; who is forgotten starts afresh. */
const REMEMBERED = 10_000;

/** Bounds on what one client may do, and on what one user may get (S17). */
export class Admission {
  readonly #connections = new Map<string, number>();
  readonly #clients = new Map<string, TokenBucket>();
  readonly #users = new Map<string, TokenBucket>();

  constructor(private readonly limits: ArrivalLimits) {}

  /** @throws {SmtpRefusal} when the client has too many connections; else `leave` is to be called at its end */
  enter(client: string): void {
    const open = this.#connections.get(client) ?? 0;
    if (open >= this.limits.connectionsPerClient)
      throw new SmtpRefusal(421, '4.7.0 too many connections from your address');
    this.#connections.set(client, open + 1);
  }

  leave(client: string): void {
    const open = (this.#connections.get(client) ?? 0) - 1;
    if (open > 0) this.#connections.set(client, open);
    else this.#connections.delete(client);
  }

  /** @throws {SmtpRefusal} when the client has begun too many mails */
  mailFrom(client: string): void {
    if (!take(this.#clients, client, this.limits.mailsPerMinute))
      throw new SmtpRefusal(450, '4.7.1 too many mails from your address, try again later');
  }

  /** @throws {SmtpRefusal} when the user gets too many mails */
  mailTo(user: string): void {
    if (!take(this.#users, user, this.limits.mailsPerMinuteToUser))
      throw new SmtpRefusal(450, '4.2.1 too many mails to this address, try again later');
  }
}

function take(buckets: Map<string, TokenBucket>, key: string, perMinute: number): boolean {
  let bucket = buckets.get(key);
  if (!bucket) {
    if (buckets.size >= REMEMBERED) buckets.clear();
    bucket = new TokenBucket({ bucketSize: perMinute, tokensPerInterval: perMinute, interval: 'minute' });
    bucket.content = perMinute;
    buckets.set(key, bucket);
  }
  return bucket.tryRemoveTokens(1);
}
