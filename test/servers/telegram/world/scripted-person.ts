import { Api } from 'telegram';
import { header } from '../api/forwards.js';
import { acceptLogin } from '../api/qr.js';
import type { TelegramServer } from '../telegram-server.js';
import type { Box, BoxMessage } from './box.js';
import { edit, pin, react, remove } from './changes.js';
import { addPhoto, type NewPhoto } from './files.js';
import { topOf } from './message-view.js';
import { long, nameOf, type Place, personPeer } from './peers.js';
import { block, contact, deleteAccount, mute, picture, rename, setStatus } from './people.js';
import { type Posted, post, tell, type Words } from './posting.js';
import { heardIn, read } from './reading.js';
import { ScriptedMember } from './scripted-member.js';
import { GENERAL } from './topics.js';
import { vote } from './voting.js';
import type { Person, PressAnswer, Topic } from './world.js';

/** Somebody, or a group, by script or as the world has it. */
export type Where = Place | ScriptedPerson;

/** A message by how it was posted, or as somebody has heard it. */
export type Said = Pick<Posted, 'message'>;

/** What is said: words, or media (see {@link Samples}), or both. */
export type Saying = string | Words;

/**
 * A person whose doings a test writes down: everything happens at once, and everybody's clients are told. What he
 * says is not checked as the words of clients are: hostile values are possible on purpose.
 */
export class ScriptedPerson {
  /** In groups and channels. */
  readonly as: ScriptedMember;

  constructor(
    private readonly server: TelegramServer,
    readonly person: Person,
  ) {
    this.as = new ScriptedMember(server, person);
  }

  get id(): number {
    return this.person.id;
  }

  says(saying: Saying, to: Where, more: Words = {}): Posted {
    const words = typeof saying === 'string' ? { text: saying } : saying;
    return post(this.server, this.person, placeOf(to), { ...words, ...more });
  }

  /** Says something in a topic of a forum. */
  saysIn({ id }: Topic, saying: Saying, forum: Where): Posted {
    const replyTo = new Api.MessageReplyHeader({ replyToMsgId: id, forumTopic: true });
    return this.says(saying, forum, id === GENERAL ? {} : { replyTo, answers: id, topic: id });
  }

  /** Answers a message; `quote` is a part of it. */
  answers(said: Said, saying: Saying, to: Where, quote?: string): Posted {
    const message = this.#own(said);
    const { topic, replyTo: above } = message;
    const thread = above instanceof Api.MessageReplyHeader ? topOf(above) : undefined;
    const replyTo = new Api.MessageReplyHeader({
      replyToMsgId: message.id,
      ...(message.peer instanceof Api.PeerChannel &&
        topic === undefined &&
        thread !== undefined && { replyToTopId: thread }),
      ...(topic !== undefined && { forumTopic: true, ...(topic !== message.id && { replyToTopId: topic }) }),
      ...(quote !== undefined && { quote: true, quoteText: quote }),
    });
    const mentions = message.author === this.person ? [] : [message.author];
    const more = { replyTo, answers: message.id, mentions, ...(topic !== undefined && { topic }) };
    return this.says(saying, to, more);
  }

  /** Several files as one; the words are under the first. */
  sendsAlbum(files: readonly Words[], to: Where, text = ''): readonly Posted[] {
    const groupedId = BigInt(Date.now()) * 1_000n + BigInt(this.person.box.pts);
    return files.map((file, index) => this.says({ ...file, ...(index === 0 && { text }), groupedId }, to));
  }

