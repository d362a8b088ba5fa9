import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RoomMessage } from '../../src/gateway/event.js';
import type { AccountView, Gateway } from '../../src/gateway/gateway.js';
import type { RoomId } from '../../src/gateway/ids.js';
import type { Acceptance, RoomsFacet, Session } from '../../src/gateway/session.js';
import type { RecordingHost } from '../support/gateway-environment.js';
import { Recorder } from '../support/session-recorder.js';
import type { NetworkStage } from './network.js';
import { expectSpeakable, refusalOf } from './speakable.js';
import type { ArrivedMessage } from './stored.js';

/** A network that stores and forwards, with rooms. */
export interface StoredRoomsStage extends NetworkStage {
  /** What is told outside of sessions. */
  readonly host: RecordingHost;
  /** A room that the account has with these people, whatever makes one on this network. */
  room(account: AccountView, ...nicks: readonly string[]): Promise<RoomId>;
  /**
   * A person of the room says something in it, and the network brings it to the account `times` times. Resolves when the
   * gateway has told it, whether the account has a session, and is in the room, or not.
   */
  says(account: AccountView, room: RoomId, nick: string, text: string, times?: number): Promise<void>;
  /** The next message of a user that reaches the people of a room. */
  arrived(): Promise<ArrivedMessage>;
  /** How many have. */
  readonly arrivals: number;
  /** The network refuses the next message for good. */
  refuseNext(room: RoomId): void;
  /** Another process of the gateway, on what this one remembered. */
  restart(): Promise<Gateway>;
}

interface Party {
  readonly account: AccountView;
  readonly session: Session;
  readonly host: Recorder;
  readonly rooms: RoomsFacet;
}

