import { GatewayError } from '../../../src/gateway/error.js';
import type { EmailContext } from '../context.js';
import { asContactId } from '../ids.js';
import type { Disposition, MailOrigin } from '../mail/origin.js';
import { parseMail } from '../mail/parse-mail.js';
import type { RawMail } from '../mail/raw-mail.js';
import { deliver } from './deliver.js';
import { answerEncrypted } from './encrypted-mail.js';
import { type Incoming, receivedAt, toIncoming } from './incoming.js';
import { isShown } from './policy.js';
import { readMail } from './read-mail.js';
import type { Report } from './reading.js';
import { type Route, routeOf } from './route.js';
import { floodError } from './storm.js';
import { changeEvent } from './take-change.js';
import { reportEvents } from './take-report.js';
import { type Ancestor, ancestorOf } from './threading.js';

/**
 * Takes a mail that has come to an account. Resolves when it need not come again: it is durable as an event, or the
 * user does not want it as chat. Rejects with GatewayError, retryable, when it should be brought again.
 */
export async function receiveMail(
  context: EmailContext,
  raw: RawMail,
  origin: MailOrigin,
): Promise<Disposition> {
  const user = context.users.get(origin.account);
  if (user === undefined)
    throw new GatewayError('network-unreachable', { key: 'email-account-away' }, 'not-sent', true);
  await user.ready;
  const mail = await parseMail(raw, context.options.limits);
  const reading = readMail(mail, origin, context.options.content);
  const incoming = toIncoming(user, origin, mail, reading);
  const { report } = reading;
  if (report && (await takeReport(context, incoming, report))) return 'delivered';
  if (await isEcho(context, incoming)) return 'delivered';
  if (await takeChanges(context, incoming)) return 'delivered';
  const route = await routeOf(context, incoming);
  if (route === undefined) return 'left-out';
  const ancestor = await ancestorOf(context.log, user.account.id, mail);
  if (!(await isWanted(context, incoming, route, ancestor))) return 'left-out';
  if (await isFlood(context, incoming, route)) return 'left-out';
  const turn = `${user.account.id} ${route.id}`;
  await context.turns.run(turn, () => deliver(context, incoming, route, ancestor));
  if (reading.encrypted)
    answerEncrypted(context, user.post, incoming).catch((error: unknown) => {
      context.environment.log.debug({ err: error }, 'a word on encryption could not be sent');
    });
  return 'delivered';
}

/** A report on one of the user's mails is none to be read; false for one that is about nothing we know. */
async function takeReport(context: EmailContext, incoming: Incoming, report: Report): Promise<boolean> {
  const { log, environment } = context;
  const account = incoming.user.account.id;
  const { messageId } = report;
  let known = report.kind === 'displayed';
  for (const id of [messageId, ...(report.kind === 'displayed' ? report.more : [])]) {
    const mail = id === undefined ? undefined : await log.get(account, id);
    if (id === undefined || mail?.direction !== 'out') continue;
    known = true;
    for (const event of reportEvents(report, incoming.author.address, id, mail))
      await environment.host.emit(account, event);
  }
  return known;
}

/** Reactions, other words for a message, its withdrawal: of messages that we know, by whom they belong to. */
async function takeChanges(context: EmailContext, incoming: Incoming): Promise<boolean> {
  const { user, mail, reading, origin } = incoming;
  const account = user.account.id;
  let taken = false;
  for (const change of reading.changes) {
    const about = await context.log.get(account, change.to);
    const event = about && changeEvent(change, incoming, about);
    if (!event) continue;
    await context.environment.host.emit(account, event);
    taken = true;
  }
  if (taken && origin.way === 'mailbox' && mail.messageId !== undefined)
    await user.mailbox?.markSeen([mail.messageId]);
  return taken;
}

/** The user's own mail coming back: by a list, as a copy to himself, from the Sent folder (S14). */
async function isEcho({ log }: EmailContext, incoming: Incoming): Promise<boolean> {
  const { user, mail, origin, fromOwn } = incoming;
  const sent = origin.folder?.use === 'sent';
  if (mail.messageId === undefined || !(fromOwn || sent)) return false;
  const known = await log.get(user.account.id, mail.messageId);
  // With a digest it was seen coming in, perhaps by another way; then its id says that it is the same.
  if (known?.direction !== 'out' || known.digest !== undefined) return false;
  if (!sent && origin.way === 'mailbox') await user.mailbox?.markSeen([mail.messageId]);
  return true;
}

async function isWanted(
  { conversations }: EmailContext,
  { user, origin, reading, author, byUser }: Incoming,
  route: Route,
  ancestor: Ancestor | undefined,
): Promise<boolean> {
  const account = user.account.id;
  const { show } = user.settings;
  const list = route.kind === 'room' && route.record.kind === 'list';
  const { written } = await conversations.get(account, route.id);
  const personal =
    written || list ? written : (await conversations.get(account, asContactId(author.address))).written;
  return isShown(show, {
    ...{ origin, byUser, list },
    bulk: reading.bulk,
    automatic: reading.automatic,
    listWanted: list && (written || route.record.wanted),
    answer: ancestor?.mail.direction === 'out',
    correspondent: personal,
  });
}

/**
 * More mails of one sender than anybody reads: the user is told once. What waits in his mailbox stays there; to the
 * gateway's own domain it may come again later.
 */
async function isFlood(context: EmailContext, incoming: Incoming, route: Route): Promise<boolean> {
  const { storms, environment, now, options } = context;
  const { user, author, origin, byUser } = incoming;
  if (byUser || (route.kind === 'room' && route.record.kind === 'list')) return false;
  const account = user.account.id;
  const flow = storms.count(`${account} ${author.address}`, receivedAt(incoming, now()));
  if (flow === 'fine') return false;
  if (flow === 'first-too-many') {
    const { stormMails: count, stormMinutes: minutes } = options.conversation;
    const args = { address: author.address, count, minutes };
    await environment.host.emit(account, { type: 'user-notice', text: { key: 'email-flood', args } });
  }
  if (origin.way === 'domain') throw floodError();
  return true;
}
