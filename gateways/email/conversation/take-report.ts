import type { InboundEvent } from '../../../src/gateway/event.js';
import { deliveryFailure } from '../content/failure.js';
import { asContactId } from '../ids.js';
import { type LoggedMail, partIds } from './mail-log.js';
import type { Fate, Report } from './reading.js';

/** Characters of what a server says. */
const REASON = 300;

/**
 * What a report on a mail of the user means for the messages that it was made of (F05, F28). Of several recipients one
 * alone does not make it fail: that is told in words.
 */
export function reportEvents(
  report: Report,
  from: string | undefined,
  messageId: string,
  mail: LoggedMail,
): readonly InboundEvent[] {
  const ids = partIds(messageId, mail.parts);
  const [last] = ids.slice(-1);
  if (report.kind === 'displayed') {
    // Of a group nobody knows who of them is meant by "read".
    if (last === undefined || from === undefined || mail.conversation !== from) return [];
    return [
      ...ids.map((message) => ({ type: 'delivery-report', message, outcome: 'delivered' }) as const),
      { type: 'displayed', contact: asContactId(from), upTo: last },
    ];
  }
  return report.fates
    .filter(({ address }) => mail.recipients.includes(address))
    .flatMap((fate): readonly InboundEvent[] => {
      if (mail.recipients.length > 1 || fate.action === 'delayed') return noticeOf(fate, mail);
      if (fate.action === 'delivered')
        return ids.map((message) => ({ type: 'delivery-report', message, outcome: 'delivered' }));
      return ids.map((message) => ({
        type: 'delivery-report',
        message,
        outcome: 'failed',
        error: deliveryFailure(fate.address, fate.status, fate.reason),
      }));
    });
}

function noticeOf(fate: Fate, { subject }: LoggedMail): readonly InboundEvent[] {
  if (fate.action === 'delivered') return [];
  const key = fate.action === 'failed' ? 'email-failed-for' : 'email-delayed-for';
  const args = { address: fate.address, subject, reason: reasonOf(fate) };
  return [{ type: 'user-notice', text: { key, args } }];
}

function reasonOf({ reason }: Fate): string {
  return reason.slice(0, REASON);
}
