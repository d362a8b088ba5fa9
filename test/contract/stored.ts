import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DirectMessage } from '../../src/gateway/event.js';
import type { AccountView, Gateway } from '../../src/gateway/gateway.js';
import type { AccountId, ContactId, NetworkMessageId } from '../../src/gateway/ids.js';
import type { Acceptance, Session } from '../../src/gateway/session.js';
import type { RecordingHost } from '../support/gateway-environment.js';
import { Recorder } from '../support/session-recorder.js';
import type { NetworkStage } from './network.js';
import { expectSpeakable, refusalOf } from './speakable.js';

/** A message as it reached the network. */
export interface ArrivedMessage {
  readonly text: string;
  /** The network says later what became of it; resolves when the gateway has taken that. */
  report(outcome: 'delivered' | 'failed'): Promise<void>;
}

/** A network that stores and forwards. */
export interface StoredStage extends NetworkStage {
  readonly host: RecordingHost;
  /** Somebody who can be written to. */
  readonly person: ContactId;
  /** The next message that reaches the network. */
  arrived(): Promise<ArrivedMessage>;
  /** How many have reached it. */
  readonly arrivals: number;
  /** What the network does with the next message: refuses it, or breaks off without an answer. */
  next(answer: 'refuse' | 'break-off'): void;
  /** The network goes away, or comes back; resolves when the gateway has noticed. */
  reachable(reachable: boolean): Promise<void>;
  /** The person writes to the account; the network brings it `times` times. */
  writes(account: AccountId, text: string, times?: number): Promise<void>;
  /** Another process of the gateway, on what this one remembered. */
  restart(): Promise<Gateway>;
}

/** In what networks that store differ. */
export interface StoredNetwork {
  /** Messages come by the account's own session; else outside of all sessions. */
  readonly bySession?: boolean;
  /** What was accepted does not fail later. */
  readonly acceptsForGood?: boolean;
}

