import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AccountView, Gateway } from '../../src/gateway/gateway.js';
import type { NetworkMessageId, RoomId } from '../../src/gateway/ids.js';
import type { HistoryFacet, HistoryRange, HistorySlice, Session } from '../../src/gateway/session.js';
import { Recorder } from '../support/session-recorder.js';
import type { NetworkStage } from './network.js';
import { expectSpeakable, refusalOf } from './speakable.js';

/** A network that remembers what was said in rooms. */
export interface RememberingStage extends NetworkStage {
  /** A room of the account's in which a person has said these, one after the other, before the gateway came. */
  remembered(account: AccountView, texts: readonly string[]): Promise<RoomId>;
  /** What was said is taken back for good. */
  forget(room: RoomId, text: string): void;
  /** Rooms that the account cannot look into. */
  readonly strange: RoomId;
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `text ${from + index}`);

/** What a network promises that remembers what was said in rooms. */
export function describeHistory(name: string, start: () => Promise<RememberingStage>): void {
  describe(`the contract of history: ${name}`, () => {
    let stage: RememberingStage;
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

    async function remembering(nick: string, count: number) {
      const account = stage.account(nick);
      const room = await stage.remembered(account, numbered(1, count));
      const host = new Recorder();
      const session = gateway.createSession(account, host);
      open.add(session);
      session.connect();
      await host.state('connected');
      const { history } = session;
      if (!history) throw new Error(`${name} remembers nothing`);
      return { room, history };
    }

    const said = ({ messages }: HistorySlice) =>
      messages.flatMap(({ text }) => (text.startsWith('text ') ? [text] : []));

    async function idOf(history: HistoryFacet, room: RoomId, text: string): Promise<NetworkMessageId> {
      const { messages } = await history.fetch(room, { from: 'newest', limit: 100 });
      return messages.find((one) => one.text === text)?.id ?? expect.fail(`nobody said ${text}`);
    }

    /** The whole history, read in steps. */
    async function whole(history: HistoryFacet, room: RoomId, from: HistoryRange['from'], limit: number) {
      const texts: string[] = [];
      const after = from === 'oldest' ? await idOf(history, room, 'text 1') : undefined;
      let edge: NetworkMessageId | undefined = after;
      for (;;) {
        const bound = from === 'newest' ? { before: edge } : { after: edge };
        const slice = await history.fetch(room, {
          ...{ from, limit },
          ...(edge !== undefined && (bound as { readonly before: NetworkMessageId })),
        });
        expect(slice.messages.length).toBeLessThanOrEqual(limit);
        if (from === 'newest') texts.unshift(...said(slice));
        else texts.push(...said(slice));
        if (!slice.more) return texts;
        edge = slice.reached ?? (from === 'newest' ? slice.messages[0] : slice.messages.at(-1))?.id;
        if (edge === undefined) expect.fail('there is more, and nobody knows where');
      }
    }

    it('I18 is read from the newest back and from a message on, in steps of any size, without gap or double', async () => {
      const { room, history } = await remembering('Hans', 20);
      for (const limit of [1, 3, 7, 20, 100]) {
        expect(await whole(history, room, 'newest', limit)).toEqual(numbered(1, 20));
        expect(await whole(history, room, 'oldest', limit)).toEqual(numbered(2, 20));
      }
    });

    it('I18 each message has an id of its own, a time, and its room', async () => {
      const { room, history } = await remembering('Hedy', 5);
      const { messages } = await history.fetch(room, { from: 'newest', limit: 100 });
      expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
      for (const message of messages) {
        expect(message).toMatchObject({ type: 'room-message', room, id: expect.any(String) });
        expect(message.time).toBeLessThanOrEqual(Date.now() + 1_000);
      }
      const times = messages.map(({ time = 0 }) => time);
      expect(times).toEqual([...times].sort((one, other) => one - other));
    });

    it('I18 stays between two messages, from either end, also when these are gone', async () => {
      const { room, history } = await remembering('Hugo', 12);
      const [after, before] = [await idOf(history, room, 'text 3'), await idOf(history, room, 'text 9')];
      const between = { before, after, limit: 4 } as const;
      const check = async () => {
        const newest = await history.fetch(room, { ...between, from: 'newest' });
        expect(said(newest)).toEqual(numbered(5, 8));
        expect(newest.more).toBe(true);
        const oldest = await history.fetch(room, { ...between, from: 'oldest' });
        expect(said(oldest)).toEqual(numbered(4, 7));
        expect(oldest.more).toBe(true);
        expect(said(await history.fetch(room, { ...between, limit: 50, from: 'newest' }))).toEqual(
          numbered(4, 8),
        );
        expect(await history.fetch(room, { ...between, limit: 50, from: 'oldest' })).toMatchObject({
          more: false,
        });
      };
      await check();
      stage.forget(room, 'text 3');
      stage.forget(room, 'text 9');
      await check();
    });

    it('S23 a room that the account is not in is refused in words', async () => {
      const { history } = await remembering('Hilda', 1);
      const error = await refusalOf(() => history.fetch(stage.strange, { from: 'newest', limit: 10 }));
      expectSpeakable(gateway, error);
    });
  });
}
