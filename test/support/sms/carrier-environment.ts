import type { CarrierEnvironment } from '../../../gateways/sms/carrier/environment.js';
import { LineStore } from '../../../gateways/sms/carrier/line-store.js';
import type { NetworkState } from '../../../src/gateway/state.js';
import type { Webhooks } from '../../../src/gateway/webhook.js';
import { MemoryState } from '../gateway-environment.js';

/** An environment whose log is kept, to look for what must not be in it. */
export interface TestEnvironment extends CarrierEnvironment {
  /** Everything logged, as JSON lines. */
  logged(): string;
  /** Resolves when something that matches has been logged. */
  untilLogged(pattern: RegExp): Promise<void>;
}

/** A carrier's environment over `webhooks`. */
export function carrierEnvironment(
  webhooks: Webhooks,
  path: string,
  state: NetworkState = new MemoryState(),
): TestEnvironment {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const note = (fields: object, message: string) => {
    lines.push(JSON.stringify({ ...fields, message }));
    for (const look of [...waiting]) look();
  };
  return {
    webhooks,
    path,
    numbers: ['+15550000001'],
    owned: false,
    seenMs: 86_400_000,
    store: (kind) => new LineStore(state, kind, path),
    log: { debug: note, info: note, warn: note, error: note },
    logged: () => lines.join('\n'),
    untilLogged: (pattern) =>
      new Promise((resolve) => {
        const look = () => {
          if (!lines.some((line) => pattern.test(line))) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
