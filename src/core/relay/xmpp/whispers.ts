import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../../gateway/error.js';
import type { XmlElement } from '../../../xmpp/element.js';
import { el } from '../../../xmpp/element.js';
import { xmlAttr, xmlText } from '../../../xmpp/escape-xml.js';
import { NS } from '../../../xmpp/namespace.js';
import { errorReply } from '../../../xmpp/stanza-error.js';
import { toStanzaError } from '../../message/error-mapper.js';
import { readMessage } from '../../message/read-message.js';
import type { Speaker, Whisper } from '../model.js';
import { wordsRefusal } from './refusals.js';
import type { Head, RoomEar } from './room-ear.js';
import type { Seat } from './seat.js';
import type { StandIn } from './stand-ins.js';
import { wordsOf } from './to-leg-event.js';

/** Private messages of a room that are being told elsewhere at a time; further ones are refused. */
const MOST_UNDER_WAY = 50;

/** Private messages between occupants and the people behind stand-ins (XEP-0045 §7.5). */
export class Whispers {
  #underWay = 0;
  /** Said by us, while the room has not answered yet. */
  readonly #pending = new Map<string, (error: GatewayError) => void>();

  constructor(
    private readonly head: Head,
    private readonly ear: RoomEar,
  ) {}

  /** An occupant says something in private to a seat of ours. Never throws. */
  heard(stanza: XmlElement, nick: string, standIn: StandIn | undefined): void {
    this.#tell(stanza, nick, standIn).catch((error: unknown) => {
      const { services, options } = this.head;
      const reply = errorReply(stanza, toStanzaError(error, services.translator, options.language));
      if (reply !== undefined) services.send(reply);
    });
  }

  /** Something that we have said in private came back as an error. False: it is something else. */
  refused(id: string, stanza: XmlElement): boolean {
    const reject = this.#pending.get(id);
    reject?.(wordsRefusal(this.head.room, stanza).error);
    return reject !== undefined;
  }

  /**
   * Says something in private to an occupant, by the stand-in of the other; else by the relay, with his name.
   * @throws {GatewayError}
   */
  async say(to: Speaker, whisper: Whisper, render: (named: boolean) => readonly string[]): Promise<void> {
    const { occupants, standIns, seat, room, services } = this.head;
    const { from, home } = whisper;
    const args = { nick: to.nick, room };
    const speaker = (await standIns.enter(from, home)) ?? seat;
    const nick = occupants.keyed(to.key)?.nick;
    if (nick === undefined)
      throw new GatewayError('recipient-unavailable', { key: 'relay-whisper-gone', args });
    if (!speaker.joined)
      throw new GatewayError('network-unreachable', { key: 'relay-room-lost' }, 'not-sent', true);
    const address = `${room}/${nick}`;
    for (const [index, payload] of render(speaker === seat).entries())
      await this.#say(speaker, address, this.ear.idOf(`whisper-${whisper.id}-${index}`), payload);
    services.log.debug({ leg: room }, 'something was said in private');
  }

  async #tell(stanza: XmlElement, nick: string, standIn: StandIn | undefined): Promise<void> {
    const { services, options, room, host } = this.head;
    const message = readMessage(stanza, services.translator, options.language);
    // Signals, receipts and the like are of no interest to the other side.
    if (message.text === undefined) return;
    if (!standIn) {
      await this.#wish(stanza, nick, message.text);
      return;
    }
    const words = wordsOf(message, message);
    if (!words || message.retracts !== undefined) return;
    if (message.corrects !== undefined) throw new GatewayError('unsupported', { key: 'relay-whisper-fixed' });
    if (this.#underWay >= MOST_UNDER_WAY) throw new GatewayError('limit', { key: 'error-too-fast' });
    this.#underWay += 1;
    try {
      const whisper = { id: randomUUID(), from: this.ear.speaker(nick, stanza), home: room, words };
      await host()?.whispered(standIn.speaker, standIn.from, whisper);
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Whether somebody wants to be carried is all that one can say to the relay in private. @throws {GatewayError} */
  async #wish(stanza: XmlElement, nick: string, text: string): Promise<void> {
    const { services, options, room, seat, host } = this.head;
    const answer = host()?.wished?.(this.ear.speaker(nick, stanza), text);
    if (!answer) throw new GatewayError('unsupported', { key: 'relay-whisper-relay' });
    const said = xmlText(services.translator.say(answer, options.language));
    await this.#say(seat, `${room}/${nick}`, this.ear.newId(), `<body>${said}</body>`);
  }

  /** The room answers what comes later after it has dealt with that. */
  async #say(seat: Seat, to: string, id: string, payload: string): Promise<void> {
    const { room, services } = this.head;
    const refused = new Promise<never>((_, reject) => {
      this.#pending.set(id, reject);
    });
    services.send(
      `<message from='${xmlAttr(seat.address.full)}' to='${xmlAttr(to)}' type='chat' id='${xmlAttr(id)}'>${payload}<x xmlns='${NS.MUC_USER}'/></message>`,
    );
    const answered = services
      .request('get', seat.address, room, el('ping', NS.PING))
      .then(() => undefined)
      .catch(() => undefined);
    try {
      await Promise.race([refused, answered]);
    } finally {
      this.#pending.delete(id);
    }
  }
}
