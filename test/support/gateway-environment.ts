import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeliveryReport, InboundEvent } from '../../src/gateway/event.js';
import type { GatewayEnvironment } from '../../src/gateway/gateway.js';
import type { AccountId } from '../../src/gateway/ids.js';
import type { NetworkState, StateEntry } from '../../src/gateway/state.js';
import type { WebhookRequest, WebhookResponse, Webhooks } from '../../src/gateway/webhook.js';

/** State that is gone with the test. */
export class MemoryState implements NetworkState {
  readonly #buckets = new Map<string, Map<string, StateEntry>>();

  /** Entries in all buckets. */
  get size(): number {
    return [...this.#buckets.values()].reduce((sum, bucket) => sum + bucket.size, 0);
  }

  async get(bucket: string, key: string): Promise<StateEntry | undefined> {
    return this.#live(bucket, key);
  }

  async put(bucket: string, entry: StateEntry): Promise<void> {
    this.#bucket(bucket).set(entry.key, entry);
  }

  async putIfAbsent(bucket: string, entry: StateEntry): Promise<boolean> {
    if (this.#live(bucket, entry.key)) return false;
    this.#bucket(bucket).set(entry.key, entry);
    return true;
  }

  async delete(bucket: string, key: string): Promise<void> {
    this.#bucket(bucket).delete(key);
  }

  async list(bucket: string, after: string, limit: number): Promise<readonly StateEntry[]> {
    const keys = [...this.#bucket(bucket).keys()].filter((key) => key > after).sort();
    const entries = await Promise.all(keys.slice(0, limit).map((key) => this.get(bucket, key)));
    return entries.filter((entry) => entry !== undefined);
  }

  #live(bucket: string, key: string): StateEntry | undefined {
    const entry = this.#bucket(bucket).get(key);
    return entry && (entry.expiresAt ?? Number.POSITIVE_INFINITY) > Date.now() ? entry : undefined;
  }

  #bucket(name: string): Map<string, StateEntry> {
    let bucket = this.#buckets.get(name);
    if (!bucket) {
      bucket = new Map();
      this.#buckets.set(name, bucket);
    }
    return bucket;
  }
}

/** Webhooks without a socket. */
export class DirectWebhooks implements Webhooks {
  readonly handlers = new Map<string, (request: WebhookRequest) => Promise<WebhookResponse>>();

  address(path: string): string {
    return `https://gateway.example.test/hooks/${path}`;
  }

  serve(path: string, handler: (request: WebhookRequest) => Promise<WebhookResponse>): () => void {
    this.handlers.set(path, handler);
    return () => this.handlers.delete(path);
  }
}

/** What a network told the core outside of sessions. */
export class RecordingHost {
  readonly events: { readonly account: AccountId; readonly event: InboundEvent }[] = [];
  readonly reports: DeliveryReport[] = [];

  async emit(account: AccountId, event: InboundEvent): Promise<void> {
    this.events.push({ account, event });
  }

  async report(report: DeliveryReport): Promise<void> {
    this.reports.push(report);
  }
}

/** An environment for a network under test. */
export function testEnvironment(overrides: Partial<GatewayEnvironment> = {}): GatewayEnvironment {
  const quiet = (): void => undefined;
  return {
    domain: 'network.example.test',
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    software: { name: 'Isthmus', version: '0.0.0' },
    host: new RecordingHost(),
    state: new MemoryState(),
    webhooks: new DirectWebhooks(),
    temporaryFolder: join(tmpdir(), `isthmus-network-${process.pid}`),
    targets: { mayResolve: () => true, mayConnect: () => true },
    ...overrides,
  };
}
