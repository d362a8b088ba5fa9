import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { submit } from '../service-talk.js';
import { DOMAIN, type GatewayStage, ORCHARD } from './gateway-stage.js';

/** What a user is shown at one stage of a login, whichever way he came. */
export interface Shown {
  /** All words of it. */
  readonly text: string;
  /** As it came, for what is not words. */
  readonly stanza: XmlElement;
}

/** One user's login, stage by stage. */
export interface LoginTalk {
  /** The first form, filled in. */
  begin(values: Readonly<Record<string, string>>): Promise<Shown>;
  /** What is asked next, answered; an empty answer goes on. */
  answer(field: string, value?: string): Promise<Shown>;
  /** What was to be done elsewhere is done: what comes then. */
  goesOn(): Promise<Shown>;
}

/** The three ways of talking to the gateway (C21). */
export const TALKS = {
  'ad-hoc command': (stage: GatewayStage, client = ORCHARD): LoginTalk => new AdHocTalk(stage, client),
  'chat dialogue': (stage: GatewayStage, client = ORCHARD): LoginTalk => new ChatTalk(stage, client),
  'registration form': (stage: GatewayStage, client = ORCHARD): LoginTalk => new FormTalk(stage, client),
} as const;

/** Names of {@link TALKS}. */
export const WAYS_TO_TALK = Object.keys(TALKS) as (keyof typeof TALKS)[];

/** A command of several stages. */
class AdHocTalk implements LoginTalk {
  #session = '';

  constructor(
    private readonly stage: GatewayStage,
    private readonly client: string,
  ) {}

  async begin(values: Readonly<Record<string, string>>): Promise<Shown> {
    const first = await this.#step('');
    this.#session = first.stanza.child('command', NS.COMMANDS)?.attrs.sessionid ?? '';
    return this.#step(submit(values));
  }

  answer(field: string, value = ''): Promise<Shown> {
    return this.#step(submit({ [field]: value }));
  }

  /** Nobody can be told of a command's next stage: its user presses the button again. */
  async goesOn(): Promise<Shown> {
    for (;;) {
      const next = await this.answer('nothing');
      if (!next.text.includes('has not been scanned yet')) return next;
    }
  }

  async #step(form: string): Promise<Shown> {
    const session = this.#session === '' ? '' : ` sessionid='${this.#session}' action='next'`;
    const command = `<command xmlns='${NS.COMMANDS}' node='jabber:iq:register'${session}>${form}</command>`;
    return shown(await this.stage.iq('set', DOMAIN, command, this.client));
  }
}

/** Words, one message after the other. */
class ChatTalk implements LoginTalk {
  constructor(
    private readonly stage: GatewayStage,
    private readonly client: string,
  ) {}

  async begin(values: Readonly<Record<string, string>>): Promise<Shown> {
    await this.#say('register');
    const lines = Object.entries(values).map(([name, value]) => `${name}: ${value}`);
    return this.#say(lines.join('\n'));
  }

  answer(_field: string, value = ''): Promise<Shown> {
    return this.#say(value === '' ? '-' : value);
  }

  async goesOn(): Promise<Shown> {
    return shown(await this.stage.message(DOMAIN, '', this.client));
  }

  async #say(body: string): Promise<Shown> {
    await this.stage.write(DOMAIN, body, { from: this.client });
    return shown(await this.stage.message(DOMAIN, '', this.client));
  }
}

/** The form of in-band registration; further stages follow in chat. */
class FormTalk implements LoginTalk {
  readonly #chat: ChatTalk;

  constructor(
    private readonly stage: GatewayStage,
    private readonly client: string,
  ) {
    this.#chat = new ChatTalk(stage, client);
  }

  async begin(values: Readonly<Record<string, string>>): Promise<Shown> {
    const query = `<query xmlns='${NS.REGISTER}'>${submit(values, NS.REGISTER)}</query>`;
    const answer = shown(await this.stage.iq('set', DOMAIN, query, this.client));
    if (!answer.text.includes('in a chat')) return answer;
    return shown(await this.stage.message(DOMAIN, '', this.client));
  }

  answer(field: string, value?: string): Promise<Shown> {
    return this.#chat.answer(field, value);
  }

  goesOn(): Promise<Shown> {
    return this.#chat.goesOn();
  }
}

function shown(stanza: XmlElement): Shown {
  const words = (element: XmlElement): string[] => [
    ...(element.attrs.label === undefined ? [] : [element.attrs.label]),
    ...(element.elements().length === 0 ? [element.text()] : element.elements().flatMap(words)),
  ];
  return { text: words(stanza).join('\n'), stanza };
}
