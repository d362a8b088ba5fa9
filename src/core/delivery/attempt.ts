import type { OutboundAttachment } from '../../gateway/attachment.js';
import { GatewayError } from '../../gateway/error.js';
import type { Target } from '../../gateway/message.js';
import type { Acceptance, Session } from '../../gateway/session.js';
import type { Outgoing } from './outgoing.js';

/** What came of one try. */
export type Attempt =
  | { readonly kind: 'accepted'; readonly acceptance: Acceptance | undefined }
  /** Tried again; with `maybeSent` the network may have it already, and takes a key against doubles. */
  | { readonly kind: 'later'; readonly error: GatewayError; readonly maybeSent: boolean }
  | { readonly kind: 'over'; readonly state: 'failed' | 'unknown'; readonly error: unknown };

/** A message with its files at hand. */
export interface ReadyMessage extends Pick<Outgoing, 'id' | 'message'> {
  readonly attachments: readonly OutboundAttachment[];
}

/** One try to send messages: one, or several that become one on the network. Never rejects. */
export async function attempt(
  session: Session,
  target: Target,
  ready: readonly ReadyMessage[],
  repeatable: boolean,
): Promise<Attempt> {
  try {
    const messages = ready.map(({ id, message, attachments }) => ({
      ...message,
      key: id,
      ...(attachments.length > 0 && { attachments }),
    }));
    const [first] = messages;
    if (!first) throw new Error('nothing to send');
    const sent =
      messages.length > 1 && session.sendTogether
        ? session.sendTogether(target, messages)
        : session.send(target, first);
    return { kind: 'accepted', acceptance: await sent.accepted };
  } catch (error) {
    return judge(error, repeatable);
  }
}

/** What a failure means. Anything but a GatewayError is a fault of ours, after which nobody knows what was sent. */
function judge(error: unknown, repeatable: boolean): Attempt {
  if (!(error instanceof GatewayError)) return { kind: 'over', state: 'unknown', error };
  if (error.outcome === 'unknown') {
    return repeatable ? { kind: 'later', error, maybeSent: true } : { kind: 'over', state: 'unknown', error };
  }
  return error.retryable
    ? { kind: 'later', error, maybeSent: false }
    : { kind: 'over', state: 'failed', error };
}

/**
 * Why there is no point in a try now, or undefined: a session that is about to connect, or just cannot, will report
 * when it can. Idle ones are tried, since some connect only to send.
 */
export function obstacle(session: Session): GatewayError | undefined {
  const states = session.states().map(({ state }) => state);
  if (states.some(({ state }) => state === 'connected' || state === 'bad-credentials')) return undefined;
  for (const state of states) {
    if (state.state === 'transient-failure')
      return new GatewayError('network-unreachable', state.text, 'not-sent', true);
  }
  return states.some(({ state }) => state === 'connecting')
    ? new GatewayError('network-unreachable', { key: 'delivery-connecting' }, 'not-sent', true)
    : undefined;
}

/** Whether a message may go out at once. */
export function isConnected(session: Session | undefined): boolean {
  return session?.states().some(({ state }) => state.state === 'connected') ?? false;
}