/** What a network whose messages go through the outbox promises besides. */
export function describeStored(
  name: string,
  start: () => Promise<StoredStage>,
  { bySession = false, acceptsForGood = false }: StoredNetwork = {},
): void {
  describe(`the contract of stored messages: ${name}`, () => {
    let stage: StoredStage;
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

    async function connected(nick: string) {
      const host = new Recorder();
      const account = stage.account(nick);
      const session = gateway.createSession(account, host);
      open.add(session);
      session.connect();
      await host.state('connected');
      return { session, host, account };
    }

    /** Messages that the account was told, in their order. */
    function messagesTo(account: AccountView, host: Recorder): readonly DirectMessage[] {
      if (bySession) return host.ofType('direct-message');
      const told = stage.host.events.filter((one) => one.account === account.id);
      return told.flatMap(({ event }) => (event.type === 'direct-message' ? [event] : []));
    }

    /** The person writes; resolves when the account was told. */
    async function told(account: AccountView, host: Recorder, text: string, times = 1): Promise<void> {
      await stage.writes(account.id, text, times);
      if (bySession) await host.next('direct-message', (event) => event.text === text);
    }

    /** Resolves when the session is connected, be it still or again. */
    async function back(session: Session, host: Recorder): Promise<void> {
      if (!session.states().some(({ state }) => state.state === 'connected')) await host.state('connected');
    }

    function send(session: Session, text: string): Promise<Acceptance | undefined> {
      const target = { kind: 'contact', id: stage.person } as const;
      return session.send(target, { key: randomUUID(), text }).accepted;
    }

    it('says that it stores, and keeps sessions as long as it says', () => {
      expect(gateway.messaging).toBe('stored');
      expect(typeof gateway.repeatable).toBe('boolean');
      expect(typeof gateway.lasting).toBe('boolean');
    });

    it('F01 what is accepted has arrived once, and has ids of its own', async () => {
      const { session } = await connected('Sender');
      const before = stage.arrivals;
      const first = await send(session, 'one');
      const second = await send(session, 'two');
      const ids = [...(first?.ids ?? []), ...(second?.ids ?? [])];
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThanOrEqual(2);
      expect([(await stage.arrived()).text, (await stage.arrived()).text]).toEqual(['one', 'two']);
      expect(stage.arrivals).toBe(before + 2);
    });

    it.each(acceptsForGood ? (['delivered'] as const) : (['delivered', 'failed'] as const))(
      'F05 F12 a report names an accepted id: %s',
      async (outcome) => {
        const { session, host } = await connected(`Reported ${outcome}`);
        expect(session.receipts?.delivered).toBe(true);
        const accepted = await send(session, 'what becomes of it');
        await (await stage.arrived()).report(outcome);
        const reports = [...stage.host.reports, ...host.ofType('delivery-report')];
        const report = reports.find(({ message }) => accepted?.ids.includes(message));
        expect(report?.outcome).toBe(outcome);
        if (outcome === 'failed') expectSpeakable(gateway, report?.error);
      },
    );

    it('F05 a refusal says that nothing was sent, in words', async () => {
      const { session } = await connected('Refused');
      stage.next('refuse');
      const error = await refusalOf(() => send(session, 'not this'));
      expectSpeakable(gateway, error);
      expect(error).toMatchObject({ outcome: 'not-sent', retryable: false });
      await stage.arrived();
    });

    it('S23 an answer that was lost leaves the outcome unknown, unless the network can be asked again without a double', async () => {
      const { session, host } = await connected('Cut');
      stage.next('break-off');
      const before = stage.arrivals;
      const error = await send(session, 'did it go out?').then(
        () => undefined,
        (refusal: unknown) => refusal,
      );
      if (error !== undefined || !gateway.repeatable) {
        expectSpeakable(gateway, error);
        expect(error).toMatchObject({ outcome: 'unknown' });
      }
      await stage.arrived();
      await stage.reachable(true);
      await back(session, host);
      await send(session, 'the next');
      await stage.arrived();
      expect(stage.arrivals).toBe(before + 2);
    });

    it('A04 while it is away nothing is sent and the same may be tried again; it tells when it is back', async () => {
      const { session, host } = await connected('Waiting');
      await stage.reachable(false);
      await host.state('transient-failure');
      const error = await refusalOf(() => send(session, 'now?'));
      expectSpeakable(gateway, error);
      expect(error).toMatchObject({ outcome: 'not-sent', retryable: true });
      const before = stage.arrivals;
      await stage.reachable(true);
      await host.state('connected');
      await send(session, 'now!');
      expect((await stage.arrived()).text).toBe('now!');
      expect(stage.arrivals).toBe(before + 1);
    });

    it('F06 F08 a message from a person has an id, the same when it is brought again, and an address', async () => {
      const { account, session, host } = await connected('Receiver');
      await send(session, 'first word');
      await stage.arrived();
      await told(account, host, 'answer', 2);
      await told(account, host, 'after it');
      const messages = messagesTo(account, host).filter(({ text }) => text === 'answer');
      expect(messages.length).toBeGreaterThan(0);
      expect(new Set(messages.map(({ id }) => id))).toEqual(
        new Set([expect.any(String) as NetworkMessageId]),
      );
      const { from } = messages[0] ?? { from: '' as ContactId };
      expect(from).toBe(stage.person);
      const local = gateway.addresses.format({ kind: 'contact', id: from });
      expect(gateway.addresses.parse(local)).toEqual({ kind: 'contact', id: from });
    });

    it('S12 nobody’s messages are told to nobody', async () => {
      const before = stage.host.events.length;
      await stage.writes(0 as AccountId, 'for whoever had the number');
      expect(stage.host.events.length).toBe(before);
    });

    if (bySession)
      it('S23 another process brings what came while there was none, once', async () => {
        const { account, session, host } = await connected('Away');
        await send(session, 'first word');
        await stage.arrived();
        await told(account, host, 'before');
        await gateway.close();
        gateway = await stage.restart();
        gateway.start?.();
        await stage.writes(account.id, 'meanwhile');
        const next = new Recorder();
        const again = gateway.createSession(account, next);
        open.add(again);
        again.connect();
        await told(account, next, 'after the restart');
        expect(messagesTo(account, next).map(({ text }) => text)).toEqual(['meanwhile', 'after the restart']);
      });
    else
      it('S23 another process knows whose messages they are, without a word of their sessions', async () => {
        const { account, session } = await connected('Remembered');
        await send(session, 'first word');
        await stage.arrived();
        await gateway.close();
        gateway = await stage.restart();
        gateway.start?.();
        await stage.reachable(true);
        await stage.writes(account.id, 'after the restart');
        expect(stage.host.events.at(-1)).toMatchObject({
          account: account.id,
          event: { type: 'direct-message', text: 'after the restart' },
        });
      });

    it('C14 who logs out for good is told nothing more', async () => {
      const { account, session, host } = await connected('Gone');
      await send(session, 'first word');
      await stage.arrived();
      await session.logout?.();
      await session.disconnect();
      const before = host.events.length;
      await stage.writes(account.id, 'too late');
      expect(stage.host.events.some((one) => one.account === account.id)).toBe(false);
      expect(host.events.length).toBe(before);
      expect(messagesTo(account, host)).toEqual([]);
    });

    it('close ends everything: nothing is sent or told any more', async () => {
      const { session, host } = await connected('Last');
      await gateway.close();
      const outside = stage.host.events.length;
      const events = host.events.length;
      const before = stage.arrivals;
      expectSpeakable(gateway, await refusalOf(() => send(session, 'too late')));
      expect(session.states().every(({ state }) => state.state === 'idle')).toBe(true);
      expect([stage.host.events.length, host.events.length, stage.arrivals]).toEqual([
        ...[outside, events, before],
      ]);
    });
  });
}
