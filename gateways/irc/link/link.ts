import { GatewayError } from '../../../src/gateway/error.js';
import type { InboundEvent } from '../../../src/gateway/event.js';
import type { AccountView } from '../../../src/gateway/gateway.js';
import type { ConnectionState, SessionHost } from '../../../src/gateway/session.js';
import { type ServerTarget, serverTarget } from '../account/server-target.js';
import { serverSettingsOf, settingsOf } from '../account/settings.js';
import type { Seat } from '../network/channel.js';
import type { Network } from '../network/network.js';
import { DialError } from '../wire/dial.js';
import { Registration } from '../wire/registration.js';
import { Wire, type WireUser } from '../wire/wire.js';
import { Acceptance } from './acceptance.js';
import { backoffMs } from './backoff.js';
import type { IrcContext, Ticking } from './context.js';
import { CtcpAnswers } from './ctcp.js';
import { errorOfCause, saslError, tooFast, unreachable } from './failure.js';
import { LinkRooms } from './link-rooms.js';
import { hasSettledNick, identityOf, linesAfterLogin, wantsSasl } from './login.js';
import { alternativeNick, effectiveNick, nickFor, plainerNick } from './nickname.js';
import { Queries, type Query } from './queries.js';
import { readLine } from './reader.js';
import { Waiters } from './waiters.js';

/** The session that a connection belongs to. */
export interface LinkOwner {
  readonly account: AccountView;
  readonly host: SessionHost;
  readonly awayText: string | undefined;
  /** The connection has ended for good. */
  forget(link: Link): void;
}

/** Nicks tried before registration is given up. */
const maxNickAttempts = 5;
/** Channels a server may put us into without being asked, per connection. */
const maxForcedJoins = 20;

/** The connection of one account to one server, across reconnects. */
export class Link implements WireUser, Ticking {
  readonly context: IrcContext;
  readonly owner: LinkOwner;
  readonly network: Network;
  readonly rooms: LinkRooms;
  /** Place among the observers of the network's own window. */
  readonly seat: Seat;
  /**
   * `offline` before the first attempt, `retrying` between attempts, `failed` until the user acts (S18),
   * `closing` and `closed` at the end.
   */
  phase: 'offline' | 'connecting' | 'online' | 'retrying' | 'failed' | 'closing' | 'closed' = 'offline';
  /** As the server knows us. */
  nick = '';
  wantedNick = '';
  /** `user@host` as others see it; undefined until the server has shown it. */
  userHost: string | undefined;
  wire: Wire | undefined;
  registration: Registration | undefined;
  /** The server has let us in (001), the rest of its greeting is still to come. */
  welcomed = false;
  authenticated = false;
  /** The server's last words (ERROR). */
  lastWords: string | undefined;
  malformed = 0;
  /** When a private message last passed. */
  lastDirect = 0;
  state: ConnectionState = { state: 'idle' };
  #askedNick: string | undefined;
  /** What is to be tried instead, for each connection anew; and what of it is left. */
  #otherNicks: readonly string[] = [];
  #nicksLeft: string[] = [];
  #webirc: string | undefined;
  #nickAttempts = 0;
  #wasOnline = false;
  #verdict: GatewayError | undefined;
  #deadline = 0;
  #onlineSince = 0;
  /** When the connection was lost that is being made again; undefined while there is none. */
  #lostAt: number | undefined;
  #attempt = 0;
  #lastAttempt = 0;
  #idleSince = 0;
  #regainAt = 0;
  #pinged = false;
  #forced = 0;
  #paused = false;
  #leaveGate: (() => void) | undefined;
  #waiters: Waiters | undefined;
  #acceptance: Acceptance | undefined;
  #queries: Queries | undefined;
  #ctcp: CtcpAnswers | undefined;
  #closed: (() => void)[] | undefined;

