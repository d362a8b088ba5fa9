import type { DirectMessage } from '../../../src/gateway/event.js';
import type { AccountId, ContactId, NetworkMessageId } from '../../../src/gateway/ids.js';
import { displayOf, isDialable, kindOf } from '../address.js';
import type { CarrierInbound } from '../carrier/carrier.js';
import type { CarrierLine } from '../carrier/line.js';
import type { SmsContext } from '../context.js';
import { asContactId } from '../ids.js';
import { type Region, toContact } from '../number.js';
import { keywordOf } from '../policy/keywords.js';

/** Who a text is from. */
interface Sender {
  readonly id: ContactId;
  /** Display name. */
  readonly name: string;
}

/** Stands for everybody who withholds his number (3GPP TS 23.040 §9.1.2.5); nobody can answer him. */
const WITHHELD: Sender = { id: asContactId('anonymous'), name: 'Anonymous' };

/** `raw`: as the carrier writes it. A name is shown as it was written; addresses have it in lower case. */
export function senderOf(raw: string, region: Region): Sender {
  const id = toContact(raw, region);
  if (id === undefined) return WITHHELD;
  return { id, name: kindOf(id) === 'name' ? raw.trim() : displayOf(id) };
}

/** A text from somebody as the core takes it. */
export function toDirectMessage(
  { text, time, attachments }: CarrierInbound,
  { id: from, name }: Sender,
  id: NetworkMessageId,
): DirectMessage {
  return {
    type: 'direct-message',
    from,
    nick: name,
    text,
    style: 'text',
    id,
    ...(time !== undefined && { time }),
    ...(attachments !== undefined && attachments.length > 0 && { attachments }),
    // Who has no number to answer to is a program.
    ...(kindOf(from) !== 'number' && { automatic: true }),
  };
}

/**
 * Takes a text that came in over one of the operator's carriers to whom it is for. Resolves when it is durable, or
 * when nobody here can have it: then bringing it again would change nothing.
 */
export async function receive(
  context: SmsContext,
  line: CarrierLine,
  message: CarrierInbound,
): Promise<void> {
  const { log } = context.environment;
  const sender = senderOf(message.from, context.region);
  const from = sender.id;
  const number = toContact(message.to, context.region);
  if (number === undefined) {
    log.warn({ carrier: line.name }, 'a text to an impossible number was dropped');
    return;
  }
  const listed = context.options.numbers.find((entry) => entry.number === number);
  const operators = listed !== undefined;
  const account = listed?.shared
    ? await context.conversations.ownerOf(number, from)
    : await context.numbers.ownerOf(number);
  const said = { number, from, text: message.text };
  if (operators) await honour(context, said);
  else if (account !== undefined) await honour(context, { ...said, owner: account });
  if (account === undefined) {
    log.warn({ carrier: line.name, number }, 'a text to a number that nobody has was dropped');
    return;
  }
  await deliver(context, account, from, toDirectMessage(message, sender, line.idOf(message.id)));
}

/** Hands a text to its account, with a word about senders that take no answer (B18). */
export async function deliver(
  { environment: { host }, outgoing }: SmsContext,
  account: AccountId,
  from: ContactId,
  message: DirectMessage,
): Promise<void> {
  if (!isDialable(from)) {
    const contact = { id: from, name: message.nick, noReply: true };
    await host.emit(account, { type: 'contact-changed', contact });
  } else await outgoing.know(account, from);
  await host.emit(account, message);
}

/** What somebody wrote to a number. */
interface Said {
  readonly number: string;
  readonly from: ContactId;
  readonly text: string;
  /** Whose own the number is; undefined for the operator's numbers. */
  readonly owner?: AccountId;
}

/** STOP ends all that goes from this number to this person, START lets it begin again. */
export async function honour(
  { optOuts, options }: SmsContext,
  { number, from, text, owner }: Said,
): Promise<void> {
  const keyword = keywordOf(text, options.keywords);
  if (keyword === 'stop') await optOuts.add(number, from, owner);
  else if (keyword === 'start') await optOuts.remove(number, from);
}
