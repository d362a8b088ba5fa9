import type { MemberId } from '../../gateway/ids.js';
import type { Session } from '../../gateway/session.js';
import type { XmlElement } from '../../xmpp/element.js';
import type { Jid } from '../../xmpp/jid.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { Rendered } from '../../xmpp/xep/0045-muc/render.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import { cleanPayload } from '../message/clean-payload.js';
import type { Letter, Place, Placed } from '../message/letter.js';
import type { UserMessage } from '../message/read-message.js';
import type { UserSignals } from '../message/user-signals.js';
import type { UserSpeech } from '../message/user-speech.js';
import { effectiveRole } from './member-entry.js';
import type { Occupancy } from './occupancy.js';
import type { PersonalState } from './personal-rooms.js';
import type { RoomEvents } from './room-events.js';
import type { RoomScribe } from './room-scribe.js';
import type { Rooms } from './rooms.js';

/**
 * What users say in rooms of their own: through the outbox, like words to people. It is accepted, and shown to the
 * user's clients, when it is committed with its place in the archive.
 */
export class PersonalRoomSpeech {
  constructor(
    private readonly context: DomainContext,
    private readonly rooms: Rooms,
    private readonly events: Pick<RoomEvents, 'tell'>,
    private readonly speech: UserSpeech,
    private readonly signals: Pick<UserSignals, 'take'>,
    private readonly scribe: RoomScribe,
  ) {}

  /** A groupchat message of a client that is in the room. Throws StanzaError for what can be refused at once. */
  say(occupancy: Occupancy, session: Session, from: Jid, stanza: XmlElement, message: UserMessage): void {
    const { account, room } = occupancy;
    const peer = { kind: 'room', id: room.id } as const;
    this.signals.take(account, peer, from, message);
    const work = this.speech.workOf(account, message);
    if (!work) return;
    this.#checkVoice(occupancy, session, message);
    let taken = false;
    const place: Place = {
      take: (submit) => {
        taken = true;
        return this.#take(occupancy, stanza, submit);
      },
    };
    const letter: Letter = { account, peer, stanza, from, session, message, place };
    this.speech.run(letter, async (one) => {
      await work(one);
      // A change of what was said before has no words of its own in the outbox.
      if (!taken) await this.#take(occupancy, stanza);
    });
  }

  /** Whoever may not speak hears so at once, before anything waits (XEP-0045 §7.4); signs are the network's to judge. */
  #checkVoice(
    { account, self, room }: Occupancy,
    { rooms }: Session,
    { text, reactions, retracts }: UserMessage,
  ): void {
    const member = self === undefined ? undefined : room.members.get(self)?.member;
    if (!member || effectiveRole(member, room.traits.moderated) !== 'visitor') return;
    if (text === undefined || reactions || retracts !== undefined) return;
    const why = rooms?.whySilent?.(room.id) ?? { key: 'error-no-voice' };
    const said = this.context.translator.say(why, account.language);
    throw new StanzaError('forbidden', { text: said, lang: account.language });
  }

  /** In the room's order, so that its archive and its clients see everything in one order. */
  async #take(
    occupancy: Occupancy,
    stanza: XmlElement,
    submit?: (placed: Placed) => Promise<void>,
  ): Promise<void> {
    const { account, room } = occupancy;
    const { personal } = this.rooms;
    await personal.alone(account, room.id, async () => {
      const state = await personal.open(account, room.id);
      const { entry, live } = this.#reflect(occupancy, stanza, state);
      const { archive } = this.context.store;
      const kept = this.context.options.archive.enabled;
      if (submit)
        await submit({ id: entry.id, ...(kept && { trace: { room: room.key, entries: [entry] } }) });
      else if (kept) {
        archive.showAll(account.record.id, room.key);
        archive.append(entry);
      }
      this.#tell(account, occupancy, live);
    });
  }

  #tell(account: Account, { room }: Occupancy, live: Rendered): void {
    const present = account.rooms.get(room.id);
    if (present?.state === 'joined') this.events.tell(present, live);
  }

  #reflect(
    { account, self, room }: Occupancy,
    stanza: XmlElement,
    state: PersonalState,
  ): ReturnType<RoomScribe['write']> {
    const member = self ?? ('' as MemberId);
    const speaker = this.scribe.speaker(account, room, { member, nick: member });
    // Only the user himself sees it, and only his own messages are corrected.
    const payload = cleanPayload(stanza, { keepCorrection: true });
    const { id = '' } = stanza.attrs;
    // A client that gave no id gets one: an empty id names nothing.
    return this.scribe.write(room, state, speaker, { payload, ...(id !== '' && { messageId: id }) });
  }
}
