import type { InboundEvent } from '../../../src/gateway/event.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import { deliveryFailure } from '../content/failure.js';
import type { MailReport, RecipientReport } from '../content/report.js';
import type { EmailContext } from '../context.js';
import { asContactId } from '../ids.js';
import { type Incoming, receivedAt } from './incoming.js';
import { type LoggedMail, partIds } from './mail-log.js';

type DeliveryOutcome = 'delivered' | 'failed';

/**
 * Takes a report on mails of the user for what it is, not as something to be read (F05, F28). False when it is about
 * nothing that we know: a report on delivery is then shown like other mail of programs.
 */
export async function takeReport(
  context: EmailContext,
  incoming: Incoming,
  report: MailReport,
): Promise<boolean> {
  const account = incoming.recipient.id;
  if (report.kind === 'disposition') {
    for (const id of report.originalIds) {
      const mail = await context.log.get(account, id);
      for (const event of report.disposition === 'displayed' ? displayedEvents(incoming, id, mail) : [])
        await tell(context, account, event);
    }
    return true;
  }
  const { reportOn, way } = incoming.origin;
  // What came to the return path of a mail is about that mail, whatever it says; elsewhere in the gateway's own domain
  // anybody may have made it up.
  const told = way === 'domain' ? [reportOn] : [report.envelopeId, report.originalId];
  for (const id of told) {
    const mail = id === undefined ? undefined : await context.log.get(account, id);
    if (id === undefined || mail?.direction !== 'out') continue;
    // Whoever has the mail can make up as many reports on it as he likes.
    if (context.storms.count(`${account} ${id}`, receivedAt(incoming, context.now())) !== 'fine') return true;
    // Reports on several recipients may come at once.
    return context.turns.run(`${account} ${id}`, () =>
      takeDelivery(context, incoming, id, report.recipients),
    );
  }
  return false;
}

/** Of a group nobody could say who of them "read" it. */
function displayedEvents(
  { author, origin }: Incoming,
  messageId: string,
  mail: LoggedMail | undefined,
): readonly InboundEvent[] {
  if (mail?.direction !== 'out' || mail.conversation !== author.address) return [];
  // Others may know the id too.
  if (origin.authenticity === 'fail') return [];
  const ids = partIds(messageId, mail.parts);
  const upTo = ids.at(-1);
  if (upTo === undefined) return [];
  return [
    ...ids.map((message) => ({ type: 'delivery-report', message, outcome: 'delivered' }) as const),
    { type: 'displayed', contact: asContactId(author.address), upTo },
  ];
}

function tell(
  { environment: { host } }: EmailContext,
  account: AccountId,
  event: InboundEvent,
): Promise<void> {
  return event.type === 'delivery-report' ? host.report(event) : host.emit(account, event);
}

async function takeDelivery(
  context: EmailContext,
  { recipient, origin }: Incoming,
  messageId: string,
  reports: readonly RecipientReport[],
): Promise<boolean> {
  const account = recipient.id;
  const { log } = context;
  const mail = await log.get(account, messageId);
  if (mail === undefined) return false;
  const told = reportsOn(mail, reports, origin.reportOn === messageId);
  const fates = { ...mail.fates };
  for (const { address, action } of told) {
    if (action === 'failed') fates[address] = 'failed';
    else if (action !== 'delayed') fates[address] ??= 'delivered';
  }
  const events = deliveryEvents(messageId, mail, fates, told);
  for (const event of events) await tell(context, account, event);
  if (mail.recipients.length > 1) await log.put(account, messageId, { ...mail, fates });
  return told.length > 0 || reports.some(({ address }) => address !== '');
}

/**
 * What a report says of recipients of the mail. `sure`: it is about this mail, so that with one recipient it is about
 * him, whatever address his mail was passed on to.
 */
function reportsOn(
  { recipients }: LoggedMail,
  reports: readonly RecipientReport[],
  sure: boolean,
): readonly RecipientReport[] {
  const named = reports.filter(({ address }) => recipients.includes(address));
  const [only, ...others] = recipients;
  if (named.length > 0 || !sure || only === undefined || others.length > 0) return named;
  return reports.map((report) => ({ ...report, address: only }));
}

/**
 * With one recipient his fate is the message's. With several it has failed when it has for all, and has arrived when it
 * has for all who are left; each failure is told in words besides.
 */
function deliveryEvents(
  messageId: string,
  mail: LoggedMail,
  fates: Readonly<Record<string, DeliveryOutcome>>,
  told: readonly RecipientReport[],
): readonly InboundEvent[] {
  const notices = told.flatMap((report) => noticeOf(report, mail));
  const known = mail.recipients.flatMap((address) => fates[address] ?? []);
  const whole = told.some(({ action }) => action !== 'delayed') && known.length === mail.recipients.length;
  if (!whole) return mail.recipients.length > 1 ? notices : notices.filter(isDelay);
  const ids = partIds(messageId, mail.parts);
  const last = told.findLast(({ action }) => action === 'failed');
  if (last !== undefined && known.every((fate) => fate === 'failed')) {
    const error = deliveryFailure(last.address, last.status, last.diagnostic);
    return ids.map((message) => ({ type: 'delivery-report', message, outcome: 'failed', error }));
  }
  if (!known.includes('delivered')) return notices;
  return [
    ...notices,
    ...ids.map((message) => ({ type: 'delivery-report', message, outcome: 'delivered' }) as const),
  ];
}

function noticeOf({ address, action, status, diagnostic }: RecipientReport, { subject }: LoggedMail) {
  if (action === 'failed') {
    const { text } = deliveryFailure(address, status, diagnostic);
    return [{ type: 'user-notice', text } as const];
  }
  if (action !== 'delayed') return [];
  return [{ type: 'user-notice', text: { key: 'email-delayed-for', args: { address, subject } } } as const];
}

const isDelay = ({ text }: { readonly text: { readonly key: string } }): boolean =>
  text.key === 'email-delayed-for';
