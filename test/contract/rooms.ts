import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.js';
import type { ContactId, MemberId, PlaceId, RoomId } from '../../src/gateway/ids.js';
import type { RoomsFacet, Session } from '../../src/gateway/session.js';
import { Recorder } from '../support/session-recorder.js';
import type { NetworkStage } from './network.js';
import { expectSpeakable, refusalOf } from './speakable.js';

/** Somebody on the network who does not use the gateway. */
export interface Stranger {
  /** Resolves when the network has the words. */
  say(room: RoomId, text: string): Promise<void>;
  /** Resolves when he has been told these words in private. */
  hears(text: string): Promise<void>;
}

/** A network with rooms. */
export interface RoomsStage extends NetworkStage {
  readonly place: PlaceId;
  room(name: string): RoomId;
  contact(nick: string): ContactId;
  /** A person who is in these rooms. */
  stranger(nick: string, ...rooms: readonly RoomId[]): Promise<Stranger>;
  /** A room that lets nobody in. */
  shutRoom(name: string): Promise<RoomId>;
}

interface Party {
  readonly session: Session;
  readonly host: Recorder;
  readonly rooms: RoomsFacet;
}

/** Stands for the refusal of a facet that is absent. */
const ABSENT = new Error('absent');

/** What a network with rooms promises besides. */
export function describeRooms(name: string, start: () => Promise<RoomsStage>): void {
  describe(`the contract of rooms: ${name}`, () => {
    let stage: RoomsStage;
    let gateway: Gateway;
    const open = new Set<Session>();
    beforeAll(async () => {
      stage = await start();
      gateway = stage.gateway;
      gateway.start?.();
    });
    afterEach(async () => {
      await Promise.all([...open].map((session) => session.disconnect()));
      open.clear();
    });
    afterAll(async () => {
      await stage?.close();
    });

    function party(nick: string): Party {
      const host = new Recorder();
      const session = gateway.createSession(stage.account(nick), host);
      open.add(session);
      if (!session.rooms) throw new Error(`${name} has no rooms`);
      return { session, host, rooms: session.rooms };
    }

    async function joined(nick: string, room: RoomId): Promise<Party & { readonly self: MemberId }> {
      const made = party(nick);
      made.rooms.join(room, { nick });
      const { self } = await made.host.next('room-entered');
      return { ...made, self };
    }

    it('H09 a join is answered by the room with all who are in it', async () => {
      const room = stage.room('answered');
      await stage.stranger('Anna', room);
      const { host } = await joined('Arno', room);
      const [entered] = host.ofType('room-entered');
      expect(entered?.room).toBe(room);
      expect(entered?.place).toBe(stage.place);
      expect(entered?.members.map(({ nick }) => nick).sort()).toEqual(['Anna', 'Arno']);
      expect(entered?.members.find(({ id }) => id === entered.self)?.nick).toBe('Arno');
      expect(entered).toMatchObject({ created: false, resumed: false });
    });

    it('H15 or by a refusal, and the room can be asked for again', async () => {
      const shut = await stage.shutRoom('shut');
      const { host, rooms } = party('Away');
      rooms.join(shut, { nick: 'Away' });
      const { room, error } = await host.next('room-refused');
      expect(room).toBe(shut);
      expectSpeakable(gateway, error);
      rooms.join(shut, { nick: 'Away' });
      await host.next('room-refused');
      expect(host.ofType('room-entered')).toEqual([]);
    });

    it('every join is answered, when several come at once and when one comes again', async () => {
      const { host, rooms } = party('Eager');
      const wanted = ['eager-one', 'eager-two', 'eager-three'].map((room) => stage.room(room));
      for (const room of wanted) rooms.join(room, { nick: 'Eager' });
      const entered = [];
      for (const _room of wanted) entered.push((await host.next('room-entered')).room);
      expect(entered.sort()).toEqual([...wanted].sort());
    });

    it('H20 leaving is answered once, also in a room that one is not in', async () => {
      const room = stage.room('left');
      await stage.stranger('Lena', room);
      const { host, rooms } = await joined('Leo', room);
      rooms.leave(room, 'bye');
      expect(await host.next('room-left')).toMatchObject({ room, cause: 'left' });
      rooms.leave(stage.room('never-joined'));
      await host.next('room-left', (left) => left.room === stage.room('never-joined'));
      expect(host.ofType('room-left')).toHaveLength(2);
    });

    it('what is sent is accepted and heard, in a room and in private', async () => {
      const room = stage.room('sending');
      const stranger = await stage.stranger('Sara', room);
      const { session, host, self } = await joined('Sven', room);
      const sent = session.send({ kind: 'room', id: room }, { text: 'hello' });
      expect(sent.event).toMatchObject({ type: 'room-message', room, member: self, text: 'hello' });
      await sent.accepted;
      await session.send({ kind: 'contact', id: stage.contact('Sara') }, { text: 'psst' }).accepted;
      await stranger.hears('psst');
      await stranger.say(room, 'hello yourself');
      expect(await host.next('room-message')).toMatchObject({ nick: 'Sara', text: 'hello yourself' });
      // The sender has his own message already.
      expect(host.ofType('room-message')).toHaveLength(1);
    });

    it('I02 all accounts in a room observe one and the same event', async () => {
      const room = stage.room('shared');
      const stranger = await stage.stranger('Sigrid', room);
      const one = await joined('One', room);
      const two = await joined('Two', room);
      await stranger.say(room, 'to both');
      const event = await one.host.next('room-message');
      expect(await two.host.next('room-message')).toBe(event);
      const sent = one.session.send({ kind: 'room', id: room }, { text: 'from one' });
      // The core ties its id to the event before anybody observes it.
      expect(two.host.ofType('room-message')).toHaveLength(1);
      await sent.accepted;
      expect(await two.host.next('room-message')).toBe(sent.event);
    });

    it('a refusal is a GatewayError with a sentence in every language', async () => {
      const room = stage.room('refusals');
      await stage.stranger('Rosa', room);
      const { session, host, rooms } = await joined('Rudi', room);
      const elsewhere = stage.room('elsewhere');
      const rosa = host
        .ofType('room-entered')
        .flatMap(({ members }) => members)
        .find(({ nick }) => nick === 'Rosa')?.id;
      if (rosa === undefined) throw new Error('Rosa is not there');
      const attempts: readonly (() => Promise<unknown>)[] = [
        async () => session.send({ kind: 'room', id: elsewhere }, { text: 'x' }).accepted,
        async () => session.send({ kind: 'contact', id: stage.contact('Nobody') }, { text: 'x' }).accepted,
        async () => session.send({ kind: 'place', id: stage.place }, { text: 'x' }).accepted,
        () => rooms.setSubject(elsewhere, 'x'),
        () => rooms.kick(room, rosa),
        () => rooms.setRole(room, rosa, 'visitor'),
        () => rooms.setAffiliation(room, { member: rosa }, 'outcast'),
        () => rooms.changeNick(room, 'Rosa'),
        () => rooms.invite(room, stage.contact('Nobody')),
        () => rooms.listAffiliation(elsewhere, 'admin'),
        async () => rooms.configure?.(elsewhere, { moderated: true }) ?? refuse(),
        async () => rooms.configure?.(room, { moderated: true }) ?? refuse(),
        async () => session.people?.describe(stage.contact('Nobody')) ?? refuse(),
      ];
      for (const attempt of attempts) {
        const error = await refusalOf(attempt);
        if (error !== ABSENT) expectSpeakable(gateway, error);
      }
    });

    it('A04 while the core can take no more, nothing is emitted; then all of it, in order', async () => {
      const room = stage.room('congested');
      const stranger = await stage.stranger('Chatty', room);
      const slow = await joined('Slow', room);
      const quick = await joined('Quick', room);
      slow.host.congested = true;
      // What was on its way may still pass; from then on the session waits.
      await stranger.say(room, 'last drop');
      await quick.host.next('room-message', ({ text }) => text === 'last drop');
      await expect.poll(() => slow.host.awaitsRelief).toBe(true);
      const words = Array.from({ length: 20 }, (_, n) => `word ${n}`);
      for (const word of words) await stranger.say(room, word);
      await quick.host.next('room-message', ({ text }) => text === 'word 19');
      expect(slow.host.ofType('room-message').filter(({ text }) => text.startsWith('word'))).toEqual([]);
      slow.host.relieve();
      await slow.host.next('room-message', ({ text }) => text === 'word 19');
      const heard = slow.host.ofType('room-message').map(({ text }) => text);
      expect(heard).toEqual(['last drop', ...words]);
    });

    it('after disconnecting nothing more is told, and the network knows', async () => {
      const room = stage.room('ended');
      const stranger = await stage.stranger('Erna', room);
      const { session, host } = await joined('Emil', room);
      const other = await joined('Else', room);
      await session.disconnect('good night');
      const told = host.events.length;
      await stranger.say(room, 'is he gone?');
      await other.host.next('room-message');
      expect(host.events.length).toBe(told);
      expect(
        other.host.events.filter(({ type }) => type === 'member-left' || type === 'person-left'),
      ).toHaveLength(1);
      expect(session.states().every(({ state }) => state.state === 'idle')).toBe(true);
    });
  });
}

function refuse(): never {
  throw ABSENT;
}
