import type { Target } from '../../gateway/message.js';
import type { Session } from '../../gateway/session.js';
import { NS } from '../../xmpp/namespace.js';
import type { DataForm } from '../../xmpp/xep/0004-data-forms/data-form.js';
import { restrictionsForm } from '../../xmpp/xep/0444-message-reactions/reactions.js';

/** Only what the network can map: the advertisement is what clients offer to their users. */
export function messageFeatures(session: Session): readonly string[] {
  const { edits, retractions, reactions, replies, receipts, typing, media } = session;
  return [
    ...(edits ? [NS.CORRECT] : []),
    ...(retractions ? [NS.RETRACT] : []),
    ...(reactions ? [NS.REACTIONS] : []),
    ...(replies ? [NS.REPLY] : []),
    ...(receipts?.delivered ? [NS.RECEIPTS] : []),
    ...(receipts?.markDisplayed ? [NS.CHAT_MARKERS] : []),
    ...(typing ? [NS.CHAT_STATES] : []),
    ...(media ? [NS.OOB, NS.SFS] : []),
  ];
}

/** What reactions the network takes there, as a form (F20); none where it takes all, or has none. */
export function reactionForms({ reactions }: Session, target: Target): readonly DataForm[] {
  const form = reactions && restrictionsForm(reactions.limits?.(target) ?? reactions);
  return form ? [form] : [];
}
