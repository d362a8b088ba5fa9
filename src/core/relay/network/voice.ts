import type { MemberId } from '../../../gateway/ids.js';
import type { Session } from '../../../gateway/session.js';

/** Through whom something is told in a room of a network. */
export interface Voice {
  /** `bot`: the relay's own account, which has to say whose words they are; else the speaker is there himself. */
  readonly kind: 'bot' | 'puppet' | 'own';
  /** Bare JID of the owner of the account. */
  readonly owner: string;
  readonly session: Session;
  /** Who that is in the room; undefined where it is not known. */
  readonly member: MemberId | undefined;
}

/** What a message is called on a leg: by the network's names for it, and by who has said it, who alone can change it. */
export interface SpokenIds {
  /** One per part. */
  readonly ids: readonly string[];
  /** Owner of the account that said it, where it was one of the relay's. */
  readonly owner?: string;
}

/** What a leg calls a message that it has told. */
export function idsOf(ids: readonly string[], { owner }: Pick<Voice, 'owner'>): readonly string[] {
  const [first] = ids;
  return first === undefined ? [] : [...ids, `${first}\n${owner}`];
}

/** Reads {@link idsOf}, and names of messages that others have said. */
export function spokenIds(names: readonly string[]): SpokenIds {
  const ids = names.filter((name) => !name.includes('\n'));
  const [, owner] = names.find((name) => name.includes('\n'))?.split('\n') ?? [];
  return { ids, ...(owner !== undefined && { owner }) };
}