  edits(said: Said, text: string, entities: readonly Api.TypeMessageEntity[] = []): void {
    edit(this.server, this.#box(said), this.#own(said), { text, entities }, this.person);
  }

  deletes(said: Said, everywhere = true): void {
    remove(this.server, this.#box(said), [this.#own(said)], everywhere, this.person);
  }

  /** All his reactions to it: none take them back. Custom emojis by their number. */
  reacts(said: Said, ...reactions: readonly (string | bigint)[]): void {
    const chosen = reactions.map((one) =>
      typeof one === 'string'
        ? new Api.ReactionEmoji({ emoticon: one })
        : new Api.ReactionCustomEmoji({ documentId: long(one) }),
    );
    react(this.server, this.#box(said), this.#own(said), this.person, chosen);
  }

  forwards(said: Said, from: Where, to: Where): Posted {
    const message = this.#own(said);
    const { text, entities, media, poll } = message;
    return this.says(
      {
        ...{ text, entities, forward: header(message, placeOf(from), this.server.seconds()) },
        ...(media && { media }),
        ...(poll && { poll }),
      },
      to,
    );
  }

  pins(said: Said, pinned = true): void {
    pin(this.server, this.#box(said), this.#own(said), pinned, this.person);
  }

  votes(said: Said, ...answers: readonly number[]): void {
    const { poll } = said.message;
    if (!poll) throw new Error('this is no poll');
    const options = answers.flatMap((index) => poll.poll.answers[index]?.option ?? []);
    vote(this.server, this.person, poll, options.map(Buffer.from));
  }

  /** Reads everything there, or up to a message as he has it. */
  reads(where: Where, upTo?: number): void {
    const place = placeOf(where);
    const newest = heardIn(place, this.person)[0]?.id ?? 0;
    read(this.server, this.person, place, upTo ?? newest);
  }

  types(where: Where, action: Api.TypeSendMessageAction = new Api.SendMessageTypingAction()): void {
    const place = placeOf(where);
    const fromId = personPeer(this.person);
    const { userId } = fromId;
    if (place.kind === 'person') tell(this.server, place, [new Api.UpdateUserTyping({ userId, action })]);
    else this.as.types(place, action);
  }

  /** A call that is over, as it stands in the chat. */
  calls(
    other: Where,
    { video = false, seconds, missed = false }: { video?: boolean; seconds?: number; missed?: boolean } = {},
  ): Posted {
    const reason = missed ? new Api.PhoneCallDiscardReasonMissed() : new Api.PhoneCallDiscardReasonHangup();
    const action = new Api.MessageActionPhoneCall({
      ...{ video, reason, callId: personPeer(this.person).userId },
      ...(seconds !== undefined && { duration: seconds }),
    });
    return this.says({ action }, other);
  }

  /** Until then, UTC seconds; by default for five minutes. */
  comesOnline(until = this.server.seconds() + 300): void {
    setStatus(this.server, this.person, { online: true, at: until });
  }

  goesOffline(at = this.server.seconds()): void {
    setStatus(this.server, this.person, { online: false, at });
  }

  hidesStatus(): void {
    setStatus(this.server, this.person, 'recently');
  }

  renames(names: Partial<Pick<Person, 'firstName' | 'lastName' | 'username'>>): void {
    rename(this.server, this.person, names);
  }

  changesPicture(photo: NewPhoto | undefined): void {
    picture(this.server, this.person, photo && addPhoto(this.server.world, photo));
  }

  /** Wants to hear nothing of a conversation, or does so again. */
  mutes(where: Where, muted = true): void {
    mute(this.server, this.person, placeOf(where), muted);
  }

  deletesAccount(): void {
    deleteAccount(this.server, this.person);
  }

  blocks(other: ScriptedPerson, blocked = true): void {
    block(this.server, this.person, other.person, blocked);
  }

  /** Has somebody among his contacts, by names of his own. */
  knows(other: ScriptedPerson, firstName = other.person.firstName, lastName = ''): void {
    contact(this.server, this.person, other.person, { firstName, lastName });
  }

  /** Has somebody among his contacts no more. */
  forgets(other: ScriptedPerson): void {
    contact(this.server, this.person, other.person, undefined);
  }

  /** Takes the link of a QR code from another device of his. */
  scans(link: string): void {
    const token = new URL(link).searchParams.get('token') ?? '';
    acceptLogin(this.server, this.person, Buffer.from(token, 'base64url'));
  }

  /** Of a bot: what its buttons say. */
  answersButtons(answer: (data: string, by: Person) => PressAnswer | undefined): void {
    this.person.pressed = ({ data, by }) => answer(data.toString(), by);
  }

  /** Ends a client of his from another device: the last one that logged in. */
  endsSession(): void {
    const mine = [...this.server.world.authorisations.values()].filter(
      ({ person, files }) => person === this.person && files === undefined,
    );
    const last = mine.at(-1);
    if (last) this.server.revoke(last);
  }

  /** The newest message that he has from there. */
  heard(where: Where): BoxMessage | undefined {
    return heardIn(placeOf(where), this.person)[0];
  }

  #box({ message }: Said): Box {
    const { peer } = message;
    if (!(peer instanceof Api.PeerChannel)) return this.person.box;
    const channel = this.server.world.channels.get(peer.channelId.toJSNumber());
    if (!channel) throw new Error(`${nameOf(peer)} is not there`);
    return channel.box;
  }

  /** A message as he has it. */
  #own({ message }: Said): BoxMessage {
    if (message.peer instanceof Api.PeerChannel || message.author === this.person) return message;
    // As `heard` gives it.
    if (this.person.box.messages.get(message.id) === message) return message;
    const own = this.person.box.messages.get(message.copies.get(this.person) ?? 0);
    if (!own) throw new Error(`${this.person.firstName} does not have that message`);
    return own;
  }
}

function placeOf(where: Where): Place {
  return where instanceof ScriptedPerson ? where.person : where;
}
