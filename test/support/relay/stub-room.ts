import { createHash } from 'node:crypto';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { xmlAttr } from '../../../src/xmpp/escape-xml.js';
import { parseJid } from '../../../src/xmpp/jid.js';
import { parseStanza } from '../../../src/xmpp/parse-stanza.js';

/** What a room lets happen. */
export interface StubRoomRules {
  /** Error condition with which an address is kept out; undefined: it may come in. */
  admits?(address: string, nick: string): string | undefined;
  /** Error condition with which words are refused, and after a blank its type. */
  takes?(address: string, stanza: XmlElement): string | undefined;
  /** Role of somebody who comes in; `participant` by default. */
  role?(address: string): string;
  /** The name that somebody gets instead of the one that he asks for (status 210). */
  calls?(nick: string): string;
  /** A message to whoever wants to come in, who does not get in; as XML with `to='%'`. */
  readonly asks?: string;
  /** It gives nobody an id (XEP-0421), and leaves those that people make up. */
  readonly withoutIds?: boolean;
  /** The room did not exist before. */
  readonly created?: boolean;
  /** Messages shown to whoever comes in and wants the history, as XML with `to='%'`. */
  readonly history?: readonly string[];
  readonly moderators?: readonly string[];
}

interface Occupant {
  readonly address: string;
  nick: string;
  role: string;
  /** The address that everybody is shown. */
  readonly jid?: string;
}

/** A message as the room has shown it. */
export interface Shown {
  readonly nick: string;
  readonly stanza: XmlElement;
  readonly id: string;
}

/**
 * The service side of XEP-0045 as far as an occupant meets it, in this process: joins, presences, reflections with ids
 * of the room, removals. For behaviour of legs and for counting; real servers are in the scenarios.
 */
export class StubRoom {
  readonly shown: Shown[] = [];
  /** Messages to occupants, and to the room itself. */
  readonly private: XmlElement[] = [];
  /** Presences of those who were in. */
  readonly presences: XmlElement[] = [];
  /** Names of those who have left. */
  readonly left: string[] = [];
  /** Requests, by what they ask for. */
  readonly requests: XmlElement[] = [];
  readonly #occupants = new Map<string, Occupant>();
  #number = 0;
  #held: XmlElement[] | undefined;
  /** It says nothing, and shows nothing, while set. */
  silent = false;

  constructor(
    readonly jid: string,
    /** Takes what the room sends to an address. */
    private readonly deliver: (stanza: XmlElement) => void,
    public rules: StubRoomRules = {},
  ) {}

