import type { XmlElement } from '../../../src/xmpp/element.js';
import type { Place } from '../../servers/telegram/world/peers.js';
import type { Posted } from '../../servers/telegram/world/posting.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import type { ChannelPlace, GroupPlace } from '../../servers/telegram/world/world.js';
import type { Ledger } from './ledger.js';
import { RoomClients } from './room-clients.js';
import type { FaultStage } from './stage.js';

const USERS = ['romeo', 'juliet', 'mercutio'];
const FRIENDS = 3;
const HELLO = 'hello there';
const HELLO_MS = 500;
const NAME = /\b(?:in|out)-\d+\b/;
const SID = 'urn:xmpp:sid:0';
/** Every so many things that are said are said in a group. */
const IN_GROUPS = 3;

interface Account {
  readonly user: string;
  readonly person: ScriptedPerson;
  readonly friends: readonly ScriptedPerson[];
}

/** Words both ways, in private and in groups, all the time, each with a name that the ledger knows. */
export class Traffic {
  readonly #accounts: Account[] = [];
  readonly #greeted = new Set<string>();
  #groups: readonly (GroupPlace | ChannelPlace)[] = [];
  #rooms: RoomClients | undefined;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly stage: FaultStage,
    private readonly ledger: Ledger,
  ) {}

  /** Logs everybody in, and waits until everybody hears and is in all rooms. */
  async prepare(): Promise<void> {
    const { stage, ledger } = this;
    const { telegram, xmpp } = stage;
    for (const [index, user] of USERS.entries()) {
      const person = telegram.person(user, { phone: `4940${1_000_000 + index}` });
      const friends = Array.from({ length: FRIENDS }, (_, friend) =>
        telegram.person(`Friend ${friend} of ${user}`),
      );
      for (const friend of friends) person.knows(friend);
      this.#accounts.push({ user, person, friends });
    }
    const everybody = this.#accounts.flatMap(({ person, friends }) => [person, ...friends]);
    const [founder, ...others] = everybody;
    if (!founder) throw new Error('nobody is there');
    this.#groups = [
      founder.as.createsGroup('A basic group', ...others),
      founder.as.createsChannel({ title: 'A supergroup' }, ...others),
    ];
    for (const { user, person } of this.#accounts)
      if (!(await stage.register(user, person))) throw new Error(`not registered: ${stage.refusedLogins}`);
    xmpp.on('message', (stanza) => this.#heard(stanza));
    telegram.doings.on('said', ({ by, to, posted }) => this.#said(by.id, to, posted));
    while (this.#greeted.size < this.#accounts.length) {
      for (const { user, person, friends } of this.#accounts)
        if (!this.#greeted.has(user)) friends[0]?.says(HELLO, person);
      await later(HELLO_MS);
    }
    const rooms = this.#groups.map((group) => stage.jid(group));
    this.#rooms = new RoomClients(xmpp, USERS, rooms);
    while (!this.#rooms.complete) await later(HELLO_MS);
    ledger.kind = 'none';
  }

  /** One message each way, so many times a second. */
  begin(perSecond: number): void {
    this.#timer = setInterval(() => this.#step(), 1_000 / perSecond);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** Looks at what the archives of all rooms have. */
  async lookIntoArchives(): Promise<void> {
    for (const { user } of this.#accounts)
      for (const room of this.#rooms?.rooms ?? [])
        await this.#rooms?.archive(user, room, (message, id) => {
          const name = NAME.exec(message.childText('body') ?? '')?.[0];
          if (name) this.ledger.archived(`${name}@${user}`, id);
        });
  }

  close(): void {
    this.#rooms?.stop();
  }

  /** Somebody tells every user so many things at once. */
  burst(count: number): void {
    for (const account of this.#accounts) for (let said = 0; said < count; said += 1) this.#says(account);
  }

  #step(): void {
    const turn = Math.floor(this.#count / 2);
    const account = one(this.#accounts, turn);
    if (turn % IN_GROUPS === 0) {
      const group = one(this.#groups, Math.floor(turn / IN_GROUPS));
      this.#saysIn(group, account);
      void this.#writes(account, this.stage.jid(group), 'groupchat');
    } else {
      this.#says(account);
      void this.#writes(account, this.stage.jid(one(account.friends, turn)), 'chat');
    }
  }

  #says({ person, friends }: Account): void {
    const name = `in-${this.#next()}`;
    this.ledger.said(name);
    one(friends, this.#count).says(`${name} from Telegram`, person);
  }

  #saysIn(group: GroupPlace | ChannelPlace, { friends }: Account): void {
    const name = `in-${this.#next()}`;
    for (const { user } of this.#accounts) this.ledger.said(`${name}@${user}`, 'room');
    one(friends, this.#count).says(`${name} from Telegram`, group);
  }

  async #writes({ user }: Account, to: string, type: 'chat' | 'groupchat'): Promise<void> {
    const { stage, ledger } = this;
    const name = `out-${this.#next()}`;
    // As a client does that is not connected, or not in the room: it writes when it is.
    await stage.xmpp.whenConnected();
    while (type === 'groupchat' && !this.#rooms?.isIn(user, to)) await later(HELLO_MS);
    ledger.wrote(name);
    const receipt = type === 'chat' ? `<request xmlns='urn:xmpp:receipts'/>` : '';
    const handing = await stage.xmpp.send(
      `<message type='${type}' from='${stage.xmpp.client(user)}' to='${to}' id='${name}'>` +
        `<body>${name} from XMPP</body>${receipt}</message>`,
    );
    if (handing === 'in-doubt') ledger.doubted(name);
  }

  /** What a user has said in a group the others are to see. */
  #said(by: number, to: Place, { message }: Posted): void {
    const name = NAME.exec(message.text)?.[0];
    if (!name) return;
    this.ledger.arrived(name);
    if (to.kind === 'person') return;
    for (const { user, person } of this.#accounts)
      if (person.id !== by) this.ledger.said(`${name}@${user}`, 'room');
  }

  #heard(stanza: XmlElement): void {
    const { type, id = '', to = '' } = stanza.attrs;
    if (type === 'error') {
      this.ledger.failed(id, stanza.child('error')?.toString() ?? '');
      return;
    }
    const user = to.replace(/@.*/, '');
    const body = stanza.childText('body') ?? '';
    if (body === HELLO) this.#greeted.add(user);
    const name = NAME.exec(body)?.[0];
    if (!name) return;
    if (type === 'groupchat')
      this.ledger.shown(`${name}@${user}`, stanza.child('stanza-id', SID)?.attrs.id ?? id);
    else this.ledger.shown(name, id);
  }

  #next(): number {
    this.#count += 1;
    return this.#count;
  }
}

function one<Thing>(things: readonly Thing[], turn: number): Thing {
  const thing = things[turn % things.length];
  if (thing === undefined) throw new Error('nobody to talk to');
  return thing;
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