/** What a network that stores promises of its rooms, which are each account's own. */
export function describeStoredRooms(name: string, start: () => Promise<StoredRoomsStage>): void {
  describe(`the contract of stored rooms: ${name}`, () => {
    let stage: StoredRoomsStage;
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

    async function connect(account: AccountView): Promise<Party> {
      const host = new Recorder();
      const session = gateway.createSession(account, host);
      open.add(session);
      if (!session.rooms) throw new Error(`${name} has no rooms`);
      session.connect();
      await host.state('connected');
      return { account, session, host, rooms: session.rooms };
    }

    async function joined(nick: string, ...others: readonly string[]) {
      const party = await connect(stage.account(nick));
      const room = await stage.room(party.account, ...others);
      party.rooms.join(room, { nick });
      return { ...party, room, entered: await party.host.next('room-entered') };
    }

    /** What was said in rooms to an account, by whichever way it was told. */
    function heard({ id }: AccountView, host?: Recorder): RoomMessage[] {
      const outside = stage.host.events.filter(({ account }) => account === id).map(({ event }) => event);
      return [...outside, ...(host?.events ?? [])].filter((event) => event.type === 'room-message');
    }

    function send(session: Session, room: RoomId, text: string): Promise<Acceptance | undefined> {
      return session.send({ kind: 'room', id: room }, { key: randomUUID(), text }).accepted;
    }

    it('H09 a join is answered with all who are in the room, the user among them', async () => {
      const { entered, room } = await joined('Arno', 'Anna', 'Amir');
      expect(entered.room).toBe(room);
      expect(entered).toMatchObject({ created: false, resumed: false });
      const nicks = entered.members.map(({ nick }) => nick);
      expect(nicks).toEqual(expect.arrayContaining(['Anna', 'Amir']));
      expect(entered.members).toHaveLength(3);
      expect(entered.members.some(({ id }) => id === entered.self)).toBe(true);
      for (const { contact } of entered.members) {
        const local = gateway.addresses.format({ kind: 'contact', id: contact });
        expect(gateway.addresses.parse(local)).toEqual({ kind: 'contact', id: contact });
      }
      const local = gateway.addresses.format({ kind: 'room', id: room });
      expect(gateway.addresses.parse(local)).toEqual({ kind: 'room', id: room });
    });

    it('H20 leaving is answered, and the room can be entered again', async () => {
      const { host, rooms, room } = await joined('Leo', 'Lena', 'Lin');
      rooms.leave(room);
      expect(await host.next('room-left')).toMatchObject({ room, cause: 'left' });
      rooms.join(room, { nick: 'Leo' });
      expect((await host.next('room-entered')).room).toBe(room);
    });

    it('F01 what is accepted has arrived once, and has ids of its own', async () => {
      const { session, room } = await joined('Sven', 'Sara', 'Siri');
      const before = stage.arrivals;
      const first = await send(session, room, 'one');
      const second = await send(session, room, 'two');
      const ids = [...(first?.ids ?? []), ...(second?.ids ?? [])];
      expect(ids.length).toBeGreaterThanOrEqual(2);
      expect(new Set(ids).size).toBe(ids.length);
      expect([(await stage.arrived()).text, (await stage.arrived()).text]).toEqual(['one', 'two']);
      expect(stage.arrivals).toBe(before + 2);
    });

    it('F05 a report names an accepted id', async () => {
      const { session, host, room } = await joined('Rolf', 'Rita', 'Rosa');
      const accepted = await send(session, room, 'what becomes of it');
      await (await stage.arrived()).report('failed');
      const reports = [...stage.host.reports, ...host.ofType('delivery-report')];
      const report = reports.find(({ message }) => accepted?.ids.includes(message));
      expect(report?.outcome).toBe('failed');
      expectSpeakable(gateway, report?.error);
    });

    it('F05 a refusal says that nothing was sent, in words', async () => {
      const { session, room } = await joined('Ralf', 'Rut', 'Ria');
      const before = stage.arrivals;
      stage.refuseNext(room);
      const error = await refusalOf(() => send(session, room, 'not this'));
      expectSpeakable(gateway, error);
      expect(error).toMatchObject({ outcome: 'not-sent', retryable: false });
      expect(stage.arrivals).toBe(before);
    });

    it('F06 F08 what is said has an id, the same when it is brought again, whether the user is in the room or not', async () => {
      const { account, host, rooms, room } = await joined('Bert', 'Berta', 'Bo');
      await stage.says(account, room, 'Berta', 'while he is there', 2);
      rooms.leave(room);
      await host.next('room-left');
      await stage.says(account, room, 'Berta', 'while he is not', 2);
      const messages = heard(account, host);
      for (const text of ['while he is there', 'while he is not']) {
        const same = messages.filter((message) => message.text === text);
        expect(same.length).toBeGreaterThan(0);
        expect(new Set(same.map(({ id }) => id))).toEqual(new Set([expect.any(String)]));
      }
      expect(new Set(messages.map(({ id }) => id)).size).toBe(2);
      for (const message of messages) {
        expect(message).toMatchObject({ room, nick: 'Berta' });
        const contact = message.contact ?? expect.fail('nobody has written it');
        const local = gateway.addresses.format({ kind: 'contact', id: contact });
        expect(gateway.addresses.parse(local)).toEqual({ kind: 'contact', id: contact });
      }
    });

    it('I02 the user’s own words do not come back to him as somebody else’s', async () => {
      const { account, session, host, room } = await joined('Olaf', 'Olga', 'Ole');
      await send(session, room, 'my own words');
      await stage.arrived();
      await stage.says(account, room, 'Olga', 'an answer');
      const messages = heard(account, host);
      expect(messages.filter(({ own, text }) => text === 'my own words' && !own)).toEqual([]);
      expect(messages.map(({ text }) => text)).toContain('an answer');
    });

    it('S03 S12 what is said to one account is told to no other', async () => {
      const one = await joined('One', 'Uma', 'Una');
      const two = await joined('Two', 'Uma', 'Una');
      await stage.says(one.account, one.room, 'Uma', 'for One alone');
      expect(heard(one.account, one.host).map(({ text }) => text)).toContain('for One alone');
      expect(heard(two.account, two.host)).toEqual([]);
    });

    it('S23 another process knows the room', async () => {
      const { account, room } = await joined('Rike', 'Rada', 'Ron');
      await stage.says(account, room, 'Rada', 'before');
      await gateway.close();
      gateway = await stage.restart();
      gateway.start?.();
      const again = await connect(account);
      again.rooms.join(room, { nick: 'Rike' });
      const { members } = await again.host.next('room-entered');
      expect(members.map(({ nick }) => nick)).toEqual(expect.arrayContaining(['Rada', 'Ron']));
      await stage.says(account, room, 'Ron', 'after');
      const after = heard(account, again.host).filter(({ text }) => text === 'after');
      expect(after[0]?.room).toBe(room);
    });
  });
}
