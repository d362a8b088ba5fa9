import { createHash } from 'node:crypto';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { NetworkState } from '../../../src/gateway/state.js';

const SESSIONS = 'sessions';

/** What has become of the session that a login gave. */
export interface KnownSession {
  readonly session: string;
  /** Telegram has ended it, for that reason. */
  readonly lost?: string;
}

/**
 * Sessions as they are now: they change when an account moves to another data centre, or gets other keys. What is kept
 * counts only for the very login that it came from.
 */
export class SessionVault {
  constructor(private readonly state: NetworkState) {}

  /** @param granted as the login gave it */
  async current(account: AccountId, granted: string): Promise<KnownSession> {
    const value = (await this.state.get(SESSIONS, String(account)))?.value;
    if (value?.granted !== digest(granted)) return { session: granted };
    const { session, lost } = value;
    return {
      session: typeof session === 'string' ? session : granted,
      ...(typeof lost === 'string' && { lost }),
    };
  }

  async keep(account: AccountId, granted: string, known: KnownSession): Promise<void> {
    const value = { granted: digest(granted), ...known };
    await this.state.put(SESSIONS, { key: String(account), value, account });
  }
}

/** Tells one login from another without keeping it twice. */
function digest(session: string): string {
  return createHash('sha256').update(session).digest('base64url');
}
