import type { XmlElement } from '../../../src/xmpp/element.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import type { Ledger } from './ledger.js';
import type { FaultStage } from './stage.js';

const USERS = ['romeo', 'juliet', 'mercutio'];
const FRIENDS = 3;
const HELLO = 'hello there';
const HELLO_MS = 500;
const NAME = /\b(?:in|out)-\d+(?:-\w+)?\b/;

interface Account {
  readonly user: string;
  readonly person: ScriptedPerson;
  readonly friends: readonly ScriptedPerson[];
}

/** Words both ways, all the time, each with a name that the ledger knows. */
export class Traffic {
  readonly #accounts: Account[] = [];
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  #greeted = new Set<string>();

  constructor(
    private readonly stage: FaultStage,
    private readonly ledger: Ledger,
  ) {}

  /** Logs everybody in, and waits until everybody hears. */
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
      await stage.register(user, person);
    }
    xmpp.on('message', (stanza) => this.#heard(stanza));
    telegram.doings.on('said', ({ posted }) => {
      const name = NAME.exec(posted.message.text)?.[0];
      if (name) ledger.arrived(name);
    });
    while (this.#greeted.size < this.#accounts.length) {
      for (const { user, person, friends } of this.#accounts)
        if (!this.#greeted.has(user)) friends[0]?.says(HELLO, person);
      await new Promise((resolve) => setTimeout(resolve, HELLO_MS));
    }
  }

  /** One message each way, so many times a second. */
  begin(perSecond: number): void {
    this.#timer = setInterval(() => this.#step(), 1_000 / perSecond);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** Somebody tells every user so many things at once. */
  burst(count: number): void {
    for (const account of this.#accounts) for (let said = 0; said < count; said += 1) this.#says(account);
  }

  #step(): void {
    const account = this.#accounts[this.#count % this.#accounts.length];
    if (!account) return;
    this.#says(account);
    void this.#writes(account);
  }

  #says({ person, friends }: Account): void {
    const name = `in-${this.#next()}`;
    this.ledger.said(name);
    this.#one(friends).says(`${name} from Telegram`, person);
  }

  async #writes({ user, friends }: Account): Promise<void> {
    const { stage, ledger } = this;
    const name = `out-${this.#next()}`;
    // As a client does that is not connected: it writes when it is.
    await stage.xmpp.whenConnected();
    ledger.wrote(name);
    const to = stage.jid(this.#one(friends));
    const handing = await stage.xmpp.send(
      `<message type='chat' from='${stage.xmpp.client(user)}' to='${to}' id='${name}'>` +
        `<body>${name} from XMPP</body><request xmlns='urn:xmpp:receipts'/></message>`,
    );
    if (handing === 'in-doubt') ledger.doubted(name);
  }

  #heard(stanza: XmlElement): void {
    const { type, id = '', to = '' } = stanza.attrs;
    if (type === 'error') {
      this.ledger.failed(id, stanza.child('error')?.toString() ?? '');
      return;
    }
    const body = stanza.childText('body') ?? '';
    if (body === HELLO) this.#greeted.add(to.replace(/@.*/, ''));
    const name = NAME.exec(body)?.[0];
    if (name) this.ledger.shown(name, id);
  }

  #one(friends: readonly ScriptedPerson[]): ScriptedPerson {
    const friend = friends[this.#count % friends.length];
    if (!friend) throw new Error('nobody to talk to');
    return friend;
  }

  #next(): number {
    this.#count += 1;
    return this.#count;
  }
}
