import type { Text } from '../../gateway/text.js';
import type { XmlElement } from '../../xmpp/element.js';
import { NS } from '../../xmpp/namespace.js';
import { parseStanza } from '../../xmpp/parse-stanza.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { renderMessage } from './render-message.js';

/**
 * The marked copy in place of what a server has refused to send in the user's name (J02), made from the refused stanza
 * so that nothing needs to be kept beside it. Undefined for what has no copy, such as a marker.
 */
export function copyOfRefused(
  { translator }: Pick<DomainContext, 'translator'>,
  account: Account,
  stanza: string,
): string | undefined {
  const message = forwarded(stanza);
  const { to, id } = message?.attrs ?? {};
  const text = message && wordsOf(message);
  if (!message || to === undefined || id === undefined || !text) return undefined;
  const subject = message.childText('subject', NS.CLIENT);
  const thread = message.childText('thread', NS.CLIENT);
  const delay = message.child('delay', NS.DELAY)?.attrs;
  return renderMessage(
    { from: to, to: account.owner, id },
    {
      text: translator.say(text, account.language),
      styled: !message.child('unstyled', NS.STYLING),
      ...(subject !== undefined && { subject }),
      ...(thread !== undefined && { thread }),
      ...(delay?.from !== undefined &&
        delay.stamp !== undefined && { delay: { from: delay.from, time: Date.parse(delay.stamp) } }),
    },
  );
}

/** The message inside of XEP-0356 §5.3. */
function forwarded(stanza: string): XmlElement | undefined {
  const outer = parseStanza(stanza);
  const privilege = outer?.child('privilege', NS.PRIVILEGE) ?? outer?.child('privilege', NS.PRIVILEGE_1);
  return privilege?.child('forwarded', NS.FORWARD)?.child('message', NS.CLIENT);
}

/** What the user did, in words. A copy can neither replace nor take back what was shown as his own. */
function wordsOf(message: XmlElement): Text | undefined {
  if (message.child('retract', NS.RETRACT)) return { key: 'own-retracted' };
  const reactions = message.child('reactions', NS.REACTIONS);
  if (reactions) {
    const emojis = reactions.childrenNamed('reaction').map((reaction) => reaction.text());
    return emojis.length > 0 ? { key: 'own-reacted', args: { emojis: emojis.join(' ') } } : undefined;
  }
  const text = message.childText('body', NS.CLIENT);
  if (text === undefined) return undefined;
  return { key: message.child('replace', NS.CORRECT) ? 'own-edited' : 'own-message', args: { text } };
}
