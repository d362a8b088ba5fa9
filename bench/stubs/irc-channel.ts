import type { IrcConnection } from './irc-connection.js';

const NAMES_BYTES = 400;

/** Nick of the one speaker who is not behind the gateway. */
export const TALKER = 'talker';

/** A channel of the stub IRC server. */
export class IrcChannel {
  readonly members = new Set<IrcConnection>();
  readonly #name: string;
  readonly #hidesMembers: boolean;
  /** Members without a connection, by their nicks. */
  readonly #people = new Set<string>();

  constructor(name: string) {
    this.#name = name;
    this.#hidesMembers = name.startsWith('#h');
  }

  /** Adds a member: JOIN to all who may see it, then NAMES to the new one. */
  join(member: IrcConnection): void {
    if (this.members.has(member)) return;
    this.members.add(member);
    this.#announce(member, `:${member.prefix} JOIN ${this.#name}\r\n`);
    member.write(this.#names(member));
  }

  /** Removes a member by PART. */
  part(member: IrcConnection): void {
    if (!this.members.has(member)) return;
    this.#announce(member, `:${member.prefix} PART ${this.#name}\r\n`);
    this.members.delete(member);
  }

  /** Removes a member whose connection has ended. */
  quit(member: IrcConnection): void {
    if (this.members.delete(member) && !this.#hidesMembers) {
      this.#announce(member, `:${member.prefix} QUIT :gone\r\n`);
    }
  }

  /** Members without a connection come in. */
  enter(nicks: readonly string[]): void {
    for (const nick of nicks) this.#people.add(nick);
    this.#toAll(nicks, (nick) => `:${prefixOf(nick)} JOIN ${this.#name}\r\n`);
  }

  /** Those whose server is cut off from this one (RFC 2812 §3.1.7). */
  split(nicks: readonly string[]): void {
    for (const nick of nicks) this.#people.delete(nick);
    this.#toAll(nicks, (nick) => `:${prefixOf(nick)} QUIT :hub.bench leaf.bench\r\n`);
  }

  /** A line of a member without a connection. */
  say(nick: string, text: string): void {
    this.#toAll([nick], () => `:${prefixOf(nick)} PRIVMSG ${this.#name} :${text}\r\n`);
  }

  #toAll(nicks: readonly string[], render: (nick: string) => string): void {
    const lines = nicks.map(render).join('');
    for (const member of this.members) member.write(lines);
  }

  #announce(about: IrcConnection, line: string): void {
    if (this.#hidesMembers) about.write(line);
    else for (const member of this.members) member.write(line);
  }

  #names(member: IrcConnection): string {
    const nicks = this.#hidesMembers
      ? [member.nick, `@${TALKER}`]
      : [...Array.from(this.members, ({ nick }) => nick), ...this.#people];
    const head = `:irc.stub 353 ${member.nick} = ${this.#name} :`;
    let reply = '';
    let line = '';
    for (const nick of nicks) {
      line += line === '' ? nick : ` ${nick}`;
      if (line.length < NAMES_BYTES) continue;
      reply += `${head}${line}\r\n`;
      line = '';
    }
    if (line !== '') reply += `${head}${line}\r\n`;
    return `${reply}:irc.stub 366 ${member.nick} ${this.#name} :End of /NAMES list.\r\n`;
  }
}

function prefixOf(nick: string): string {
  return `${nick}!${nick}@people.bench`;
}
