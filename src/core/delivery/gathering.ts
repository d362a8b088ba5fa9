import type { Target } from '../../gateway/message.js';
import type { Session } from '../../gateway/session.js';
import { steadyNow } from '../steady-clock.js';
import type { Conversation, Entry } from './conversation-queue.js';

/** Messages that go out together at most. */
export const MOST_TOGETHER = 50;
/** So many times the pause, counted from the first message, they go out whatever the user still writes. */
const LONGEST = 10;

/** Milliseconds that messages to that target wait for others; 0 where each goes by itself. */
export function gatheringMs(session: Session | undefined, target: Target): number {
  return session?.sendTogether ? Math.max(0, session.gathering?.(target) ?? 0) : 0;
}

/** Another message has come, or an earlier one has changed. @returns whether it is the first of those that go together */
export function gather(conversation: Conversation, pauseMs: number): boolean {
  const now = steadyNow();
  const first = conversation.gatheringSince === undefined;
  conversation.gatheringSince ??= now;
  conversation.gatheringUntil = Math.min(now + pauseMs, conversation.gatheringSince + pauseMs * LONGEST);
  return first;
}

/** Steady milliseconds until which the conversation waits for whatever reason; undefined: it does not. */
export function waitsUntil({ pausedUntil, gatheringUntil }: Conversation): number | undefined {
  if (pausedUntil === undefined || gatheringUntil === undefined) return pausedUntil ?? gatheringUntil;
  return Math.max(pausedUntil, gatheringUntil);
}

/** It has waited long enough. */
export function waitNoMore(conversation: Conversation): void {
  conversation.pausedUntil = undefined;
  conversation.gatheringUntil = undefined;
  conversation.gatheringSince = undefined;
}

/** Whether the message may go out with others before it: it is committed, has time left, and nobody has it yet. */
export async function maySendAlong(entry: Entry): Promise<boolean> {
  if (entry.committing && !(await entry.committing)) return false;
  return !entry.taken && !entry.maybeSent && entry.state === 'waiting' && steadyNow() < entry.deadline;
}
