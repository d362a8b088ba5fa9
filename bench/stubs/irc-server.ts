// Stub IRC server without flood control. Own process. Channels named #h… hide their members, as an
// auditorium does: each member sees itself and the operator TALKER. All others show everyone to everyone.
import { createServer } from 'node:net';
import { serve } from '../harness/channel.js';
import { monotonicMicros, pause } from '../harness/clock.js';
import { evenly, flood, paced, type Sent } from '../harness/sender.js';
import { benchBody, type LatencySummary, type Tallied, Tally } from '../harness/tally.js';
import { IrcChannel, TALKER } from './irc-channel.js';
import { IrcConnection, type IrcEvents } from './irc-connection.js';

const POLL_MS = 20;
const TALKER_PREFIX = `${TALKER}!talker@bench`;

/** Lines of the talker to a channel, to its first member only. */
export interface ChannelMessages {
  readonly channel: string;
  readonly count: number;
  /** Even rate; without it as fast as the gateway takes them. */
  readonly perSecond?: number;
}

/** Members of a channel who have no connection. */
export interface People {
  readonly channel: string;
  readonly count: number;
}

class IrcStub implements IrcEvents {
  readonly #channels = new Map<string, IrcChannel>();
  readonly #nicks = new Set<string>();
  readonly #connections = new Set<IrcConnection>();
  readonly #messages = new Tally();
  readonly #people = new Map<string, readonly string[]>();
  #sent = 0;

  listen(argument: { readonly host: string; readonly port: number }): Promise<void> {
    const server = createServer((socket) => {
      this.#connections.add(new IrcConnection(socket, this));
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ ...argument, backlog: 4_096 }, () => resolve());
    });
  }

  claimNick(nick: string, former: string): boolean {
    const key = nick.toLowerCase();
    if (this.#nicks.has(key)) return false;
    this.#nicks.delete(former.toLowerCase());
    this.#nicks.add(key);
    return true;
  }

  joined(member: IrcConnection, name: string): void {
    this.#made(name).join(member);
  }

  parted(member: IrcConnection, name: string): void {
    this.#channels.get(name.toLowerCase())?.part(member);
  }

  closed(member: IrcConnection): void {
    if (!this.#connections.delete(member)) return;
    this.#nicks.delete(member.nick.toLowerCase());
    for (const channel of this.#channels.values()) channel.quit(member);
  }

  message(line: Buffer): void {
    this.#messages.addStamped(line);
  }

  reset(argument: { readonly latency: boolean }): void {
    this.#messages.reset(argument.latency);
  }

  /** Lines to channels since the last reset. */
  received(): number {
    return this.#messages.count;
  }

  latency(): LatencySummary {
    return this.#messages.latency();
  }

  expectMessages(argument: { readonly count: number }): Promise<Tallied> {
    return this.#messages.reach(argument.count);
  }

  send(messages: ChannelMessages): Promise<Sent> {
    const [member] = this.#channel(messages.channel).members;
    if (member === undefined) throw new Error(`nobody is in ${messages.channel}`);
    const render = (): string => this.#line(messages.channel);
    return messages.perSecond === undefined
      ? flood(member.socket, messages.count, render)
      : paced(member.socket, messages.count, messages.perSecond, render);
  }

  /** One line of the talker to every member of a channel. */
  say(argument: { readonly channel: string }): Sent {
    const startedAt = monotonicMicros();
    const line = Buffer.from(this.#line(argument.channel));
    for (const member of this.#channel(argument.channel).members) member.socket.write(line);
    return { startedAt };
  }

  /** Puts people into a channel. */
  people({ channel, count }: People): void {
    const nicks = Array.from({ length: count }, (_, index) => `m${index}`);
    this.#people.set(channel, nicks);
    this.#made(channel).enter(nicks);
  }

  /** Resolves when a connection is in a channel. */
  async expectMember({ channel }: { readonly channel: string }): Promise<void> {
    while (this.#channel(channel).members.size === 0) await pause(POLL_MS);
  }

  /** The server of all these people is cut off. */
  quit({ channel }: { readonly channel: string }): void {
    this.#channel(channel).split(this.#people.get(channel) ?? []);
  }

  /** It is there again. */
  rejoin({ channel }: { readonly channel: string }): void {
    this.#channel(channel).enter(this.#people.get(channel) ?? []);
  }

  /** The first of these people say one line each, numbered from 1. */
  talk({ channel, count, perSecond }: People & { readonly perSecond: number }): Promise<Sent> {
    let number = 0;
    return evenly(count, perSecond, () => {
      number += 1;
      this.#channel(channel).say(`m${number - 1}`, benchBody(number));
    });
  }

  #made(name: string): IrcChannel {
    const key = name.toLowerCase();
    const channel = this.#channels.get(key) ?? new IrcChannel(name);
    this.#channels.set(key, channel);
    return channel;
  }

  #line(channel: string): string {
    this.#sent += 1;
    return `:${TALKER_PREFIX} PRIVMSG ${channel} :${benchBody(this.#sent)}\r\n`;
  }

  #channel(name: string): IrcChannel {
    const channel = this.#channels.get(name.toLowerCase());
    if (channel === undefined) throw new Error(`no channel ${name}`);
    return channel;
  }
}

/** Operations of the stub, for the process that calls it. */
export type IrcOperations = ReturnType<typeof operationsOf>;

function operationsOf(stub: IrcStub) {
  return {
    listen: (argument: { readonly host: string; readonly port: number }) => stub.listen(argument),
    reset: (argument: { readonly latency: boolean }) => stub.reset(argument),
    received: () => stub.received(),
    latency: () => stub.latency(),
    expectMessages: (argument: { readonly count: number }) => stub.expectMessages(argument),
    send: (messages: ChannelMessages) => stub.send(messages),
    say: (argument: { readonly channel: string }) => stub.say(argument),
    people: (argument: People) => stub.people(argument),
    expectMember: (argument: { readonly channel: string }) => stub.expectMember(argument),
    quit: (argument: { readonly channel: string }) => stub.quit(argument),
    rejoin: (argument: { readonly channel: string }) => stub.rejoin(argument),
    talk: (argument: People & { readonly perSecond: number }) => stub.talk(argument),
  };
}

serve(operationsOf(new IrcStub()));