  constructor(context: IrcContext, owner: LinkOwner, network: Network) {
    this.context = context;
    this.owner = owner;
    this.network = network;
    this.seat = network.attach();
    this.rooms = new LinkRooms(this);
    this.#idleSince = context.now();
    context.addTicking(this);
  }

  get acceptance(): Acceptance {
    this.#acceptance ??= new Acceptance();
    return this.#acceptance;
  }

  get queries(): Queries {
    this.#queries ??= new Queries();
    return this.#queries;
  }

  get ctcp(): CtcpAnswers {
    this.#ctcp ??= new CtcpAnswers(this.context.software);
    return this.#ctcp;
  }

  /** Whether the user wants this connection without rooms too. */
  get stays(): boolean {
    const { account } = this.owner;
    return account.registered && serverSettingsOf(account, this.network.host).connect === true;
  }

  isOwnNick(nick: string): boolean {
    if (nick === this.nick) return true;
    // Folding changes no length; nearly every other nick ends here.
    return nick.length === this.nick.length && this.network.fold(nick) === this.network.fold(this.nick);
  }

  emit(event: InboundEvent): void {
    // Live chatter has no cursor to advance; what cannot be stored is the core's to tell.
    this.owner.host.emit(event)?.catch((error: unknown) => {
      this.context.log.warn({ err: error, server: this.network.host }, 'an event was not taken');
    });
  }

  /** Connects unless that is done or under way. `asked`: the nick of the join that wants it, `others` in its place. */
  start(asked?: string, others: readonly string[] = []): void {
    if (asked !== undefined && !this.#wasOnline && this.phase !== 'connecting') {
      this.#askedNick = asked;
      this.#otherNicks = others;
    }
    if (
      this.phase === 'retrying' &&
      this.context.now() - this.#lastAttempt < this.context.options.reconnect.initialMs
    )
      return;
    if (this.phase !== 'offline' && this.phase !== 'retrying' && this.phase !== 'failed') return;
    this.#connect();
  }

  /** Ends the connection; the promise resolves when it is closed. */
  close(reason: string): Promise<void> {
    if (this.phase === 'closed') return Promise.resolve();
    return new Promise((resolve) => {
      this.#closed ??= [];
      this.#closed.push(resolve);
      if (this.phase === 'closing') return;
      const { wire } = this;
      this.phase = 'closing';
      this.#deadline = this.context.now() + this.context.options.timeouts.closeMs;
      if (wire === undefined) this.#finish();
      else wire.close(reason === '' ? 'QUIT' : `QUIT :${reason}`);
    });
  }

