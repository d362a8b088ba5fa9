import type { Address } from '../../gateway/address.js';
import type { ConversationKey, MessageRecord } from '../../store/message-store.js';
import { JidMalformedError, parseJid } from '../../xmpp/jid.js';
import { unescapeLocal } from '../../xmpp/jid-escaping.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { keyOf } from './peer.js';

/**
 * The message that a person means: by an id of it, in XMPP or on the network, or the last one to or from a contact, or
 * the last of all when he says nothing.
 */
export async function findMessage(
  context: DomainContext,
  account: Account,
  input: string,
): Promise<MessageRecord | undefined> {
  const { messages } = context.store;
  const key = account.record.id;
  const words = input.trim();
  const last = async (within?: ConversationKey) => (await messages.recent(key, 1, within))[0];
  if (words === '') return last();
  const own = await messages.byId(words);
  if (own?.account === key) return own;
  const known = (await messages.byXmppId(key, words)) ?? (await messages.byNetworkId(key, words));
  if (known) return known;
  const address = addressOf(context, account, words);
  return address && address.kind !== 'place' ? last(keyOf(address)) : undefined;
}

function addressOf(
  { gateway, options }: DomainContext,
  account: Account,
  words: string,
): Address | undefined {
  try {
    const { local, domain } = parseJid(words);
    if (domain === options.domain) return gateway.addresses.parse(unescapeLocal(local));
  } catch (error) {
    if (!(error instanceof JidMalformedError)) throw error;
  }
  return gateway.addresses.parseInput(words, account.view());
}
