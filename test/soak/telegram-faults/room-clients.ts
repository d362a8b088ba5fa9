import type { XmlElement } from '../../../src/xmpp/element.js';
import { xmlText } from '../../../src/xmpp/escape-xml.js';
import type { XmppSide } from './xmpp-side.js';

const MUC_USER = 'http://jabber.org/protocol/muc#user';
const MAM = 'urn:xmpp:mam:2';
const RSM = 'http://jabber.org/protocol/rsm';
/** The user's own presence (XEP-0045 §7.2.2). */
const SELF = '110';
/** How often whoever is not in a room tries to come in (ms). */
const AGAIN_MS = 1_000;
const PAGE = 100;

/** Clients of users who are in rooms, and come back whenever they find themselves out of them. */
export class RoomClients {
  readonly #wanted: readonly { readonly user: string; readonly room: string }[];
  readonly #inside = new Set<string>();
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly xmpp: XmppSide,
    users: readonly string[],
    readonly rooms: readonly string[],
  ) {
    this.#wanted = users.flatMap((user) => rooms.map((room) => ({ user, room })));
    xmpp.on('presence', (presence) => this.#heard(presence));
    xmpp.on('connected', () => {
      this.#inside.clear();
      this.#join();
    });
    this.#timer = setInterval(() => this.#join(), AGAIN_MS);
  }

  /** Whether everybody is in all rooms. */
  get complete(): boolean {
    return this.#inside.size === this.#wanted.length;
  }

  isIn(user: string, room: string): boolean {
    return this.#inside.has(`${user} ${room}`);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Everything that the archive of a room shows to a user. Rejects when it is refused. */
  async archive(user: string, room: string, each: (message: XmlElement, id: string) => void): Promise<void> {
    const take = (stanza: XmlElement): void => {
      const result = stanza.child('result', MAM);
      const message = result?.child('forwarded')?.child('message');
      const mine = stanza.attrs.from === room && stanza.attrs.to === this.xmpp.client(user);
      if (mine && message) each(message, result?.attrs.id ?? '');
    };
    this.xmpp.on('message', take);
    try {
      for (let after: string | undefined; ; ) {
        const place = after === undefined ? '' : `<after>${xmlText(after)}</after>`;
        const set = `<set xmlns='${RSM}'><max>${PAGE}</max>${place}</set>`;
        const answer = await this.xmpp.iq(user, `<query xmlns='${MAM}'>${set}</query>`, room);
        const fin = answer.child('fin', MAM);
        if (!fin) throw new Error(`no archive: ${answer.toString()}`);
        after = fin.child('set', RSM)?.childText('last');
        if (fin.attrs.complete === 'true' || after === undefined) return;
      }
    } finally {
      this.xmpp.off('message', take);
    }
  }

  #join(): void {
    if (!this.xmpp.connected) return;
    for (const { user, room } of this.#wanted) if (!this.isIn(user, room)) this.xmpp.join(user, room);
  }

  #heard(presence: XmlElement): void {
    const { from = '', to = '', type } = presence.attrs;
    const own = presence
      .child('x', MUC_USER)
      ?.childrenNamed('status')
      .some(({ attrs }) => attrs.code === SELF);
    if (!own) return;
    const place = `${to.replace(/@.*/, '')} ${from.replace(/\/.*/, '')}`;
    if (type === undefined) this.#inside.add(place);
    else if (type === 'unavailable') this.#inside.delete(place);
  }
}
