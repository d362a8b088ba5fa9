import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../../src/gateway/error.js';
import type { ContactId, NetworkMessageId, RoomId } from '../../../src/gateway/ids.js';
import type { OutboundMessage, Target } from '../../../src/gateway/message.js';
import type { Acceptance } from '../../../src/gateway/session.js';
import { chatHeaders } from '../content/chat-mail.js';
import { baseSubject } from '../content/subject.js';
import type { EmailContext } from '../context.js';
import { asContactId } from '../ids.js';
import type { Draft } from '../mail/draft.js';
import { domainOf, type Mailbox } from '../mail/mail-address.js';
import type { RawMail } from '../mail/raw-mail.js';
import { composeMail } from '../outbound/compose-mail.js';
import type { MailSent } from '../outbound/sender.js';
import { answeredMail } from './answered-mail.js';
import {
  ancestorsWith,
  type Conversation,
  type ConversationId,
  isRoom,
  type MailRef,
  withMail,
} from './conversation-book.js';
import { digestOf } from './digest.js';
import { correctionText, withdrawalText } from './follow-up.js';
import { type LoggedMail, messageIdOf, partIds } from './mail-log.js';
import type { MailUser } from './mail-user.js';
import { mailTextOf } from './message-text.js';
import { type Recipients, toPerson, toRoom } from './recipients.js';
import type { RoomRecord } from './room-book.js';
import { headersFor, newSubject, toDraft } from './to-draft.js';
import { chooseWay, type Way } from './way.js';

/** Before the new words of a message in chat mail. */
const EDITED = '✏️';

/** A mail about an earlier one. */
interface FollowUp {
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is sent to a conversation, and from where. */
interface Outward {
  readonly id: ConversationId;
  readonly conversation: Conversation;
  readonly room: RoomRecord | undefined;
  readonly recipients: Recipients;
  readonly way: Way;
  readonly from: Mailbox;
}

/** Makes mails of what a user writes, and hands them in. */
export class Post {
  constructor(
    private readonly context: EmailContext,
    private readonly user: MailUser,
  ) {}

  /** Sends messages as one mail; one id for each. Rejects with GatewayError. */
  send(target: Target, messages: readonly OutboundMessage[]): Promise<Acceptance> {
    const id = conversationOf(target);
    return this.#inTurn(id, () => this.#send(id, messages));
  }

