import { GatewayError } from '../../../gateway/error.js';
import type { Text } from '../../../gateway/text.js';
import { NS } from '../../../xmpp/namespace.js';
import { StanzaError } from '../../../xmpp/stanza-error.js';
import { discoInfoQuery, readDiscoInfo } from '../../../xmpp/xep/0030-service-discovery/disco.js';
import type { LegEnd, LegState } from '../leg.js';
import { Seat } from './seat.js';
import { isOutside } from './self-ping.js';
import type { XmppLegOptions, XmppLegServices } from './xmpp-leg-options.js';

/** Names that are tried for one who comes in. */
export const NICK_TRIES = 12;

/** Who hears how the relay fares in the room. */
export interface AttendanceHost {
  changed(state: LegState): void;
  /** It begins to come in: what was known of the room is known no more. Never rejects. */
  entering(): Promise<void>;
  /** From when on the room is asked what was said, UTC milliseconds. */
  since(): number;
  /**
   * It is in; resolves when it knows what was said before. Never rejects. @param archive the room has one (XEP-0313)
   * @param current whether it has not been lost, and begun anew, meanwhile
   */
  entered(archive: boolean, current: () => boolean): Promise<void>;
  /** It may speak. */
  ready(): void;
  /** It is out; `end` where somebody wanted that. */
  lost(end: LegEnd | undefined, by: string | undefined): void;
  /** Now and then while the relay is there. */
  tick(): void;
}

/** The relay's own seat in a room: it comes in, comes back for as long as it takes, and looks whether it is still in. */
export class Attendance {
  readonly seat: Seat;
  #features: ReadonlySet<string> = new Set();
  #retry: NodeJS.Timeout | undefined;
  #pinging: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #tries = 0;
  /** Visits that were begun. */
  #visits = 0;
  #settled = false;
  #stopped = false;

  constructor(
    private readonly room: string,
    private readonly options: XmppLegOptions,
    private readonly services: XmppLegServices,
    private readonly host: AttendanceHost,
  ) {
    const { joinMs, password } = options;
    this.seat = new Seat(services.address, {
      ...{ room, joinMs, nickTries: NICK_TRIES, send: services.send },
      ...(password !== undefined && { password }),
      lost: (_seat, end, by) => this.#lost(end, by),
      voice: () => this.#settled && this.#voice(),
    });
  }

  /** What the room can do (XEP-0045 §6.4). */
  get features(): ReadonlySet<string> {
    return this.#features;
  }

  /** Comes in; never rejects. */
  async enter(): Promise<void> {
    if (this.#stopped) return;
    const { host, seat } = this;
    this.#visits += 1;
    this.#settled = false;
    const visit = this.#visits;
    const current = (): boolean => !this.#stopped && visit === this.#visits;
    host.changed({ state: 'joining' });
    await host.entering();
    try {
      this.#features = await this.#ask();
      const archive = this.#features.has(NS.MAM);
      if (!current()) return;
      await seat.join(this.#names(), archive ? undefined : host.since());
      await host.entered(archive, current);
    } catch (error) {
      if (current()) this.#refused(error);
      return;
    }
    if (!seat.joined || !current()) return;
    this.#tries = 0;
    this.#settled = true;
    this.#voice();
    clearInterval(this.#pinging);
    this.#pinging = setInterval(() => {
      host.tick();
      void this.look();
    }, this.options.pingMs);
    this.#pinging.unref();
  }

  /** No more tries, and no more looks. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    clearInterval(this.#pinging);
  }

  /** The room says that the relay is not in. */
  outside(): void {
    if (!this.seat.joined) return;
    this.seat.forget();
    this.#lost(undefined, undefined);
  }

  /** XEP-0410: whether the relay is still in. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /**
   * The way to the room was broken and is there again. What was on it is lost: the relay comes in anew, whatever it
   * takes itself for, and learns what was said.
   */
  hurry(): void {
    if (this.#stopped || this.#visits === 0) return;
    clearInterval(this.#pinging);
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#tries = 0;
    this.seat.forget();
    this.host.lost(undefined, undefined);
    void this.enter();
  }

  async #look(): Promise<void> {
    if (!this.seat.joined) return;
    if (await isOutside(this.seat, this.room, this.services.request)) this.outside();
  }

  /** Rooms that are not there must not be made by coming in: they are asked first. @throws {GatewayError} */
  async #ask(): Promise<ReadonlySet<string>> {
    const { request, address } = this.services;
    const args = { room: this.room, reason: '' };
    try {
      const answer = await request('get', address, this.room, discoInfoQuery());
      return new Set(readDiscoInfo(answer.child('query', NS.DISCO_INFO)).features);
    } catch (error) {
      const { condition = '', text = '' } = error instanceof StanzaError ? error : {};
      if (condition === 'item-not-found' || condition === 'gone')
        throw new GatewayError('not-found', { key: 'relay-room-missing', args });
      if (condition === 'remote-server-not-found' || condition === 'remote-server-timeout') {
        const unreachable = { key: 'relay-room-refused', args: { ...args, reason: text || condition } };
        throw new GatewayError('network-unreachable', unreachable, 'not-sent', true);
      }
      // A room may tell outsiders nothing of itself, and still let them in.
      return new Set();
    }
  }

  *#names(): Generator<string> {
    const { nick } = this.options;
    yield nick;
    for (let number = 2; number < NICK_TRIES; number += 1) yield `${nick} ${number}`;
  }

  /** A room may let the relay in and not let it speak (XEP-0045 §7.13). */
  #voice(): void {
    if (this.seat.hasVoice) {
      this.host.changed({ state: 'joined' });
      this.host.ready();
      return;
    }
    this.seat.askForVoice();
    const reason = { key: 'relay-room-no-voice', args: { room: this.room } };
    this.host.changed({ state: 'refused', reason });
  }

  #refused(error: unknown): void {
    if (this.#stopped) return;
    const reason: Text = error instanceof GatewayError ? error.text : { key: 'relay-room-lost' };
    const passing = error instanceof GatewayError && error.retryable;
    this.host.changed({ state: passing ? 'away' : 'refused', reason });
    this.#again();
  }

  /** A room that refuses may think otherwise later: it is asked again, ever more rarely. */
  #again(): void {
    if (this.#stopped) return;
    const { retryFirstMs, retryLastMs } = this.options;
    const pause = Math.min(retryFirstMs * 2 ** this.#tries, retryLastMs);
    this.#tries += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.enter();
    }, pause);
    this.#retry.unref();
  }

  #lost(end: LegEnd | undefined, by: string | undefined): void {
    clearInterval(this.#pinging);
    this.host.lost(end, by);
    if (this.#stopped) return;
    this.host.changed({ state: 'away', reason: { key: 'relay-room-lost' } });
    if (!end) this.#again();
  }
}
