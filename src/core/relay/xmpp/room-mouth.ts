import { GatewayError } from '../../../gateway/error.js';
import type { Text } from '../../../gateway/text.js';
import { xmlText } from '../../../xmpp/escape-xml.js';
import { moderationPayload } from '../../../xmpp/xep/0425-moderated-retraction/moderated.js';
import type { Crossing } from '../leg.js';
import type { RelayContent, RelayMention, Whisper } from '../model.js';
import { roomName } from './names.js';
import { renderCrossing, type Telling } from './render-crossing.js';
import type { Head, RoomEar } from './room-ear.js';
import type { Seat } from './seat.js';
import { sentences } from './sentences.js';
import { namesOf } from './to-leg-event.js';

/** After the room has refused something that may be said again, so many messages are said one by one. */
const CAREFUL = 50;

/** Something on its way: who says it, and the promise of what it is called. */
interface Said {
  readonly seat: Seat;
  readonly ids: Promise<readonly string[]>;
}

/** Tells what crosses, by whoever can. Several messages may be on their way at once. */
export class RoomMouth {
  /** One after the other begins to speak. */
  #turn: Promise<void> = Promise.resolve();
  /** How often something was refused that may be said again. */
  #refusals = 0;
  #careful = 0;

  constructor(
    private readonly head: Head,
    private readonly ear: RoomEar,
  ) {}

  /**
   * How many messages may be under way. Whatever goes by one stream is shown in its order. Where the room has refused one
   * in front, those behind that it has taken cannot be taken back, so for a while each is awaited.
   */
  get window(): number {
    return this.#careful > 0 ? 1 : this.head.options.window;
  }

