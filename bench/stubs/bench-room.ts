import { attribute } from './stanza-scanner.js';

const MUC_USER = "xmlns='http://jabber.org/protocol/muc#user'";
const SELF = "<status code='110'/>";
const CONFLICT =
  "<error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>";

/** Takes what a room sends to one of the component's addresses, which is known by its domain. */
type Deliver = (address: string, stanza: string) => void;

/**
 * A room as the occupants of a component meet it (XEP-0045, XEP-0359, XEP-0421): presences of all at a join, words to
 * everybody. Its own people are there by name only; what would go to them goes nowhere.
 */
export class BenchRoom {
  /** Addresses of the component that are in, and their nicks. */
  readonly #seats = new Map<string, string>();
  readonly #nicks = new Set<string>();
  readonly #people: string[] = [];
  #number = 0;

  constructor(
    readonly jid: string,
    private readonly deliver: Deliver,
  ) {}

  get seats(): number {
    return this.#seats.size;
  }

  get people(): readonly string[] {
    return this.#people;
  }

  /** Somebody of its own, before or after the component's addresses are in. */
  enter(nick: string): void {
    this.#people.push(nick);
    this.#nicks.add(nick);
    this.#toAll(this.#presence(nick, nick));
  }

  /** Somebody of its own says something. */
  say(nick: string, body: string): void {
    this.#number += 1;
    this.#show(nick, nick, `o${this.#number}`, `<body>${body}</body>`);
  }

  /** A presence of the component. What it was: */
  presence(bytes: Buffer): 'joined' | 'left' | 'refused' | 'other' {
    const text = bytes.toString('latin1');
    const from = attribute(text, 'from') ?? '';
    const to = attribute(text, 'to') ?? '';
    const nick = to.slice(to.indexOf('/') + 1);
    const known = this.#seats.get(from);
    if (attribute(text, 'type') === 'unavailable') {
      if (known === undefined) return 'other';
      this.#leave(from, known);
      return 'left';
    }
    if (known !== undefined) return 'other';
    if (this.#nicks.has(nick)) {
      this.deliver(from, `<presence from='${to}' to='${from}' type='error'>${CONFLICT}`);
      return 'refused';
    }
    this.#join(from, nick);
    return 'joined';
  }

  /** A message of the component; false when it is not in. */
  message(bytes: Buffer): boolean {
    const text = bytes.toString('utf8');
    const from = attribute(text, 'from') ?? '';
    const nick = this.#seats.get(from);
    if (nick === undefined) return false;
    const inside = text.slice(text.indexOf('>') + 1, text.lastIndexOf('</message>'));
    this.#show(from.split('/')[0] ?? '', nick, attribute(text, 'id') ?? '', inside);
    return true;
  }

  #join(address: string, nick: string): void {
    for (const other of this.#people) this.deliver(address, this.#presence(other, other)(address));
    for (const [other, called] of this.#seats)
      this.deliver(address, this.#presence(bare(other), called)(address));
    this.#seats.set(address, nick);
    this.#nicks.add(nick);
    const [shown, self] = [this.#presence(bare(address), nick), this.#presence(bare(address), nick, SELF)];
    for (const other of this.#seats.keys())
      this.deliver(other, other === address ? self(other) : shown(other));
    this.deliver(
      address,
      `<message from='${this.jid}' to='${address}' type='groupchat'><subject/></message>`,
    );
  }

  #leave(address: string, nick: string): void {
    const head = `<presence from='${this.jid}/${nick}' type='unavailable' to='`;
    const item = `'><x ${MUC_USER}><item affiliation='none' role='none'/>`;
    for (const other of this.#seats.keys())
      this.deliver(other, `${head}${other}${item}${other === address ? SELF : ''}</x></presence>`);
    this.#seats.delete(address);
    this.#nicks.delete(nick);
  }

  #show(who: string, nick: string, id: string, inside: string): void {
    this.#number += 1;
    const head = `<message from='${this.jid}/${nick}' type='groupchat' id='${id}' to='`;
    const names =
      `<occupant-id xmlns='urn:xmpp:occupant-id:0' id='${who}'/>` +
      `<stanza-id xmlns='urn:xmpp:sid:0' by='${this.jid}' id='s${this.#number}'/>`;
    this.#toAll((address) => `${head}${address}'>${inside}${names}</message>`);
  }

  #presence(who: string, nick: string, more = ''): (address: string) => string {
    const head = `<presence from='${this.jid}/${nick}' to='`;
    const rest =
      `'><occupant-id xmlns='urn:xmpp:occupant-id:0' id='${who}'/>` +
      `<x ${MUC_USER}><item affiliation='none' role='participant'/>${more}</x></presence>`;
    return (address) => `${head}${address}${rest}`;
  }

  #toAll(render: (address: string) => string): void {
    for (const address of this.#seats.keys()) this.deliver(address, render(address));
  }
}

function bare(address: string): string {
  return address.split('/')[0] ?? '';
}
