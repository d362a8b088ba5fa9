import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Address } from '../../src/gateway/address.js';
import type { AccountView, Gateway } from '../../src/gateway/gateway.js';
import type { ContactId } from '../../src/gateway/ids.js';
import type { Session } from '../../src/gateway/session.js';
import { Recorder } from '../support/session-recorder.js';
import { expectSpeakable, expectTexts, textsOf } from './speakable.js';

/** A network with what a contract suite needs on it. Names are used once, so that tests share the stage. */
export interface NetworkStage {
  /** Made, but not started. */
  readonly gateway: Gateway;
  /** Addresses of every kind that the network has. */
  readonly addresses: readonly Address[];
  /** Those of them that nobody would type. */
  readonly untyped?: readonly Address[];
  /** Local parts that stand for nothing. */
  readonly nonsense: readonly string[];
  /** A registered account that connects at login. */
  account(nick: string): AccountView;
  /** Commands that fail on purpose. */
  readonly faulty?: readonly string[];
  /** A person who is known to the network as long as `nick` is connected. */
  known(nick: string): ContactId;
  close(): Promise<void>;
}

const NEW_CONNECTIONS = 'net.client.socket';

/** How many connections are opened while `work` runs and until the event loop has turned. */
async function connectionsOf(work: () => void): Promise<number> {
  let connections = 0;
  const count = (): void => {
    connections += 1;
  };
  subscribe(NEW_CONNECTIONS, count);
  work();
  await new Promise((resolve) => setImmediate(resolve));
  unsubscribe(NEW_CONNECTIONS, count);
  return connections;
}

/** What every network promises to the core (`src/gateway`), whatever it leads to. */
export function describeNetwork(name: string, start: () => Promise<NetworkStage>): void {
  describe(`the contract of a network: ${name}`, () => {
    let stage: NetworkStage;
    let gateway: Gateway;
    const open = new Set<Session>();
    beforeAll(async () => {
      stage = await start();
      gateway = stage.gateway;
    });
    afterEach(async () => {
      await Promise.all([...open].map((session) => session.disconnect()));
      open.clear();
    });
    afterAll(async () => {
      await stage?.close();
    });

    function party(nick: string): { readonly session: Session; readonly host: Recorder } {
      const host = new Recorder();
      const session = gateway.createSession(stage.account(nick), host);
      open.add(session);
      return { session, host };
    }

    it('before it is started, neither the network nor a session of it opens or tells anything', async () => {
      const host = new Recorder();
      const connections = await connectionsOf(() => {
        open.add(gateway.createSession(stage.account('Early'), host));
      });
      expect(connections).toBe(0);
      expect(host.states).toEqual([]);
      expect(host.events).toEqual([]);
      gateway.start?.();
    });

    it('E06 an address survives formatting and parsing, nonsense is nothing', () => {
      const untyped = stage.untyped ?? [];
      for (const address of [...stage.addresses, ...untyped]) {
        const local = gateway.addresses.format(address);
        expect(gateway.addresses.parse(local)).toEqual(address);
        if (!untyped.includes(address)) expect(gateway.addresses.parseInput(local)).toEqual(address);
      }
      for (const local of stage.nonsense) expect(gateway.addresses.parse(local)).toBeUndefined();
    });

    it('making a session does no I/O and reports nothing', async () => {
      const host = new Recorder();
      const made: Session[] = [];
      const connections = await connectionsOf(() => {
        made.push(gateway.createSession(stage.account('Silent'), host));
      });
      for (const session of made) open.add(session);
      expect(connections).toBe(0);
      expect(host.states).toEqual([]);
      expect(host.events).toEqual([]);
      expect(made.flatMap((session) => session.states()).every(({ state }) => state.state === 'idle')).toBe(
        true,
      );
    });

    it('connecting is reported step by step, and so is the end', async () => {
      const { session, host } = party('Steps');
      session.connect();
      await host.state('connected');
      const steps = host.states.map(({ state }) => state);
      // One that shares a connection that is there has nothing to wait for.
      expect(['connecting,connected', 'connected']).toContain(steps.join());
      expect(session.states().some(({ state }) => state.state === 'connected')).toBe(true);
      await session.disconnect('done');
      await host.state('idle');
      expect(host.states.map(({ state }) => state).filter((state) => state !== 'idle')).toEqual(steps);
      expect(session.states().every(({ state }) => state.state === 'idle')).toBe(true);
      await session.disconnect();
    });

    it('what a session offers works, or is refused in words', async () => {
      const nick = 'Facets';
      const { session, host } = party(nick);
      session.connect();
      await host.state('connected');
      const { people, media, receipts, reactions } = session;
      const contact = stage.known(nick);
      const attempts = [
        people?.describe(contact).then(({ lines }) => expect(lines.every((line) => line !== '')).toBe(true)),
        people?.profile?.(contact),
      ];
      for (const attempt of attempts)
        await attempt?.catch((error: unknown) => expectSpeakable(gateway, error));
      if (media) {
        expect(media.maxBytes).toBeGreaterThan(0);
        expect(typeof media.accepts('image/png')).toBe('boolean');
      }
      if (receipts) expect(typeof receipts.delivered).toBe('boolean');
      if (reactions?.maxPerUser !== undefined) expect(reactions.maxPerUser).toBeGreaterThan(0);
      session.typing?.setTyping(contact, true);
      session.away?.setAway('gone');
      session.away?.setAway(undefined);
    });

    it('what the network asks and offers is said in every language', async () => {
      expectTexts(gateway, [
        gateway.name,
        gateway.prompt.label,
        gateway.prompt.description,
        ...(gateway.limitations ?? []),
        ...gateway.commands.map(({ title }) => title),
        ...textsOf(gateway.registrationForm(undefined)),
        ...textsOf(gateway.registrationForm(stage.account('Asked'))),
      ]);
      for (const command of gateway.commands) {
        if (stage.faulty?.includes(command.name)) continue;
        const context = { account: stage.account('Asker'), session: undefined };
        await command.start(context).then(
          (step) => expectTexts(gateway, step.kind === 'form' ? textsOf(step.form) : (step.lines ?? [])),
          (error: unknown) => expectSpeakable(gateway, error),
        );
      }
    });

    it('a registration that says nothing right ends in words', async () => {
      const step = await gateway
        .register({ nonsense: 'x' }, undefined, {
          suggestedName: 'nobody',
          userAddress: 'nobody@example.org',
        })
        .catch((error: unknown) => expectSpeakable(gateway, error));
      if (step?.kind === 'form' && step.problem) expectTexts(gateway, [step.problem]);
    });

    it('closing ends every session', async () => {
      const fresh = await start();
      try {
        fresh.gateway.start?.();
        const host = new Recorder();
        const session = fresh.gateway.createSession(fresh.account('Last'), host);
        session.connect();
        await host.state('connected');
        await fresh.gateway.close();
        expect(session.states().every(({ state }) => state.state === 'idle')).toBe(true);
        await fresh.gateway.close();
      } finally {
        await fresh.close();
      }
    });
  });
}