  get nicks(): readonly string[] {
    return [...this.#occupants.values()].map(({ nick }) => nick);
  }

  /** The words that were said, with who said them. */
  get words(): readonly string[] {
    return this.shown.flatMap(({ nick, stanza }) => {
      const body = stanza.childText('body');
      return body === undefined ? [] : [`${nick}: ${body}`];
    });
  }

  /** A stanza from somebody outside. */
  receive(xml: string): void {
    const stanza = parseStanza(xml);
    if (!stanza) throw new Error(`no stanza: ${xml}`);
    const { from = '', to = '' } = stanza.attrs;
    if (this.silent) return;
    if (stanza.name === 'presence') this.#presence(stanza, from, parseJid(to).resource);
    else if (stanza.name === 'message') this.#message(stanza, from);
    else this.requests.push(stanza);
  }

  /** What it sends stays on the way until it is released. */
  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const stanza of held) queueMicrotask(() => this.deliver(stanza));
  }

  /** Somebody who has nothing to do with the relay comes in. */
  enters(nick: string, jid?: string): void {
    this.#enter(`${nick.toLowerCase()}@example.org/client`, nick, undefined, jid);
  }

  leaves(nick: string): void {
    const occupant = this.#called(nick);
    if (occupant) this.#gone(occupant, '');
  }

  says(nick: string, inside: string, id = `x${this.#number}`): string {
    const occupant = this.#called(nick);
    if (!occupant) throw new Error(`nobody called ${nick}`);
    return this.#show(occupant, id, inside);
  }

  removes(nick: string, code: 301 | 307, by = 'Owner'): void {
    const occupant = this.#called(nick);
    const item = `<item affiliation='none' role='none'><actor nick='${by}'/></item><status code='${code}'/>`;
    if (occupant) this.#gone(occupant, item);
  }

  /** The service thinks that somebody's way to it is broken (status 333). */
  fails(nick: string): void {
    const occupant = this.#called(nick);
    const item = "<item affiliation='none' role='none'/><status code='333'/>";
    if (occupant) this.#gone(occupant, item);
  }

  /** Everybody is out, and nobody is told. */
  forgets(): void {
    this.#occupants.clear();
  }

  #presence(stanza: XmlElement, from: string, nick: string): void {
    const known = this.#occupants.get(from);
    if (stanza.attrs.type === 'unavailable') {
      if (known) {
        this.left.push(known.nick);
        this.#gone(known, '');
      }
      return;
    }
    if (this.rules.asks !== undefined) {
      this.#tell(from, this.rules.asks);
      return;
    }
    const taken = this.#called(nick);
    const refused = taken && taken !== known ? 'conflict' : this.rules.admits?.(from, nick);
    if (refused !== undefined) this.#error('presence', from, nick, refused, '');
    else if (known) this.#change(known, nick, stanza);
    else this.#enter(from, this.rules.calls?.(nick) ?? nick, stanza);
  }

  /** Another name (§7.6), or another availability. */
  #change(occupant: Occupant, nick: string, stanza: XmlElement): void {
    const before = occupant.nick;
    if (before !== nick) {
      const item = `<item affiliation='none' role='${occupant.role}' nick='${xmlAttr(nick)}'/><status code='303'/>`;
      const x = `<x xmlns='http://jabber.org/protocol/muc#user'>${item}</x>`;
      for (const other of this.#occupants.values())
        this.#tell(
          other.address,
          `<presence from='${this.jid}/${xmlAttr(before)}' type='unavailable' to='%'>${x}</presence>`,
        );
    }
    occupant.nick = nick;
    this.presences.push(stanza);
    this.#showAll(occupant);
  }

  /** Gives somebody another role. */
  grants(nick: string, role: string): void {
    const occupant = this.#called(nick);
    if (!occupant) throw new Error(`nobody called ${nick}`);
    occupant.role = role;
    this.#showAll(occupant);
  }

  /** Sends something to the address of an occupant, as XML with `to='%'`. */
  sends(nick: string, xml: string): void {
    const occupant = this.#called(nick);
    if (!occupant) throw new Error(`nobody called ${nick}`);
    this.#tell(occupant.address, xml);
  }

  #showAll(occupant: Occupant): void {
    for (const other of this.#occupants.values())
      this.#tell(other.address, this.#presenceOf(occupant, other === occupant ? "<status code='110'/>" : ''));
  }

  #enter(address: string, nick: string, stanza?: XmlElement, jid?: string): void {
    const moderator = this.rules.moderators?.includes(nick);
    const role = moderator ? 'moderator' : (this.rules.role?.(address) ?? 'participant');
    const occupant = { address, nick, role, ...(jid !== undefined && { jid }) };
    for (const other of this.#occupants.values()) this.#tell(address, this.#presenceOf(other, ''));
    this.#occupants.set(address, occupant);
    const self = `<status code='110'/>${this.rules.created ? "<status code='201'/>" : ''}`;
    for (const other of this.#occupants.values())
      this.#tell(other.address, this.#presenceOf(occupant, other === occupant ? self : ''));
    if (stanza?.child('x')?.child('history')?.attrs.since !== undefined)
      for (const message of this.rules.history ?? []) this.#tell(address, message);
    this.#tell(address, `<message from='${this.jid}' to='%' type='groupchat'><subject/></message>`);
  }

  #gone(occupant: Occupant, inside: string): void {
    const x = `<x xmlns='http://jabber.org/protocol/muc#user'>${inside}`;
    for (const other of this.#occupants.values()) {
      const self = other === occupant ? "<status code='110'/>" : '';
      this.#tell(
        other.address,
        `<presence from='${this.jid}/${xmlAttr(occupant.nick)}' type='unavailable' to='%'>${x}${self}</x></presence>`,
      );
    }
    this.#occupants.delete(occupant.address);
  }

  #message(stanza: XmlElement, from: string): void {
    const occupant = this.#occupants.get(from);
    const { id = '' } = stanza.attrs;
    if (stanza.attrs.type !== 'groupchat') {
      this.private.push(stanza);
      return;
    }
    const refused = occupant ? this.rules.takes?.(from, stanza) : 'not-acceptable';
    if (refused !== undefined) {
      this.#error('message', from, '', refused, id);
      return;
    }
    if (occupant) this.#show(occupant, id, stanza.children.map((child) => `${child}`).join(''));
  }

  #show(occupant: Occupant, id: string, inside: string): string {
    this.#number += 1;
    const named = `s${this.#number}`;
    const xml = `<message from='${this.jid}/${xmlAttr(occupant.nick)}' type='groupchat' id='${xmlAttr(id)}' to='%'>${inside}${this.#occupantId(occupant)}<stanza-id xmlns='urn:xmpp:sid:0' by='${this.jid}' id='${named}'/></message>`;
    const stanza = parseStanza(xml);
    if (stanza) this.shown.push({ nick: occupant.nick, stanza, id: named });
    for (const other of [...this.#occupants.values()]) this.#tell(other.address, xml);
    return named;
  }

  #presenceOf(occupant: Occupant, more: string): string {
    const shown = occupant.jid === undefined ? '' : ` jid='${xmlAttr(occupant.jid)}'`;
    return `<presence from='${this.jid}/${xmlAttr(occupant.nick)}' to='%'>${this.#occupantId(occupant)}<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='${occupant.role}'${shown}/>${more}</x></presence>`;
  }

  #occupantId({ address }: Occupant): string {
    if (this.rules.withoutIds) return '';
    const id = createHash('sha256').update(parseJid(address).bare).digest('base64url');
    return `<occupant-id xmlns='urn:xmpp:occupant-id:0' id='${id}'/>`;
  }

  #error(name: string, to: string, nick: string, condition: string, id: string): void {
    const from = nick === '' ? this.jid : `${this.jid}/${xmlAttr(nick)}`;
    const [defined = '', type = 'cancel'] = condition.split(' ');
    this.#tell(
      to,
      `<${name} from='${from}' type='error' id='${xmlAttr(id)}' to='%'><error type='${type}'><${defined} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></${name}>`,
    );
  }

  #called(nick: string): Occupant | undefined {
    return [...this.#occupants.values()].find((occupant) => occupant.nick === nick);
  }

  #tell(address: string, xml: string): void {
    const stanza = parseStanza(xml.replace("to='%'", `to='${xmlAttr(address)}'`));
    if (!stanza) return;
    if (this.#held) this.#held.push(stanza);
    else queueMicrotask(() => this.deliver(stanza));
  }
}
