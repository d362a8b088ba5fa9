import type { Gateway } from '../../../gateway/gateway.js';
import type { Session } from '../../../gateway/session.js';
import type { Text } from '../../../gateway/text.js';
import type { ServiceContext } from '../../service/service-context.js';
import type { ServiceCommand } from '../service-command.js';

const MEGABYTE = 1_000_000;

/** Tells what of private messages the network carries as such, and what becomes of the rest. */
export function capabilitiesCommand(context: ServiceContext): ServiceCommand {
  return {
    node: 'isthmus:capabilities',
    word: 'capabilities',
    title: { key: 'command-capabilities' },
    scope: 'service',
    allows: ({ account }) => account !== undefined,
    start: async ({ account }) => {
      const session = account && context.sessions.get(account);
      if (!session) return { kind: 'done', result: {}, note: { key: 'capabilities-unknown' } };
      return {
        kind: 'done',
        result: {},
        note: { key: 'capabilities-intro' },
        lines: [...capabilities(session, context.gateway), ...(context.gateway.limitations ?? [])],
      };
    },
  };
}

/** One sentence for each thing that clients offer. */
function capabilities(session: Session, { messaging }: Gateway): readonly Text[] {
  const { edits, retractions, reactions, replies, receipts, typing, media } = session;
  return [
    messaging === 'stored' ? { key: 'capability-stored' } : { key: 'capability-live' },
    edits ? { key: 'capability-edits' } : { key: 'capability-no-edits' },
    retractions ? { key: 'capability-retractions' } : noRetractions(messaging),
    reactions ? reactionLimits(reactions) : { key: 'capability-no-reactions' },
    replies ? { key: 'capability-replies' } : { key: 'capability-no-replies' },
    receipts?.delivered ? { key: 'capability-receipts' } : { key: 'capability-no-receipts' },
    receipts?.markDisplayed ? { key: 'capability-displayed' } : { key: 'capability-no-displayed' },
    typing ? { key: 'capability-typing' } : { key: 'capability-no-typing' },
    media
      ? { key: 'capability-media', args: { megabytes: media.maxBytes / MEGABYTE } }
      : { key: 'capability-no-media' },
  ];
}

function noRetractions(messaging: Gateway['messaging']): Text {
  return messaging === 'stored'
    ? { key: 'capability-retractions-waiting' }
    : { key: 'capability-no-retractions' };
}

function reactionLimits({ maxPerUser, allowed }: NonNullable<Session['reactions']>): Text {
  if (allowed) return { key: 'capability-reactions-some', args: { allowed: allowed.join(' ') } };
  return maxPerUser === undefined
    ? { key: 'capability-reactions' }
    : { key: 'capability-reactions-few', args: { count: maxPerUser } };
}
