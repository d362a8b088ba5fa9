import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { InboundEvent, RoomMessage } from '../../src/gateway/event.js';
import type { AccountView, Gateway } from '../../src/gateway/gateway.js';
import type { NetworkMessageId, RoomId } from '../../src/gateway/ids.js';
import type { Session } from '../../src/gateway/session.js';
import { Recorder } from '../support/session-recorder.js';
import { expectSpeakable, refusalOf } from './speakable.js';
import type { StoredRoomsStage } from './stored-rooms.js';

/** What somebody does to a message that he, or somebody else, has said in a room. */
export type RoomDeed =
  | { readonly kind: 'edit'; readonly message: NetworkMessageId; readonly text: string }
  | { readonly kind: 'retract'; readonly message: NetworkMessageId }
  | { readonly kind: 'react'; readonly message: NetworkMessageId; readonly emojis: readonly string[] }
  | { readonly kind: 'type'; readonly composing: boolean };

/** A network that stores and forwards, with rooms in which more happens than messages. */
export interface RoomChangesStage extends StoredRoomsStage {
  /** A person of the room does something; resolves when the gateway has told the account. */
  does(account: AccountView, room: RoomId, nick: string, deed: RoomDeed): Promise<void>;
  /** Emojis that the network takes as reactions. */
  readonly emojis: readonly [string, string];
  /** What has become of a message of the user on the network: its text, undefined when it is gone. */
  current(room: RoomId, message: NetworkMessageId): string | undefined;
  /** What the user has reacted with to a message. */
  reactions(room: RoomId, message: NetworkMessageId): readonly string[];
  /** A message that the network does not have. */
  readonly unknown: NetworkMessageId;
}

/** What a network promises whose rooms are each account's own, of what is done to messages there. */
export function describeRoomChanges(name: string, start: () => Promise<RoomChangesStage>): void {
  describe(`the contract of changes in rooms: ${name}`, () => {
    let stage: RoomChangesStage;
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

    async function joined(nick: string, ...others: readonly string[]) {
      const account = stage.account(nick);
      const host = new Recorder();
      const session = gateway.createSession(account, host);
      open.add(session);
      session.connect();
      await host.state('connected');
      const room = await stage.room(account, ...others);
      session.rooms?.join(room, { nick });
      await host.next('room-entered');
      return { account, host, session, room };
    }

    /** What was told of one kind, by whichever way. */
    function told<Type extends InboundEvent['type']>(
      { id }: AccountView,
      host: Recorder,
      type: Type,
    ): Extract<InboundEvent, { type: Type }>[] {
      const outside = stage.host.events.filter(({ account }) => account === id).map(({ event }) => event);
      return [...outside, ...host.events].filter(
        (event): event is Extract<InboundEvent, { type: Type }> => event.type === type,
      );
    }

    /** A person says something; the message as the account was told of it. */
    async function heard(party: Awaited<ReturnType<typeof joined>>, nick: string, text: string) {
      await stage.says(party.account, party.room, nick, text);
      const messages = told(party.account, party.host, 'room-message');
      const message = messages.find(
        (one): one is RoomMessage & { id: NetworkMessageId } => one.text === text,
      );
      return message ?? expect.fail(`nobody was told of “${text}”`);
    }

    /** The user says something; the network's id of it. */
    async function said({ session, room }: Awaited<ReturnType<typeof joined>>, text: string) {
      const message = { key: randomUUID(), text };
      const accepted = await session.send({ kind: 'room', id: room }, message).accepted;
      await stage.arrived();
      return accepted?.ids[0] ?? expect.fail('it has no id');
    }

    it('F17 other words name the message and who has changed it', async () => {
      const party = await joined('Edda', 'Emil', 'Eva');
      const { id } = await heard(party, 'Emil', 'teh');
      await stage.does(party.account, party.room, 'Emil', { kind: 'edit', message: id, text: 'the' });
      const [edit] = told(party.account, party.host, 'room-message-edited');
      expect(edit).toMatchObject({ room: party.room, nick: 'Emil', text: 'the' });
      expect(edit?.message).toEqual({ id, own: false });
    });

    it('F18 what is taken back is named', async () => {
      const party = await joined('Rena', 'Rob', 'Ria');
      const { id } = await heard(party, 'Rob', 'oops');
      await stage.does(party.account, party.room, 'Rob', { kind: 'retract', message: id });
      const events = [
        ...told(party.account, party.host, 'room-message-retracted'),
        ...told(party.account, party.host, 'message-retracted'),
      ];
      expect(events.map(({ message }) => message.id)).toContain(id);
    });

    it('F19 reactions are all of one person, and none when they are taken back', async () => {
      const party = await joined('Lars', 'Lea', 'Lou');
      const { id } = await heard(party, 'Lea', 'tea?');
      const [one] = stage.emojis;
      await stage.does(party.account, party.room, 'Lou', { kind: 'react', message: id, emojis: [one] });
      await stage.does(party.account, party.room, 'Lou', { kind: 'react', message: id, emojis: [] });
      const reactions = told(party.account, party.host, 'room-reactions-changed');
      expect(reactions.map(({ nick, message, emojis }) => [nick, message.id, emojis])).toEqual([
        ['Lou', id, [one]],
        ['Lou', id, []],
      ]);
    });

    it('I23 who writes is told, and that he does no more', async () => {
      const party = await joined('Tom', 'Tina', 'Tess');
      for (const composing of [true, false])
        await stage.does(party.account, party.room, 'Tina', { kind: 'type', composing });
      const typing = told(party.account, party.host, 'room-typing');
      expect(typing.map(({ nick, composing }) => [nick, composing])).toEqual([
        ['Tina', true],
        ['Tina', false],
      ]);
    });

    it('F16 F18 the user’s own words are changed and taken back', async () => {
      const party = await joined('Olaf', 'Ole', 'Oda');
      const id = await said(party, 'teh');
      const target = { kind: 'room', id: party.room } as const;
      const { edits, retractions } = party.session;
      await edits?.edit(target, id, { text: 'the' });
      if (edits) expect(stage.current(party.room, id)).toBe('the');
      await retractions?.retract(target, id);
      if (retractions) expect(stage.current(party.room, id)).toBeUndefined();
      expect([edits, retractions].some((facet) => facet !== undefined)).toBe(true);
    });

    it('F19 the user’s reactions replace each other; what is not there is refused in words', async () => {
      const party = await joined('Rolf', 'Rut', 'Rike');
      const { id } = await heard(party, 'Rut', 'tea?');
      const target = { kind: 'room', id: party.room } as const;
      const { reactions } = party.session;
      if (!reactions) return expect.fail(`${name} has no reactions`);
      const [one, other] = stage.emojis;
      for (const emojis of [[one], [other], []]) {
        await reactions.react(target, { id, own: false }, emojis);
        expect(stage.reactions(party.room, id)).toEqual(emojis);
      }
      const unknown = { id: stage.unknown, own: false };
      const error = await refusalOf(() => reactions.react(target, unknown, [one]));
      expectSpeakable(gateway, error);
    });

    it('J06 the rooms of the account are listed, and what is known of them has a name', async () => {
      const party = await joined('Nils', 'Nora', 'Nele');
      const lists = [
        ...told(party.account, party.host, 'room-list').flatMap(({ rooms }) => rooms),
        ...told(party.account, party.host, 'room-list-changed').flatMap(({ room }) => room),
      ];
      const listed = lists.find(({ room }) => room === party.room);
      expect(listed?.name).toMatch(/\S/);
    });
  });
}
