import type { ContactCard } from '../../../src/gateway/contact.js';
import type { InboundEvent } from '../../../src/gateway/event.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import type { Unsubscribe } from '../content/mailing-list.js';
import { baseSubject, sameSubject } from '../content/subject.js';
import type { EmailContext } from '../context.js';
import { asContactId, asRoomId } from '../ids.js';
import type { Mailbox } from '../mail/mail-address.js';
import { type Conversation, type MailRef, withMail } from './conversation-book.js';
import { contentDigest, madeUpId, suffixedId } from './digest.js';
import { sortFiles } from './file-policy.js';
import { type Incoming, receivedAs, receivedAt } from './incoming.js';
import type { LoggedMail } from './mail-log.js';
import { readMailto } from './mailto.js';
import { membersOf, mergedMembers, nickOf } from './members.js';
import { answersGoTo, leftRoom, remarksOf } from './remarks.js';
import type { Route } from './route.js';
import { shownName } from './shown-name.js';
import { type Ancestor, type Place, placeOf } from './threading.js';
import { type Shown, toDirectMessage, toRoomMessage } from './to-event.js';

/** Ancestors that are kept of a mail. */
const REFERENCES = 20;
/** Characters that are kept of a subject: with each mail all that is known of its conversation is written anew. */
const KEPT_SUBJECT = 500;

/** Takes a mail into its conversation; resolves when it is durable there. */
export async function deliver(
  context: EmailContext,
  incoming: Incoming,
  route: Route,
  ancestor: Ancestor | undefined,
): Promise<void> {
  const { conversations, environment, now, options } = context;
  const { recipient, mail, reading, byUser, origin } = incoming;
  const account = recipient.id;
  const conversation = await conversations.get(account, route.id);
  const digest = contentDigest(mail);
  const messageId = mail.messageId ?? madeUpId(digest);
  const place = placeOf(ancestor, route.id, messageId, mail);
  const about = mail.subject.slice(0, KEPT_SUBJECT).replace(/\p{Surrogate}$/u, '');
  const logged: LoggedMail = {
    conversation: route.id,
    direction: byUser ? 'out' : 'in',
    digest,
    thread: place.thread,
    subject: about,
    references: mail.references.slice(-REFERENCES),
    parts: 1,
    recipients: [],
  };
  const id = await claimId(context, account, messageId, logged);
  const subject =
    reading.subject !== '' && !sameSubject(conversation.subject ?? '', reading.subject)
      ? baseSubject(reading.subject)
      : undefined;
  const files = sortFiles(reading.content.attachments, options.conversation.refusedFiles);
  const leftId = leftRoom(route, ancestor);
  const left = leftId === undefined ? undefined : await context.rooms.get(account, asRoomId(leftId));
  const shown: Shown = {
    ...{ id, reading, place, subject, files: files.passed, own: byUser },
    remarks: [...remarksOf(incoming, route, conversation, left), ...files.remarks],
    time: origin.late ? receivedAt(incoming, now()) : undefined,
    inSequence: isLast(conversation, place),
  };
  const emit = (event: InboundEvent): Promise<void> => environment.host.emit(account, event);
  let current = conversation;
  if (route.kind === 'room') await deliverToRoom(context, incoming, route, shown, emit);
  else {
    const { card, avatar } = await cardOf(context, incoming, route.person, conversation);
    if (card) await emit({ type: 'contact-changed', contact: card });
    if (avatar !== undefined) current = { ...conversation, avatar };
    await emit(toDirectMessage(shown, route.person));
    if (conversation.threads.length === 0 && !byUser && origin.authenticity !== 'fail')
      await context.connections.heardFrom(account, route.person.address);
  }
  const { whole, folded } = reading.content;
  const isFolded = Object.keys(folded).length > 0;
  const references = [...logged.references];
  const ref: MailRef = { id: messageId, references, thread: place.thread, subject: about };
  await Promise.all([
    isFolded && context.folded.keep(account, route.id, { subject: about, text: whole }),
    conversations.put(account, after(incoming, route, withMail(current, ref), shown, messageId)),
  ]);
}

/** What the mail tells of its author that is new: name, picture, that he takes no answers (B18). */
async function cardOf(
  { faces }: EmailContext,
  { recipient, origin, reading, byUser }: Incoming,
  person: Mailbox,
  before: Conversation,
): Promise<{ readonly card?: ContactCard; readonly avatar?: string }> {
  if (byUser || origin.authenticity === 'fail') return {};
  const id = asContactId(person.address);
  const name = shownName(person);
  const picture = await faces.take(recipient.id, id, reading.chat?.picture ?? reading.content.avatar);
  const avatar = picture ?? before.avatar;
  const { noReply } = reading.nature;
  const renamed = before.name !== undefined && person.name !== undefined && before.name !== name;
  if (!renamed && avatar === before.avatar && noReply === (before.noReply ?? false)) return {};
  const card = { id, name, ...(avatar && { avatar }), ...(noReply && { noReply }) };
  return { card, ...(avatar !== undefined && { avatar }) };
}

