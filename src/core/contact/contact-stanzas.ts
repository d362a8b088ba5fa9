import type { ContactId } from '../../gateway/ids.js';
import type { XmlElement } from '../../xmpp/element.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import type { Jid } from '../../xmpp/jid.js';
import type { Account } from '../account/account.js';
import type { ContactFeatures } from '../disco/contact-features.js';
import type { DomainContext } from '../domain.js';
import type { UserMessages } from '../message/user-messages.js';

/** What users say to single people of the network. Throws StanzaError; the router answers with it. */
export class ContactStanzas {
  constructor(
    private readonly context: DomainContext,
    private readonly messages: UserMessages,
    private readonly features: ContactFeatures,
  ) {}

  /** A message to a person. */
  message(account: Account, contact: ContactId, stanza: XmlElement, from: Jid): void {
    this.messages.receive(account, contact, stanza, from);
  }

  /**
   * Presence to a person of a network that knows no presence: consent at once, and steadily available so that
   * clients let the user write (D11, D22). Strangers learn nothing (D10, S04).
   */
  presence(account: Account | undefined, from: Jid, to: Jid, stanza: XmlElement): void {
    const { type } = stanza.attrs;
    if (type !== 'subscribe' && type !== 'probe') return;
    const fromAttr = xmlAttr(to.bare);
    const toAttr = xmlAttr(from.bare);
    if (!account?.registered) {
      this.context.sink.send(`<presence type='unsubscribed' from='${fromAttr}' to='${toAttr}'/>`);
      return;
    }
    if (type === 'subscribe')
      this.context.sink.send(`<presence type='subscribed' from='${fromAttr}' to='${toAttr}'/>`);
    this.context.sink.send(
      `<presence from='${fromAttr}' to='${toAttr}'>${this.features.caps(account, undefined)}</presence>`,
    );
  }
}