  /** Tells a chat group, and whom it is about, of a change of its members. Rejects with GatewayError. */
  announce(room: RoomId, change: { readonly added: string } | { readonly removed: string }): Promise<void> {
    return this.#inTurn(room, async () => {
      const outward = await this.#outward(room);
      const { recipients, from, conversation } = outward;
      const [[verb, about] = ['', '']] = Object.entries(change);
      const known = recipients.to.some(({ address }) => address === about);
      const to = known ? recipients.to : [...recipients.to, { address: about }];
      await this.#sendDraft(
        { ...outward, recipients: { to, cc: recipients.cc } },
        {
          ...{ messageId: this.#newId(from), from, to, attachments: [], date: this.context.now() },
          // The words of chat mail; its programs show their own.
          text: `Member ${about} ${verb}.`,
          subject: outward.room?.name ?? '',
          headers: headersFor(conversation, outward.room, from, change),
        },
        undefined,
        1,
      );
    });
  }

  /** Other words for an earlier mail of the user: a mail that says so. Rejects with GatewayError. */
  correct(target: Target, message: NetworkMessageId, text: string): Promise<void> {
    return this.#followUp(target, messageIdOf(message), ({ chat }) =>
      chat
        ? // As other programs show it (`content/chat-mail.ts`).
          { text: `${EDITED}${text}`, headers: chatHeaders({ edits: messageIdOf(message) }) }
        : { text: correctionText(text, this.user.account.language) },
    );
  }

  /** Takes an earlier mail of the user back, by a mail that says so. Rejects with GatewayError. */
  withdraw(target: Target, message: NetworkMessageId): Promise<void> {
    const text = withdrawalText(this.user.account.language);
    return this.#followUp(target, messageIdOf(message), () => ({ text }));
  }

  /**
   * A mail that no person has written (RFC 3834): kept in no conversation, in no folder. It goes to the person himself,
   * wherever he wants answers, so that nobody has it sent to others. Rejects with GatewayError.
   */
  async automatic(
    person: ContactId,
    about: { readonly subject: string; readonly text: string; readonly answered?: MailRef },
  ): Promise<void> {
    const { from, way } = await this.#outward(person);
    const recipients: Recipients = { to: [{ address: person }], cc: [] };
    const { subject, text, answered } = about;
    const draft: Draft = {
      ...{ messageId: this.#newId(from), from, to: recipients.to, subject, text, attachments: [] },
      ...(answered && { inReplyTo: answered.id, references: ancestorsWith(answered) }),
      date: this.context.now(),
      automatic: true,
    };
    const raw = await composeMail(draft, this.context.spool);
    await this.#handIn(way, draft.messageId, recipients, raw, 'automatic');
  }

  /** Leaves a list by a mail, from the address that it writes to (RFC 2369 §3.2). Rejects with GatewayError. */
  async unsubscribe(
    { address, subject, text }: { readonly address: string; readonly subject: string; readonly text: string },
    own: string | undefined,
  ): Promise<void> {
    await this.user.ready;
    const { ways, settings } = this.user;
    const way = chooseWay(ways, own, settings.sendFrom);
    if (way === undefined) throw new GatewayError('registered-only', { key: 'email-no-way' });
    const from = { address: way.address };
    const to = [{ address }];
    const draft: Draft = {
      ...{ messageId: this.#newId(from), from, to, subject, text, attachments: [] },
      date: this.context.now(),
    };
    const raw = await composeMail(draft, this.context.spool);
    await this.#handIn(way, draft.messageId, { to, cc: [] }, raw, 'personal');
  }

  /** A report as it is, which nothing answers. */
  async handInReport(from: string, to: string, messageId: string, raw: RawMail): Promise<void> {
    const way = chooseWay(this.user.ways, from, undefined);
    if (way === undefined) await raw.remove();
    else await this.#handIn(way, messageId, { to: [{ address: to }], cc: [] }, raw, 'automatic');
  }

  #followUp(
    target: Target,
    answered: string,
    mailFor: (conversation: Conversation) => FollowUp,
  ): Promise<void> {
    const id = conversationOf(target);
    return this.#inTurn(id, async () => {
      const mail = await this.context.log.get(this.user.account.id, answered);
      if (mail === undefined || mail.conversation !== id)
        throw new GatewayError('not-found', { key: 'email-unknown-mail' });
      const { conversation } = await this.#outward(id);
      const { text, headers } = mailFor(conversation);
      await this.#send(id, [{ text }], { id: answered, ...mail }, headers);
    });
  }

  #inTurn<T>(id: ConversationId, work: () => Promise<T>): Promise<T> {
    return this.context.turns.run(`${this.user.account.id} ${id}`, work);
  }

  async #outward(id: ConversationId): Promise<Outward> {
    await this.user.ready;
    const { conversations, rooms } = this.context;
    const { account, settings, ways } = this.user;
    const conversation = await conversations.get(account.id, id);
    const room = isRoom(id) ? await rooms.get(account.id, id) : undefined;
    const recipients = recipientsOf(id, conversation, room);
    const way = chooseWay(ways, room?.self ?? conversation.from, settings.sendFrom);
    if (way === undefined) throw new GatewayError('registered-only', { key: 'email-no-way' });
    const { name } = settings;
    const from = { address: way.address, ...(name !== undefined && { name }) };
    return { id, conversation, room, recipients, way, from };
  }

  async #send(
    id: ConversationId,
    messages: readonly OutboundMessage[],
    about?: MailRef,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Acceptance> {
    const outward = await this.#outward(id);
    const { conversation, room, recipients, from } = outward;
    const { conversations, log, now } = this.context;
    const { account, settings } = this.user;
    const text = mailTextOf(messages, from.name ?? from.address);
    const subject = newSubject(text, conversation);
    if (text.text.trim() === '' && !messages.some(hasFiles)) {
      // A line `Subject: …` and nothing else is for the mail to come.
      if (subject !== undefined)
        await conversations.put(account.id, { ...conversation, nextSubject: subject });
      return { ids: [], note: { key: 'email-subject-noted', args: { subject: text.subject ?? '' } } };
    }
    const [first] = messages;
    const answered =
      about ?? (await answeredMail(log, account.id, conversation, first ?? {}, subject !== undefined));
    const messageId = first?.key === undefined ? this.#newId(from) : `${first.key}@${domainOf(from.address)}`;
    const draft = toDraft({
      ...{ messageId, from, recipients, messages, text, conversation, room, answered },
      html: settings.html,
      now: now(),
      headers,
    });
    const thread = answered?.thread ?? first?.thread;
    const sent = await this.#sendDraft(outward, draft, thread, messages.length);
    const refused = sent.refused.map(({ address, answer }) => `${address} (${answer})`).join(', ');
    return {
      ids: partIds(messageId, messages.length),
      ...(refused !== '' && { note: { key: 'email-some-refused', args: { refused } } }),
    };
  }

  async #sendDraft(
    { id, conversation, recipients, way }: Outward,
    draft: Draft,
    thread: string | undefined,
    parts: number,
  ): Promise<MailSent> {
    const { log, spool } = this.context;
    const { messageId, subject, references = [] } = draft;
    const mail: LoggedMail = {
      ...{ conversation: id, direction: 'out', thread: thread ?? digestOf(messageId), subject, parts },
      references: [...references],
      recipients: [...recipients.to, ...recipients.cc].map(({ address }) => address),
    };
    // Before it goes out: its copy, or a report on it, may be back before the server's answer is.
    await log.put(this.user.account.id, messageId, mail);
    const raw = await composeMail(draft, spool);
    const sent = await this.#handIn(way, messageId, recipients, raw, 'personal');
    await this.#remember(way, conversation, messageId, mail);
    return sent;
  }

  /** Hands a mail in and keeps a copy where the user keeps such; forgets it then. */
  async #handIn(
    way: Way,
    messageId: string,
    { to, cc }: Recipients,
    raw: RawMail,
    kind: 'personal' | 'automatic',
  ): Promise<MailSent> {
    try {
      const from = kind === 'personal' ? await way.returnPath(messageId) : nobody(way);
      const recipients = [...to, ...cc].map(({ address }) => address);
      const wishes = { id: messageId, success: way.reports && kind === 'personal' };
      const sent = await way.sender.send({ from, to: recipients }, raw, wishes);
      // That the copy could not be kept is no reason to tell the user that his mail failed.
      if (kind === 'personal')
        await way.file?.(messageId, raw).catch((error: unknown) => {
          this.context.environment.log.warn({ err: error }, 'a sent mail could not be filed');
        });
      return sent;
    } finally {
      await raw.remove();
    }
  }

  async #remember(
    way: Way,
    conversation: Conversation,
    messageId: string,
    { thread, subject, references }: LoggedMail,
  ): Promise<void> {
    const { conversations, environment } = this.context;
    const { account, settings, mailbox } = this.user;
    const ref = { id: messageId, thread, subject, references };
    const { nextSubject: _used, unseen, ...rest } = withMail(conversation, ref);
    const seen = settings.seenByReply && mailbox !== undefined;
    try {
      await conversations.put(account.id, {
        ...rest,
        unseen: seen ? [] : unseen,
        subject: baseSubject(subject),
        from: way.address,
        written: true,
      });
      if (seen && unseen.length > 0)
        await mailbox?.markSeen(unseen.map(({ id, messageId: other }) => other ?? id));
    } catch (error) {
      // The mail is on its way, whatever is not known of it later.
      environment.log.warn({ err: error }, 'what was sent could not be remembered');
    }
  }

  #newId({ address }: Mailbox): string {
    return `${randomUUID()}@${domainOf(address)}`;
  }
}

/** Who is told of what a program has sent: nobody (RFC 5321 §4.5.5); but servers of others take mail of their users only. */
function nobody({ kind, address }: Way): string {
  return kind === 'domain' ? '' : address;
}

function conversationOf(target: Target): ConversationId {
  if (target.kind === 'contact' || target.kind === 'room') return target.id;
  if (target.kind === 'member') return asContactId(target.member);
  throw new GatewayError('unsupported', { key: 'email-people-and-rooms-only' });
}

function recipientsOf(
  id: ConversationId,
  conversation: Conversation,
  room: RoomRecord | undefined,
): Recipients {
  if (!isRoom(id)) return toPerson(conversation);
  if (room === undefined) throw new GatewayError('not-found', { key: 'email-unknown-room' });
  const recipients = toRoom(room);
  if (recipients.to.length === 0) throw new GatewayError('forbidden', { key: 'email-closed-list' });
  return recipients;
}

function hasFiles({ attachments = [] }: OutboundMessage): boolean {
  return attachments.length > 0;
}
