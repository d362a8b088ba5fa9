import { GatewayError } from '../../gateway/error.js';
import type { Target } from '../../gateway/message.js';
import type { XmlElement } from '../../xmpp/element.js';
import { xmlAttr } from '../../xmpp/escape-xml.js';
import type { Jid } from '../../xmpp/jid.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { Account } from '../account/account.js';
import type { Sessions } from '../account/sessions.js';
import type { DomainContext } from '../domain.js';
import { readComposition } from '../message/composition.js';
import { toStanzaError } from '../message/error-mapper.js';

/** What users say to single people of the network. Throws StanzaError; the router answers with it. */
export class ContactStanzas {
  constructor(
    private readonly context: DomainContext,
    private readonly sessions: Sessions,
    /** Entity capabilities of a person (XEP-0115), as XML text. */
    private readonly caps: string,
  ) {}

  /** A message to a person, or to a part of the network. */
  message(account: Account, target: Target, stanza: XmlElement): void {
    const { type } = stanza.attrs;
    if (type === 'headline') return;
    if (type === 'groupchat') throw new StanzaError('bad-request', { type: 'modify' });
    const composition = readComposition(stanza, this.context.translator, account.language);
    if (composition.text === undefined) {
      if (composition.unsupported) {
        throw new StanzaError('feature-not-implemented', {
          text: this.context.translator.say(composition.unsupported, account.language),
          lang: account.language,
        });
      }
      return;
    }
    if (composition.text.trim() === '') return;
    if (target.kind === 'contact') account.privateRoutes?.delete(target.id);
    const session = this.sessions.ensure(account);
    const sent = session.send(target, {
      text: composition.text,
      ...(composition.action ? { action: true } : {}),
      ...(composition.corrects === undefined ? {} : { corrects: true }),
    });
    sent.accepted.catch((error: unknown) => {
      if (!(error instanceof GatewayError))
        this.context.log.error({ err: error }, 'a message could not be sent');
      this.sessions.refuse(stanza, toStanzaError(error, this.context.translator, account.language));
    });
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
    this.context.sink.send(`<presence from='${fromAttr}' to='${toAttr}'>${this.caps}</presence>`);
  }
}
