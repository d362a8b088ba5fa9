import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { v7 as uuidv7 } from 'uuid';
import type { MigrationClass } from '../../../migrations/index.js';
import { openStoreOver } from '../../../src/store/client.js';
import { Engine } from '../../../src/store/engine.js';
import { portLink } from '../../../src/store/link.js';
import type { ClientLimits, EngineLimits, EngineOptions } from '../../../src/store/options.js';
import { serve } from '../../../src/store/serve.js';
import type { ArchiveEntry, Store } from '../../../src/store/store.js';

/** A folder with an SQLite database for one test. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'isthmus-store-'));
  readonly database = join(this.path, 'isthmus.db');
  readonly key = randomBytes(32);

  options(limits: Partial<EngineLimits> = {}): EngineOptions {
    return {
      database: { kind: 'sqlite', path: this.database },
      key: this.key,
      limits: { busyTimeoutMs: 20, lockPauseMs: 5, ...limits },
    };
  }

  open(limits?: Partial<EngineLimits>, migrations?: readonly MigrationClass[]): Promise<Engine> {
    return Engine.open(this.options(limits), migrations ? { migrations } : {});
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A store whose engine runs in this thread. */
export function openInThread(options: EngineOptions, limits: Partial<ClientLimits> = {}): Promise<Store> {
  return openStoreOver(
    () => {
      const { port1, port2 } = new MessageChannel();
      serve(port2);
      return portLink(port1);
    },
    options,
    limits,
  );
}

/** An entry with a fresh id. */
export function entry(room: number, patch: Partial<ArchiveEntry> = {}): ArchiveEntry {
  return {
    id: uuidv7(),
    room,
    time: Date.now(),
    nick: 'anna',
    type: 'message',
    messageId: 'm1',
    payload: '<body>hello</body>',
    ...patch,
  };
}
