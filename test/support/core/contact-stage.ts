import type { ContactId } from '../../../src/gateway/ids.js';
import type { ContactRecord } from '../../../src/store/contact-store.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { DOMAIN, RoomStage, type RoomStageOptions } from './room-stage.js';

/** The user of these tests and one of his clients. */
export const USER = 'romeo@example.org';
export const CLIENT = `${USER}/orchard`;

/** An item of a roster that the test plays the server of. */
export interface PlayedItem {
  name?: string;
  groups?: string[];
  subscription?: string;
}

/** What differs between tests. */
type ContactStageOptions = Omit<RoomStageOptions, 'contacts'> & {
  /** `presence` unless said otherwise; none: the network has no contact lists. */
  readonly contacts?: 'presence' | 'steady' | 'none';
};

/** A domain with one registered user, whose server and client the test plays. */
export class ContactStage extends RoomStage {
  constructor({ contacts = 'presence', ...options }: ContactStageOptions = {}) {
    super(contacts === 'none' ? options : { ...options, contacts });
  }

  /** Registers the user; he is not online yet. Answers of the gateway are forgotten. */
  async register(client = CLIENT): Promise<void> {
    const nick = client.replace(/@.*/, '');
    await this.ask(
      'set',
      client,
      DOMAIN,
      `<query xmlns='${NS.REGISTER}'><nick>${nick}</nick><password>secret</password></query>`,
    );
    await this.settled();
    this.take();
  }

  /** A client of the user comes. */
  async comes(client = CLIENT, inside = ''): Promise<void> {
    await this.receive(`<presence from='${client}' to='${DOMAIN}'>${inside}</presence>`);
  }

  /** A client of the user goes. */
  async goes(client = CLIENT): Promise<void> {
    await this.receive(`<presence from='${client}' to='${DOMAIN}' type='unavailable'/>`);
  }

  /** The user, or his server in his name, sends a presence to a person. */
  async presence(type: string, contact: string, from = USER): Promise<string[]> {
    await this.receive(`<presence from='${from}' to='${jidOf(contact)}' type='${type}'/>`);
    return this.presences();
  }

  /** What was sent since the last look, presences of people only: `subscribed bob`, `away bob`, `available bob`. */
  presences(): string[] {
    return this.take().flatMap((stanza) => {
      const { from = '', type } = stanza.attrs;
      if (stanza.name !== 'presence' || !from.endsWith(`@${DOMAIN}`)) return [];
      return [`${type ?? stanza.childText('show') ?? 'available'} ${from.replace(/@.*/, '')}`];
    });
  }

  /** The server grants privileges (XEP-0356). */
  async grant(perms = "<perm access='roster' type='both'/>", from = 'example.org'): Promise<void> {
    await this.receive(
      `<message from='${from}' to='${DOMAIN}'><privilege xmlns='${NS.PRIVILEGE}'>${perms}</privilege></message>`,
    );
  }

  /**
   * Plays the server of rosters until nothing is asked any more; returns what was set, one line each: `bob "Bob"
   * [Friends] both`, `bob remove`. Other stanzas are kept in `others`.
   */
  async serveRoster(
    roster: Map<string, PlayedItem>,
    options: {
      readonly others?: XmlElement[];
      readonly refuse?: string;
      readonly ignoreSubscription?: boolean;
    } = {},
  ): Promise<string[]> {
    const lines: string[] = [];
    for (let stanzas = this.take(); stanzas.length > 0; stanzas = this.take()) {
      for (const stanza of stanzas) {
        const query = stanza.child('query', NS.ROSTER);
        if (stanza.name !== 'iq' || !query) {
          options.others?.push(stanza);
          continue;
        }
        await this.receive(answerRoster(stanza, query, roster, lines, options));
      }
    }
    return lines;
  }

  /** What is kept of a person. */
  async record(contact: string, owner = USER): Promise<ContactRecord | undefined> {
    const account = this.store.row(owner);
    return account && this.store.contacts.find(account.id, contact as ContactId);
  }
}

/** Bare JID of a person of the memory network. */
export function jidOf(contact: string): string {
  return `${contact}@${DOMAIN}`;
}

function answerRoster(
  stanza: XmlElement,
  query: XmlElement,
  roster: Map<string, PlayedItem>,
  lines: string[],
  { refuse, ignoreSubscription }: { readonly refuse?: string; readonly ignoreSubscription?: boolean },
): string {
  const { id, from, to, type } = stanza.attrs;
  const head = `<iq id='${id}' from='${to}' to='${from}'`;
  if (type === 'get') {
    const items = [...roster].map(
      ([contact, { name, groups = [], subscription = 'none' }]) =>
        `<item jid='${jidOf(contact)}' subscription='${subscription}'${name === undefined ? '' : ` name='${name}'`}>` +
        `${groups.map((group) => `<group>${group}</group>`).join('')}</item>`,
    );
    return `${head} type='result'><query xmlns='${NS.ROSTER}'>${items.join('')}</query></iq>`;
  }
  const item = query.child('item');
  const contact = item?.attrs.jid?.replace(/@.*/, '') ?? '';
  const { name, subscription } = item?.attrs ?? {};
  const groups = item?.childrenNamed('group').map((group) => group.text()) ?? [];
  lines.push(
    subscription === 'remove'
      ? `${contact} remove`
      : `${contact} "${name ?? ''}" [${groups.join(', ')}] ${subscription}`,
  );
  if (refuse !== undefined)
    return `${head} type='error'><error type='auth'><${refuse} xmlns='${NS.STANZA_ERRORS}'/></error></iq>`;
  if (subscription === 'remove') roster.delete(contact);
  else
    roster.set(contact, {
      ...(name !== undefined && { name }),
      groups,
      subscription: ignoreSubscription
        ? (roster.get(contact)?.subscription ?? 'none')
        : (subscription ?? 'none'),
    });
  return `${head} type='result'/>`;
}
