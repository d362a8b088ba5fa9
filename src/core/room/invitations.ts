import { v7 as uuidv7 } from 'uuid';
import type { XmlElement } from '../../xmpp/element.js';
import { el } from '../../xmpp/element.js';
import { parseJid } from '../../xmpp/jid.js';
import { unescapeLocal } from '../../xmpp/jid-escaping.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { Account } from '../account/account.js';
import type { Sessions } from '../account/sessions.js';
import type { DomainContext } from '../domain.js';
import { toStanzaError } from '../message/error-mapper.js';
import type { Occupancy } from './occupancy.js';

/** Invitations that users send through a room (XEP-0045 §7.8.2). */
export class Invitations {
  constructor(
    private readonly context: DomainContext,
    private readonly sessions: Sessions,
  ) {}

  /** To a person of the network: the network's own invitation; to an XMPP user who may use the gateway: passed on. */
  pass(account: Account, occupancy: Occupancy, invite: XmlElement, stanza: XmlElement): void {
    let to: ReturnType<typeof parseJid>;
    try {
      to = parseJid(invite.attrs.to ?? '');
    } catch {
      throw new StanzaError('jid-malformed');
    }
    const { options, gateway, sink } = this.context;
    const reason = invite.childText('reason');
    if (to.domain === options.domain) {
      const address = gateway.addresses.parse(unescapeLocal(to.local));
      const rooms = account.session?.rooms;
      if (address?.kind !== 'contact' || !rooms) throw new StanzaError('item-not-found');
      rooms.invite(occupancy.room.id, address.id, reason).catch((error: unknown) => {
        this.sessions.refuse(stanza, toStanzaError(error, this.context.translator, account.language));
      });
      return;
    }
    // Passed on only to users of the operator's own domains: nobody is made to spam strangers (I34).
    if (!options.userDomains.has(to.domain)) throw new StanzaError('forbidden');
    sink.send(
      el(
        'message',
        NS.COMPONENT,
        { from: occupancy.room.jid, to: to.bare, id: uuidv7() },
        el(
          'x',
          NS.MUC_USER,
          null,
          el(
            'invite',
            NS.MUC_USER,
            { from: account.owner },
            reason !== undefined && el('reason', NS.MUC_USER, null, reason),
          ),
        ),
        el('x', NS.CONFERENCE, { jid: occupancy.room.jid, reason }),
      ).toString(NS.COMPONENT),
    );
  }
}
