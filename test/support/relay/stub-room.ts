import { createHash } from 'node:crypto';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { xmlAttr } from '../../../src/xmpp/escape-xml.js';
import { parseJid } from '../../../src/xmpp/jid.js';
import { parseStanza } from '../../../src/xmpp/parse-stanza.js';

/** What a room lets happen. */
export interface StubRoomRules {
  /** Error condition with which an address is kept out; undefined: it may come in. */
  admits?(address: string, nick: string): string | undefined;
  /** Error condition with which words are refused. */
  takes?(address: string): string | undefined;
  readonly moderators?: readonly string[];
}

interface Occupant {
  readonly address: string;
  nick: string;
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
  readonly #occupants = new Map<string, Occupant>();
  #number = 0;
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
  }

  /** Somebody who has nothing to do with the relay comes in. */
  enters(nick: string): void {
    this.#enter(`${nick.toLowerCase()}@example.org/client`, nick);
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

  /** Everybody is out, and nobody is told. */
  forgets(): void {
    this.#occupants.clear();
  }

  #presence(stanza: XmlElement, from: string, nick: string): void {
    const known = this.#occupants.get(from);
    if (stanza.attrs.type === 'unavailable') {
      if (known) this.#gone(known, '');
      return;
    }
    const taken = this.#called(nick);
    const refused = taken && taken !== known ? 'conflict' : this.rules.admits?.(from, nick);
    if (refused === undefined) this.#enter(from, nick);
    else this.#error('presence', from, nick, refused, '');
  }

  #enter(address: string, nick: string): void {
    const occupant = { address, nick };
    for (const other of this.#occupants.values()) this.#tell(address, this.#presenceOf(other, ''));
    this.#occupants.set(address, occupant);
    for (const other of this.#occupants.values())
      this.#tell(other.address, this.#presenceOf(occupant, other === occupant ? "<status code='110'/>" : ''));
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
    const refused = occupant ? this.rules.takes?.(from) : 'not-acceptable';
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
    const role = this.rules.moderators?.includes(occupant.nick) ? 'moderator' : 'participant';
    return `<presence from='${this.jid}/${xmlAttr(occupant.nick)}' to='%'>${this.#occupantId(occupant)}<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='${role}'/>${more}</x></presence>`;
  }

  #occupantId({ address }: Occupant): string {
    const id = createHash('sha256').update(parseJid(address).bare).digest('base64url');
    return `<occupant-id xmlns='urn:xmpp:occupant-id:0' id='${id}'/>`;
  }

  #error(name: string, to: string, nick: string, condition: string, id: string): void {
    const from = nick === '' ? this.jid : `${this.jid}/${xmlAttr(nick)}`;
    this.#tell(
      to,
      `<${name} from='${from}' type='error' id='${xmlAttr(id)}' to='%'><error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></${name}>`,
    );
  }

  #called(nick: string): Occupant | undefined {
    return [...this.#occupants.values()].find((occupant) => occupant.nick === nick);
  }

  #tell(address: string, xml: string): void {
    const stanza = parseStanza(xml.replace("to='%'", `to='${xmlAttr(address)}'`));
    if (stanza) queueMicrotask(() => this.deliver(stanza));
  }
}
