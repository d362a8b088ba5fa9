import { GatewayError } from '../../../src/gateway/error.js';
import type { EmailSettings } from '../account/settings.js';
import type { EmailContext } from '../context.js';
import { asContactId } from '../ids.js';
import type { Disposition, MailOrigin } from '../mail/origin.js';
import { parseMail } from '../mail/parse-mail.js';
import type { ParsedMail } from '../mail/parsed-mail.js';
import type { RawMail } from '../mail/raw-mail.js';
import { authenticityInMailbox } from '../server/authentication-results.js';
import { deliver } from './deliver.js';
import { contentDigest } from './digest.js';
import { answerEncrypted, wantsEncryption } from './encrypted-mail.js';
import { type Incoming, receivedAt, toIncoming } from './incoming.js';
import { isRefusedSender, isShown } from './policy.js';
import { readMail } from './reading.js';
import { type Route, routeOf } from './route.js';
import { floodError } from './storm.js';
import { takeChange } from './take-change.js';
import { takeReport } from './take-report.js';
import { type Ancestor, ancestorOf } from './threading.js';
import { unclearReport } from './unclear-report.js';

/**
 * Takes a mail that has come to an account. Resolves when it need not come again: it is durable as an event, or the
 * user does not want it as chat. Rejects with GatewayError, retryable, when it should be brought again.
 */
export async function receiveMail(
  context: EmailContext,
  raw: RawMail,
  origin: MailOrigin,
): Promise<Disposition> {
  const recipient = await recipientOf(context, origin);
  const mail = await parseMail(raw, context.options.limits);
  const judged = judgedInMailbox(recipient.settings, origin, mail);
  const reading = readMail(mail, judged, context.options.content);
  const incoming = toIncoming(recipient, judged, mail, reading);
  if (isRefused(context, incoming)) return 'left-out';
  const report = reading.report ?? unclearReport(judged, mail);
  if (report && (await takeReport(context, incoming, report))) return 'delivered';
  if (await isEcho(context, incoming)) return 'delivered';
  if (await takeChange(context, incoming)) return 'delivered';
  const route = await routeOf(context, incoming);
  if (route === undefined) return 'left-out';
  const ancestor = await ancestorOf(context.log, recipient.id, mail);
  if (!(await isWanted(context, incoming, route, ancestor))) {
    await noteList(context, incoming, route);
    return 'left-out';
  }
  if (await isFlood(context, incoming, route)) return 'left-out';
  await context.turns.run(`${recipient.id} ${route.id}`, () => deliver(context, incoming, route, ancestor));
  if (wantsEncryption(incoming))
    answerEncrypted(context, incoming).catch((error: unknown) => {
      context.environment.log.debug({ err: error }, 'a word on encryption could not be sent');
    });
  return 'delivered';
}

/** Whether the operator wants nothing of the sender. Throws GatewayError where the mail lies nowhere else: it is refused. */
function isRefused({ options }: EmailContext, { author, byUser, origin }: Incoming): boolean {
  const { refusedSenders } = options.conversation;
  const senders = [author.address, ...(origin.returnPath ? [origin.returnPath] : [])];
  if (byUser || !senders.some((address) => isRefusedSender(refusedSenders, address))) return false;
  if (origin.way === 'domain') throw new GatewayError('forbidden', { key: 'email-sender-refused' });
  return true;
}

/** What the server of the user's mailbox says of the author. */
function judgedInMailbox(
  { mailbox }: Pick<EmailSettings, 'mailbox'>,
  origin: MailOrigin,
  mail: ParsedMail,
): MailOrigin {
  if (origin.way !== 'mailbox' || origin.authenticity !== 'none' || !mailbox || !mail.from) return origin;
  const headers = mail.headers.all('authentication-results');
  return { ...origin, authenticity: authenticityInMailbox(headers, mailbox.imap.host, mail.from.address) };
}

/** Whose mail it is; who has logged out still gets what comes to the gateway's domain. */
async function recipientOf(
  { users, known }: EmailContext,
  { account: id }: MailOrigin,
): Promise<Incoming['recipient']> {
  const user = users.get(id);
  await user?.ready;
  const settings = user?.settings ?? (await known.settingsOf(id));
  if (settings === undefined)
    throw new GatewayError('network-unreachable', { key: 'email-account-away' }, 'not-sent', true);
  return { id, settings, user };
}

/** The user's own mail coming back: by a list, as a copy to himself, from the Sent folder (S14). */
async function isEcho({ log }: EmailContext, incoming: Incoming): Promise<boolean> {
  const { recipient, mail, origin, fromOwn, own, writer } = incoming;
  const sent = origin.folder?.use === 'sent';
  if (mail.messageId === undefined || !(fromOwn || sent || own.has(writer.address))) return false;
  const known = await log.get(recipient.id, mail.messageId);
  if (known?.direction !== 'out') return false;
  // What he has sent by another program has a digest. The very same again may not have become durable; the core knows.
  if (known.digest !== undefined && known.digest === contentDigest(mail)) return false;
  if (!sent && origin.way === 'mailbox') await recipient.user?.mailbox?.markSeen([mail.messageId]);
  return true;
}

async function isWanted(
  { conversations }: EmailContext,
  { recipient, origin, reading, author, byUser }: Incoming,
  route: Route,
  ancestor: Ancestor | undefined,
): Promise<boolean> {
  const { id, settings } = recipient;
  const { kind, spam } = reading.nature;
  const list = route.kind === 'room' && route.record.kind === 'list';
  const { written } = await conversations.get(id, route.id);
  const personal =
    written || list ? written : (await conversations.get(id, asContactId(author.address))).written;
  return isShown(settings.show, {
    ...{ origin, byUser, list, spam },
    bulk: kind === 'bulk',
    automatic: kind === 'auto-generated' || kind === 'auto-reply',
    listWanted: list && (written || route.record.wanted),
    answer: ancestor?.mail.direction === 'out' || origin.reportOn !== undefined,
    correspondent: personal,
  });
}

/** A list that the user has not asked for is a room that he finds among those of the gateway, and may go to. */
async function noteList(
  { rooms }: EmailContext,
  { recipient, reading, origin }: Incoming,
  route: Route,
): Promise<void> {
  if (route.kind !== 'room' || route.record.kind !== 'list' || route.before !== undefined) return;
  if (reading.nature.spam || origin.authenticity === 'fail') return;
  await rooms.put(recipient.id, { ...route.record, members: [] });
}

/**
 * More mails of one sender than anybody reads: the user is told once. What waits in his mailbox stays there; to the
 * gateway's own domain it may come again later.
 */
async function isFlood(context: EmailContext, incoming: Incoming, route: Route): Promise<boolean> {
  const { storms, environment, now, options } = context;
  const { recipient, author, origin, byUser } = incoming;
  // A list that is known has many mails; whoever makes up new ones is counted.
  const list = route.kind === 'room' && route.record.kind === 'list';
  if (byUser || (list && route.before !== undefined)) return false;
  const flow = storms.count(`${recipient.id} ${author.address}`, receivedAt(incoming, now()));
  if (flow === 'fine') return false;
  if (flow === 'first-too-many') {
    const { stormMails: count, stormMinutes: minutes } = options.conversation;
    const args = { address: author.address, count, minutes };
    await environment.host.emit(recipient.id, { type: 'user-notice', text: { key: 'email-flood', args } });
  }
  if (origin.way === 'domain') throw floodError();
  return true;
}
