import { GatewayError } from '../../gateway/error.js';
import type { NetworkMessageId } from '../../gateway/ids.js';
import type { Text } from '../../gateway/text.js';
import type { MessageRecord } from '../../store/message-store.js';
import type { RoomTrace } from '../../store/store.js';
import { StanzaError, type StanzaErrorCondition } from '../../xmpp/stanza-error.js';
import { lastOccupantId } from '../../xmpp/xep/0045-muc/render.js';
import type { Account } from '../account/account.js';
import type { Outbox } from '../delivery/outbox.js';
import type { DomainContext } from '../domain.js';
import { idsOfEdit, idsOfRetraction } from './change-marks.js';
import { type KnownReactions, SELF } from './known-reactions.js';
import { idsOf, type Letter, type Placed, toOutbound } from './letter.js';
import { type MessageIds, referenceTo } from './message-ids.js';
import type { MessageSender } from './message-sender.js';
import { reactionProblem } from './reaction-rules.js';
import { tombstones } from './tombstones.js';

/** Ends of a message that the network never had. */
const NEVER_SENT: ReadonlySet<MessageRecord['state']> = new Set(['cancelled', 'expired', 'failed']);

/** What users do to messages that are there already. Everything rejects with StanzaError or GatewayError. */
export class MessageChanges {
  constructor(
    private readonly context: DomainContext,
    private readonly outbox: Outbox,
    private readonly ids: MessageIds,
    private readonly sender: MessageSender,
    /** Where rooms are the user's own. */
    private readonly known?: KnownReactions,
  ) {}

  /** Whether it takes time before the message can be sent: then nothing may overtake. */
  takesTime({ message, session }: Letter): boolean {
    if (message.retracts !== undefined) return this.#stored || session.retractions !== undefined;
    if (message.reactions !== undefined) return session.reactions !== undefined;
    if (message.corrects !== undefined) return this.#stored || session.edits !== undefined;
    if (message.files.length > 0 && session.media && !this.#stored) return true;
    return message.reply !== undefined && session.replies === true;
  }

  /** The text stands for an earlier one (F16): an edit where the network has them, else said in words. */
  correct(letter: Letter, id: string): Promise<void> | undefined {
    if (letter.session.edits || this.#stored) return this.#correct(letter, id);
    return this.sender.say(letter, { corrects: true });
  }

  async #correct(letter: Letter, id: string): Promise<void> {
    const { account, peer, session, message } = letter;
    let record = await this.ids.named(account, peer, id);
    if (record?.state === 'sending' && session.edits) {
      // The network has it perhaps, and its name for it is still on the way.
      await this.outbox.settled(account, peer);
      record = await this.ids.named(account, peer, id);
    }
    if (record?.direction === 'in') throw this.#error(account, 'forbidden', { key: 'error-not-yours' });
    // What waits gets its new words in its place.
    if (record?.state === 'waiting' && (await this.sender.revise(letter, record.id)))
      return this.#noteEdit(letter, record);
    // What never went out is said anew; it is still known by its first id.
    if (record && (await this.#withdrawn(account, record)))
      return this.sender.say(letter, {}, record.xmppIds);
    const { edits } = session;
    if (!edits) return this.sender.say(letter, { corrects: true });
    const networkId = record && referenceTo(record)?.id;
    // A message that the network has split cannot be changed as one.
    if (!record || networkId === undefined || record.networkIds.length > 1) {
      const { text } = toOutbound(message);
      const marked = this.context.translator.say(
        { key: 'message-corrected', args: { text } },
        account.language,
      );
      return this.sender.say({ ...letter, message: { ...message, text: marked, action: false } });
    }
    await edits.edit(peer, networkId, toOutbound(message));
    await this.#noteEdit(letter, record);
  }

  /** The client's ids of it, and in a room the room's, with its place there. */
  async #noteEdit(letter: Letter, record: MessageRecord): Promise<void> {
    const { place } = letter;
    if (!place) return this.ids.change(record, { addXmppIds: idsOf(letter) });
    const { text = '' } = letter.message;
    await place.take(async ({ id, trace }) => {
      const known = idsOfEdit(this.context.options.occupantKey, id, text);
      await this.ids.change(record, { addXmppIds: [...idsOf(letter), ...known], ...(trace && { trace }) });
    });
  }

  /** Takes a message back (F18), or says that this network cannot. */
  async retract(letter: Letter, id: string): Promise<void> {
    const { account, peer, session } = letter;
    const { retractions } = session;
    if (!retractions && !this.#stored) throw this.#cannotRetract();
    const record = await this.ids.named(account, peer, id);
    if (!record) throw this.#unknown(account);
    if (record.direction === 'in') throw this.#error(account, 'forbidden', { key: 'error-not-yours' });
    if (await this.#withdrawn(account, record)) return this.#noteRetraction(letter, record);
    if (!retractions) throw this.#cannotRetract();
    if (record.state === 'sending')
      throw this.#error(account, 'unexpected-request', { key: 'error-being-sent' });
    if (record.networkIds.length === 0) throw this.#unknown(account);
    for (const networkId of record.networkIds) await retractions.retract(peer, networkId as NetworkMessageId);
    await this.#noteRetraction(letter, record);
  }

  /** In a room its words go with it. */
  async #noteRetraction({ place }: Letter, record: MessageRecord): Promise<void> {
    await place?.take(async ({ id, trace }) => {
      await this.ids.change(record, {
        addXmppIds: idsOfRetraction(id),
        ...(trace && { trace: buried(record, trace) }),
      });
    });
  }

  /** Sets all the user's reactions to a message (F19). */
  async react({ account, peer, session }: Letter, id: string, emojis: readonly string[]): Promise<void> {
    const { reactions } = session;
    if (!reactions) throw this.#error(account, 'feature-not-implemented', { key: 'error-no-reactions' });
    const problem = reactionProblem(reactions.limits?.(peer) ?? reactions, emojis);
    if (problem) throw this.#error(account, 'not-acceptable', problem);
    const record = await this.ids.named(account, peer, id);
    const reference = record && referenceTo(record);
    if (!record || !reference) throw this.#unknown(account);
    await reactions.react(peer, reference, emojis);
    this.known?.note(record, SELF, emojis);
  }

  get #stored(): boolean {
    return this.context.gateway.messaging === 'stored';
  }

  /** True when the network does not have the message and will not get it. */
  async #withdrawn(account: Account, record: MessageRecord): Promise<boolean> {
    if (NEVER_SENT.has(record.state)) return true;
    return record.state === 'waiting' && (await this.outbox.cancel(account, record.id));
  }

  #unknown(account: Account): StanzaError {
    return this.#error(account, 'item-not-found', { key: 'error-message-unknown' });
  }

  #cannotRetract(): GatewayError {
    return new GatewayError('unsupported', { key: 'error-no-retract' });
  }

  #error(account: Account, condition: StanzaErrorCondition, text: Text): StanzaError {
    const said = this.context.translator.say(text, account.language);
    return new StanzaError(condition, { text: said, lang: account.language });
  }
}

/** The retraction in its room, with a tombstone for what it takes back. */
function buried(record: MessageRecord, trace: NonNullable<Placed['trace']>): RoomTrace {
  const [retraction] = trace.entries;
  if (!retraction) return trace;
  const { messageId, time, payload } = retraction;
  const rewritten = tombstones(record, lastOccupantId(payload), { retraction: messageId, time });
  return { ...trace, rewritten };
}
