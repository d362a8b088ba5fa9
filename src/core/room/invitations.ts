import { v7 as uuidv7 } from 'uuid';
import type { XmlElement } from '../../xmpp/element.js';
import { el } from '../../xmpp/element.js';
import { type Jid, parseJid } from '../../xmpp/jid.js';
import { unescapeLocal } from '../../xmpp/jid-escaping.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { Account } from '../account/account.js';
import type { Sessions } from '../account/sessions.js';
import type { DomainContext } from '../domain.js';
import { BoundedMap } from '../limit/bounded-map.js';
import { toStanzaError } from '../message/error-mapper.js';
import type { Occupancy } from './occupancy.js';

/** Invitations remembered, so that only who was invited can decline. */
const REMEMBERED = 10_000;

/** Invitations that users send through a room (XEP-0045 §7.8.2). */
export class Invitations {
  readonly #passed = new BoundedMap<string, true>(REMEMBERED);

  constructor(
    private readonly context: DomainContext,
    private readonly sessions: Sessions,
  ) {}

  /** To a person of the network: the network's own invitation; to an XMPP user who may use the gateway: passed on. */
  pass(account: Account, occupancy: Occupancy, invite: XmlElement, stanza: XmlElement): void {
    const to = addressee(invite);
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
    this.#passed.set(invitation(occupancy.room.jid, to.bare, account.owner), true);
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

  /** The answer of somebody who was invited and does not want to come, once; anything else is said to nobody. */
  decline(from: Jid, room: string, decline: XmlElement): void {
    const inviter = addressee(decline).bare;
    const key = invitation(room, from.bare, inviter);
    if (!this.#passed.get(key)) return;
    this.#passed.delete(key);
    const reason = decline.childText('reason');
    this.context.sink.send(
      el(
        'message',
        NS.COMPONENT,
        { from: room, to: inviter, id: uuidv7() },
        el(
          'x',
          NS.MUC_USER,
          null,
          el(
            'decline',
            NS.MUC_USER,
            { from: from.bare },
            reason !== undefined && el('reason', NS.MUC_USER, null, reason),
          ),
        ),
      ).toString(NS.COMPONENT),
    );
  }
}

function addressee({ attrs }: XmlElement): Jid {
  try {
    return parseJid(attrs.to ?? '');
  } catch {
    throw new StanzaError('jid-malformed');
  }
}

/** No bare JID holds a line end. */
function invitation(room: string, invited: string, inviter: string): string {
  return `${room}\n${invited}\n${inviter}`;
}