  /** Runs a request now or when the connection is up; starts it if need be. */
  whenOnline(run: () => void, reject: (error: GatewayError) => void): void {
    if (this.phase === 'online') {
      run();
      return;
    }
    if (this.phase === 'failed' && this.#verdict !== undefined) {
      reject(this.#verdict);
      return;
    }
    const { limits, timeouts } = this.context.options;
    this.#waiters ??= new Waiters();
    if (this.#waiters.size >= limits.waitingForConnection) {
      reject(new GatewayError('limit', { key: 'irc-too-many-waiting' }, 'not-sent', true));
      return;
    }
    this.#waiters.add({ run, reject, deadline: this.context.now() + timeouts.registrationMs });
    this.start();
  }

  /** Sends a request whose refusal the server tells by an error about one of `targets` (names, unfolded). */
  request(verb: string, line: string, targets: readonly string[]): Promise<void> {
    const { wire } = this;
    if (this.phase !== 'online' || wire === undefined) return Promise.reject(this.unreachable());
    if (!wire.hasRoom(1)) return Promise.reject(tooFast());
    wire.send(line);
    return this.acceptance.track(
      verb,
      targets.map((target) => this.network.fold(target)),
      1,
    );
  }

  /** Asks a question with several replies; rejects with GatewayError. */
  ask(line: string, query: Query, timeoutMs: number): Promise<string[][]> {
    const { wire } = this;
    if (this.phase !== 'online' || wire === undefined) return Promise.reject(this.unreachable());
    if (this.queries.isAsking(query.key) || !wire.hasRoom(1)) return Promise.reject(tooFast());
    wire.send(line);
    return this.queries.ask(query, this.context.now() + timeoutMs);
  }

  /** Why nothing can be sent now. */
  unreachable(): GatewayError {
    return this.#verdict ?? unreachable(this.network.host, this.lastWords);
  }

  // WireUser

  opened(): void {
    const { account } = this.owner;
    // Before everything else: the server asks for nothing until it knows who comes.
    if (this.#webirc !== undefined) this.wire?.urgent(this.#webirc);
    const identity = identityOf(this.context.options, account, this.network.host, this.nick);
    try {
      this.registration = new Registration(identity, { urgent: (line) => this.wire?.urgent(line) });
    } catch (error) {
      this.wire?.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  line(line: string): void {
    this.#pinged = false;
    readLine(this, line);
  }

  flushing(): void {
    const ping = this.#acceptance?.ping();
    if (ping !== undefined) this.wire?.send(ping, true);
  }

  chunkRead(): void {
    const { host } = this.owner;
    if (this.#paused || !host.congested) return;
    this.#paused = true;
    this.wire?.pause();
    host.relieved().then(
      () => {
        this.#paused = false;
        this.wire?.resume();
      },
      () => undefined,
    );
  }

  closed(cause: Error | undefined): void {
    this.#leaveGate?.();
    this.#leaveGate = undefined;
    this.registration?.release();
    this.registration = undefined;
    this.wire = undefined;
    const wasOnline = this.phase === 'online';
    if (wasOnline) this.network.removeOwnNick(this.nick, this.context.now());
    this.#acceptance?.broken();
    this.#queries?.broken();
    if (this.phase === 'closing') {
      this.#finish();
      return;
    }
    if (cause !== undefined)
      this.context.log.info({ server: this.network.host, cause: cause.message }, 'connection to IRC lost');
    const error = this.#verdict ?? errorOfCause(cause, this.network.host, this.lastWords);
    this.#waiters?.reject(error);
    if (this.#verdict !== undefined) {
      this.#failed(this.#verdict);
      return;
    }
    if (wasOnline) {
      const stable = this.context.now() - this.#onlineSince >= this.context.options.reconnect.stableMs;
      if (stable) this.#attempt = 0;
      this.#lostAt = this.context.now();
      this.rooms.suspend();
    } else this.rooms.refuseWaiting(error);
    if (this.rooms.size === 0 && !this.stays) {
      // Whoever asked to join or to write has had his refusal; who was connected has not.
      if (wasOnline) this.#report({ state: 'transient-failure', text: error.text });
      this.#finish();
      return;
    }
    this.#retryLater(error, cause instanceof GatewayError);
  }

  // Registration, as the reader sees it

  /** The server has said all that comes with its greeting. */
  ready(): void {
    const { registration } = this;
    if (registration === undefined || this.phase !== 'connecting') return;
    const { account } = this.owner;
    const { host } = this.network;
    if (wantsSasl(account, host) && !this.authenticated) {
      this.fail(saslError(undefined));
      return;
    }
    this.network.announce(registration.isupport());
    this.wantedNick = effectiveNick(this.wantedNick, this.network.isupport.nickLength);
    registration.release();
    this.registration = undefined;
    this.#leaveGate?.();
    this.#leaveGate = undefined;
    this.phase = 'online';
    this.#deadline = 0;
    this.#wasOnline = true;
    this.#lostAt = undefined;
    this.#onlineSince = this.context.now();
    this.#idleSince = this.#onlineSince;
    this.#regainAt = this.#onlineSince + this.context.options.timeouts.regainNickMs;
    this.network.addOwnNick(this.nick);
    this.#report({ state: 'connected' });
    for (const line of linesAfterLogin(account, host)) this.wire?.send(line);
    if (this.owner.awayText !== undefined) this.setAway(this.owner.awayText);
    this.rooms.connected();
    this.#waiters?.run();
  }

  /** A nick was refused before the server let us in. */
  nickRefused(numeric: string, error: GatewayError): void {
    const plain = numeric === '432' ? plainerNick(this.nick, this.#otherNicks.length > 0) : undefined;
    const next = plain ?? this.#nextNick();
    if (next !== undefined) {
      this.nick = next;
      this.wantedNick = next;
      this.wire?.urgent(`NICK ${next}`);
      return;
    }
    // Somebody who only joins is told of the conflict (H14); who has settled a nick gets in under another one,
    // and so does who was in already: his own ghost may still hold it.
    const settled = this.#wasOnline || hasSettledNick(this.owner.account, this.network.host);
    if (numeric === '432' || !settled || ++this.#nickAttempts > maxNickAttempts) {
      this.fail(error);
      return;
    }
    this.nick = alternativeNick(this.nick, this.network.isupport.nickLength);
    this.wire?.urgent(`NICK ${this.nick}`);
  }

  #nextNick(): string | undefined {
    const next = this.#nicksLeft.shift();
    return next === undefined
      ? undefined
      : effectiveNick(next, this.network.isupport.nickLength) || undefined;
  }

  /** Ends the connection for a reason that trying again does not change. */
  fail(error: GatewayError): void {
    this.#verdict = error;
    this.wire?.fail(undefined);
  }

  /** The server calls us by another name now; whoever gave it, it is not fought over. */
  renamed(nick: string): void {
    this.wantedNick = nick;
    this.network.removeOwnNick(this.nick, this.context.now());
    this.nick = nick;
    this.network.addOwnNick(nick);
  }

  setAway(text: string | undefined): void {
    if (this.phase !== 'online') return;
    this.wire?.send(text === undefined ? 'AWAY' : `AWAY :${text === '' ? 'away' : text}`);
  }

  /** Whether a channel we were put into is told of; bounded, since a server may do it without end. */
  mayForce(): boolean {
    return this.#forced++ < maxForcedJoins;
  }

  /** Wants another nick from now on, also after a reconnect. */
  wantNick(nick: string): void {
    this.wantedNick = nick;
    this.#askedNick = nick;
  }

  /** Settings have changed: what was refused may be tried again. */
  reconfigured(): void {
    if (this.phase !== 'failed') return;
    this.phase = 'offline';
    this.#verdict = undefined;
    if (this.rooms.size > 0 || this.stays) this.start();
    else this.#finish();
  }

  tick(now: number): void {
    this.wire?.release();
    this.#queries?.tick(now);
    this.rooms.tick(now);
    switch (this.phase) {
      case 'connecting':
        if (this.#deadline !== 0 && now >= this.#deadline)
          this.wire?.fail(new DialError('unreachable', 'registration timed out'));
        break;
      case 'online':
        this.#tickOnline(now);
        break;
      case 'retrying':
        if (this.rooms.size === 0 && !this.stays && !this.#waiters?.size) this.#finish();
        else if (now >= this.#deadline) this.#connect();
        break;
      case 'closing':
        if (now >= this.#deadline) this.wire?.fail(undefined);
        break;
      case 'offline':
        // Made by a question or a wish that came to nothing.
        if (this.rooms.size === 0 && now - this.#idleSince > this.context.options.timeouts.lingerMs)
          this.#finish();
        break;
      default:
        break;
    }
    this.#waiters?.rejectLate(now, () => this.unreachable());
  }

  #tickOnline(now: number): void {
    const { wire } = this;
    if (wire === undefined) return;
    const { timeouts } = this.context.options;
    const silence = now - wire.lastInput;
    if (!this.#paused) {
      if (silence >= timeouts.silenceMs) {
        wire.fail(new DialError('unreachable', 'no sign of life'));
        return;
      }
      if (silence >= timeouts.pingAfterMs && !this.#pinged) {
        this.#pinged = true;
        wire.urgent('PING :isthmus-alive');
      }
    }
    if (this.rooms.size > 0) this.#idleSince = now;
    else this.#tickIdle(now);
    if (now >= this.#regainAt && !this.isOwnNick(this.wantedNick)) {
      this.#regainAt = now + timeouts.regainNickMs;
      wire.send(`NICK ${this.wantedNick}`);
    }
  }

  #tickIdle(now: number): void {
    const { timeouts } = this.context.options;
    if (now - this.#idleSince < timeouts.lingerMs || now - this.lastDirect < timeouts.directLingerMs) return;
    if (this.stays || this.#queries?.size || this.#waiters?.size) return;
    void this.close(this.context.options.quitMessage);
  }

  #connect(): void {
    const { options } = this.context;
    let target: ServerTarget;
    try {
      target = serverTarget(options, this.owner.account, this.network.host);
    } catch (error) {
      this.#verdict = error instanceof GatewayError ? error : this.unreachable();
      this.#failed(this.#verdict);
      return;
    }
    const { account } = this.owner;
    this.wantedNick = nickFor(
      settingsOf(account),
      serverSettingsOf(account, this.network.host),
      this.#askedNick,
      account.suggestedName,
      this.network.isupport.nickLength,
    );
    this.nick = this.wantedNick;
    this.#nicksLeft = [...this.#otherNicks];
    this.phase = 'connecting';
    this.#verdict = undefined;
    this.lastWords = undefined;
    this.welcomed = false;
    this.authenticated = false;
    this.malformed = 0;
    this.#nickAttempts = 0;
    this.#forced = 0;
    this.#deadline = 0;
    this.#lastAttempt = this.context.now();
    this.#report({ state: 'connecting' });
    const wire = new Wire(
      this.context,
      this,
      {
        flood: target.flood,
        maxQueuedLines: options.limits.queuedLines,
        maxBufferedBytes: options.limits.bufferedBytes,
      },
      target.encoding,
    );
    this.wire = wire;
    this.#webirc = target.webirc;
    this.#leaveGate = this.network.gate.pass(() => {
      this.#deadline = this.context.now() + options.timeouts.registrationMs;
      wire.connect(target.endpoint);
    });
  }

  /** `faulty`: the server itself does something wrong, of which the user is told at once. */
  #retryLater(error: GatewayError, faulty: boolean): void {
    const { reconnect, timeouts } = this.context.options;
    const now = this.context.now();
    this.phase = 'retrying';
    this.#deadline = now + backoffMs(reconnect, this.#attempt++, Math.random());
    // A loss that is made good in time is no news; rooms are silent about it as long.
    const silent = !faulty && this.#lostAt !== undefined && now - this.#lostAt < timeouts.lostGraceMs;
    this.#report(silent ? { state: 'connecting' } : { state: 'transient-failure', text: error.text });
  }

  /** Refused for good: nothing is tried again until the user acts. */
  #failed(error: GatewayError): void {
    this.phase = 'failed';
    this.#idleSince = this.context.now();
    this.#waiters?.reject(error);
    this.rooms.refuseAll(error);
    const refused = error.code === 'bad-credentials';
    this.#report({ state: refused ? 'bad-credentials' : 'transient-failure', text: error.text });
    // Refused credentials are remembered (S18); anything else may be asked for anew.
    if (!refused && !this.stays) this.#finish();
  }

  #finish(): void {
    if (this.phase === 'closed') return;
    this.phase = 'closed';
    this.context.removeTicking(this);
    this.#waiters?.reject(this.unreachable());
    this.rooms.drop();
    this.network.detach(this.seat);
    this.context.releaseNetwork(this.network);
    this.#report({ state: 'idle' });
    this.owner.forget(this);
    for (const done of this.#closed ?? []) done();
  }

  #report(state: ConnectionState): void {
    this.state = state;
    this.owner.host.report(state, this.network.place);
  }
}