/** The id that the core knows a mail by: its Message-ID, unless that is another mail's (F08). */
async function claimId(
  { log }: EmailContext,
  account: AccountId,
  messageId: string,
  mail: LoggedMail,
): Promise<string> {
  const { digest = '' } = mail;
  const known = await log.claim(account, messageId, mail);
  if (known === undefined || known.digest === digest) return messageId;
  const id = suffixedId(messageId, digest);
  await log.put(account, id, { ...mail, messageId });
  return id;
}

async function deliverToRoom(
  context: EmailContext,
  { recipient, author: sender, writer, byUser, own }: Incoming,
  { id, record: told }: Extract<Route, { kind: 'room' }>,
  shown: Shown,
  emit: (event: InboundEvent) => Promise<void>,
): Promise<void> {
  const account = recipient.id;
  const author = told.kind === 'list' ? writer : sender;
  // Another mail, or the user's coming in, may have changed it since the mail was read.
  const before = await context.rooms.get(account, id);
  const most = context.options.conversation.participants;
  const grown =
    told.kind === 'chat-group' ? told.members : mergedMembers(before?.members ?? [], told.members, most);
  const record = { ...told, members: [...grown], wanted: before?.wanted ?? told.wanted };
  await context.rooms.put(account, record);
  if (recipient.user?.rooms.has(id)) {
    const known = new Set(before?.members.map(({ address }) => address));
    for (const member of membersOf(record))
      if (!known.has(member.id) && !own.has(member.id))
        await emit({ type: 'member-joined', room: id, member });
    const present = new Set(record.members.map(({ address }) => address));
    for (const member of membersOf({ members: before?.members ?? [] }))
      if (!present.has(member.id) && record.kind === 'chat-group')
        await emit({ type: 'member-left', room: id, member: member.id, cause: 'left' });
    if (shown.subject !== undefined)
      await emit({
        type: 'subject-changed',
        room: id,
        subject: { text: shown.subject, by: shownName(author) },
      });
  }
  const nick = byUser ? shownName(author) : nickOf(record, author);
  await emit(toRoomMessage(shown, { id, name: record.name }, { address: author.address, nick }));
}

/** The conversation as it is with the mail in it. */
function after(
  incoming: Incoming,
  route: Route,
  conversation: Conversation,
  { id, subject }: Shown,
  messageId: string,
): Conversation {
  const { reading, byUser, origin, author } = incoming;
  const { answerTo: _, ...rest } = conversation;
  const from = byUser ? author.address : receivedAs(incoming);
  const common = {
    ...rest,
    ...(subject !== undefined && { subject }),
    ...(from !== undefined && { from }),
  };
  if (byUser) {
    const { nextSubject: _said, ...without } = common;
    return { ...without, ...(conversation.answerTo && { answerTo: conversation.answerTo }), written: true };
  }
  const answerTo = answersGoTo(incoming, route);
  const { receiptTo } = reading.chat ?? {};
  const { noReply, unsubscribe } = reading.nature;
  const unread = {
    id,
    ...(id !== messageId && { messageId }),
    ...(receiptTo !== undefined && { receiptTo }),
  };
  const seenElsewhere = origin.way !== 'mailbox' && receiptTo === undefined;
  return {
    ...common,
    ...(route.kind === 'person' &&
      route.person.name !== undefined &&
      origin.authenticity !== 'fail' && { name: shownName(route.person) }),
    ...(answerTo !== undefined && { answerTo: [...answerTo] }),
    // In somebody's name another could have the user write wherever he likes.
    ...(unsubscribe && origin.authenticity !== 'fail' && { unsubscribe: waysOut(unsubscribe) }),
    noReply,
    chat: reading.chat?.compatible === true,
    unseen: seenElsewhere ? rest.unseen : [...rest.unseen.filter((one) => one.id !== id), unread],
  };
}

/** The ways out that need nobody to look at a page. */
function waysOut({ mailto, web, oneClick }: Unsubscribe): NonNullable<Conversation['unsubscribe']> {
  const mail = mailto === undefined ? undefined : readMailto(mailto);
  return {
    ...(oneClick && web !== undefined && { post: web }),
    ...(mail && { mail }),
  };
}

/** Whether the message that is answered is the last one of the conversation. */
function isLast({ threads }: Conversation, { answered }: Place): boolean {
  const last = threads.at(-1);
  return last !== undefined && (answered?.id.startsWith(last.id) ?? false);
}