  /** As `Leg.cross`. */
  async cross(crossing: Crossing): Promise<readonly string[]> {
    const refusals = this.#refusals;
    const before = this.#turn;
    let done = (): void => undefined;
    this.#turn = new Promise((resolve) => {
      done = resolve;
    });
    try {
      let said: Said | undefined;
      try {
        await before;
        // One in front goes first when it is told again.
        if (this.#refusals !== refusals) throw lost();
        said = await this.#begin(crossing);
      } finally {
        done();
      }
      const ids = said ? await this.#answer(crossing, said) : [];
      this.#careful = Math.max(0, this.#careful - 1);
      // A change of something has no name of its own.
      return crossing.content.kind === 'said' || crossing.content.kind === 'subject' ? ids : [];
    } catch (error) {
      if (error instanceof GatewayError && error.retryable) {
        this.#refusals += 1;
        this.#careful = CAREFUL;
      }
      throw error;
    }
  }

  /** Says something as the relay itself. @throws {GatewayError} it is not in */
  announce(text: Text): void {
    const { seat, words, room, services, options } = this.head;
    const said = services.translator.say(text, options.language);
    const content: RelayContent = { kind: 'said', speaker: { key: '', nick: '' }, words: { text: said } };
    const id = this.ear.newId();
    const [payload = ''] = renderCrossing({ id, from: room, content }, this.#telling(false));
    if (!seat.joined) throw new GatewayError('not-joined', { key: 'relay-room-lost' });
    words.send(seat, id, payload);
  }

  /** The children of the messages that say something in private. @param named the relay says it for him */
  wordsOf({ id, from, home, words }: Whisper, named: boolean): readonly string[] {
    return renderCrossing(
      { id, from: home, content: { kind: 'said', speaker: from, words } },
      this.#telling(named),
    );
  }

  /** A person who speaks by the relay where he may not himself. */
  async #answer(crossing: Crossing, { seat, ids }: Said): Promise<readonly string[]> {
    try {
      return await ids;
    } catch (error) {
      const mute = error instanceof GatewayError && error.code === 'forbidden' && seat !== this.head.seat;
      if (!mute) throw error;
      return this.#say(crossing, this.head.seat);
    }
  }

  async #begin(crossing: Crossing): Promise<Said | undefined> {
    const { content, from, reference } = crossing;
    const { seat, standIns } = this.head;
    switch (content.kind) {
      case 'said':
      case 'edited':
      case 'reacted':
        return this.#start(crossing, (await standIns.enter(content.speaker, from)) ?? seat);
      case 'retracted': {
        // What somebody has said here himself goes if a moderator elsewhere wants it, and this leg is set to obey.
        if (reference?.own && (content.by === undefined || !this.head.options.settings().obeys))
          return undefined;
        const { room, sayer, by } = namesOf(reference?.ids ?? []);
        if (room === undefined) return undefined;
        const own = sayer && (await standIns.enter(sayer.speaker, sayer.from));
        // Only who has said something can take it back (XEP-0424 §5), or a moderator (XEP-0425).
        if (own?.key === by || seat.key === by) return this.#start(crossing, own ?? seat);
        await this.#moderate(room);
        return undefined;
      }
      case 'subject':
        if (
          this.head.options.settings().topics === 'set' &&
          (await this.#setSubject(crossing.id, content.text))
        )
          return undefined;
        return this.#start(crossing, seat);
      case 'presence':
        return (await this.#attend(content, from)) ? undefined : this.#start(crossing, seat);
      default:
        return content satisfies never;
    }
  }

  /** Sends it now, unless what was sent before goes another way and could be overtaken. */
  async #start(crossing: Crossing, seat: Seat): Promise<Said> {
    const { words, services } = this.head;
    const { domain } = seat.address;
    while (words.hasOther(domain)) await words.settled();
    if (!seat.joined || !this.head.seat.joined) throw lost();
    seat.heard = services.now();
    const ids = this.#say(crossing, seat);
    // It is awaited later, and must not be an unhandled rejection till then.
    ids.catch(() => undefined);
    return { seat, ids };
  }

  async #say(crossing: Crossing, seat: Seat): Promise<readonly string[]> {
    const { words } = this.head;
    const named = seat === this.head.seat;
    const { kind } = crossing.content;
    const { by } = namesOf(crossing.reference?.ids ?? []);
    // Only who has said something can change it (XEP-0308 §4).
    const own = kind !== 'edited' || seat.key === by;
    const told = own ? crossing : { ...crossing, reference: { ids: [] } };
    const { content, from } = crossing;
    const via = 'words' in content ? (content.words.via ?? []) : [];
    const mark = this.head.services.marks.words(from, via);
    const parts = renderCrossing(told, this.#telling(named)).map((payload, index) => {
      const id = this.ear.idOf(index === 0 ? crossing.id : `${crossing.id}-${index}`);
      return words.known(id) ?? words.say(seat, id, payload + mark);
    });
    return (await Promise.all(parts)).flat();
  }

  /** Takes somebody else's words away, as far as the relay may (XEP-0425 §3). */
  async #moderate(id: string): Promise<void> {
    const { seat, room, services } = this.head;
    if (seat.role !== 'moderator')
      throw new GatewayError('forbidden', { key: 'relay-room-no-moderator', args: { room } });
    const payload = moderationPayload(id, this.head.features());
    try {
      await services.request('set', seat.address, room, payload);
    } catch (error) {
      const text = { key: 'relay-room-no-moderator', args: { room } };
      throw new GatewayError('forbidden', text, error instanceof Error ? 'not-sent' : 'unknown');
    }
  }

  /** False: the room does not let the relay do that. */
  async #setSubject(crossing: string, text: string): Promise<boolean> {
    const { seat, words } = this.head;
    if (!seat.joined) throw lost();
    const id = this.ear.idOf(crossing);
    try {
      await words.say(seat, id, `<subject>${xmlText(text)}</subject>`);
      return true;
    } catch (error) {
      if (error instanceof GatewayError && error.retryable) throw error;
      return false;
    }
  }

  /** Shows coming and going by stand-ins that do so. False: there are none here, and words have to do. */
  async #attend(
    { speaker, change }: Extract<RelayContent, { readonly kind: 'presence' }>,
    from: Crossing['from'],
  ): Promise<boolean> {
    const { standIns, options } = this.head;
    if (options.standIns.most === 0) return false;
    if (change === 'joined') await standIns.attend(speaker, from);
    else if (change === 'left') standIns.leave(speaker, from);
    else await standIns.rename(speaker, from);
    return true;
  }

  #telling(named: boolean): Telling {
    const { room, options, services, occupants, standIns } = this.head;
    const { language, messageLength } = options;
    const occupantOf = ({ leg, key, nick }: RelayMention) =>
      leg === room ? occupants.keyed(key) : occupants.get(standIns.joined({ key, nick }, leg)?.nick ?? '');
    return {
      ...{ room, named, length: messageLength, say: sentences(services.translator, language) },
      delays: { from: services.address.bare, kept: this.ear.keepsDelays ?? false },
      nameOf: (mention) => occupantOf(mention)?.nick ?? roomName(mention.nick),
      who: (mention) => {
        const occupant = occupantOf(mention);
        if (!occupant) return undefined;
        const { nick, occupantId } = occupant;
        return { jid: `${room}/${nick}`, ...(occupantId !== undefined && { occupantId }) };
      },
    };
  }
}

function lost(): GatewayError {
  return new GatewayError('network-unreachable', { key: 'relay-room-lost' }, 'not-sent', true);
}
