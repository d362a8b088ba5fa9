import { describe, expect, it } from 'vitest';
import type { OwnLogin } from '../../../src/core/relay/network/own-login.js';
import type { NetworkPort, SessionListener } from '../../../src/core/relay/network/port.js';
import { Operators } from '../../../src/core/relay/operators.js';
import { OwnAccounts } from '../../../src/core/relay/own/own-accounts.js';
import { GatewayError } from '../../../src/gateway/error.js';
import type { Form, FormValues, Step } from '../../../src/gateway/form.js';
import type { RoomId } from '../../../src/gateway/ids.js';
import type { StateEntry } from '../../../src/gateway/state.js';

const DOMAIN = 'net.example.org';
const FORM: Form = {
  title: { key: 'memory-preferences' },
  fields: [{ name: 'way', type: 'text', label: { key: 'memory-colour' }, value: 'phone' }],
};
const TOKEN_FORM: Form = {
  title: { key: 'memory-preferences' },
  fields: [{ name: 'token', type: 'secret', label: { key: 'memory-colour' }, required: true }],
};

/** A network with two stages of login: a way, and a token. */
class ScriptedLogin implements OwnLogin {
  readonly needed = true;
  in = false;
  away = 0;
  readonly submitted: FormValues[] = [];

  async registered(): Promise<boolean> {
    return this.in;
  }

  async form(): Promise<Form> {
    return FORM;
  }

  async submit(_owner: unknown, values: FormValues): Promise<Step<void>> {
    this.submitted.push(values);
    if (this.away > 0) {
      this.away -= 1;
      throw new GatewayError('network-unreachable', { key: 'relay-network-away' }, 'not-sent', true);
    }
    return this.#token();
  }

  #token(problem?: string): Step<void> {
    return {
      kind: 'form',
      form: TOKEN_FORM,
      ...(problem !== undefined && { problem: { key: problem } }),
      submit: async (values) => {
        this.submitted.push(values);
        if (values.token !== 'right') return this.#token('wrong-token');
        this.in = true;
        return { kind: 'done', result: undefined };
      },
    };
  }

  async forget(): Promise<boolean> {
    const was = this.in;
    this.in = false;
    return was;
  }
}

function stage(configured: Readonly<Record<string, FormValues>>, login = new ScriptedLogin()) {
  const told: string[] = [];
  const opened: SessionListener[] = [];
  const state = new Map<string, StateEntry>();
  let closed = 0;
  const port = {
    ...{ domain: DOMAIN, login },
    open: async (_owner: unknown, listener: SessionListener) => {
      if (!login.in) throw new GatewayError('registered-only', { key: 'relay-account-missing' });
      opened.push(listener);
      return {
        session: { rooms: undefined },
        close: async () => {
          closed += 1;
        },
      };
    },
  } as unknown as NetworkPort;
  const operators = new Operators({
    ...{ domain: 'relay.example.org', language: 'en' },
    translator: { say: ({ key }) => key, match: () => 'en', languages: ['en'] },
    operators: () => ['boss@example.org'],
    send: (xml) => told.push(xml),
  });
  const make = () =>
    new OwnAccounts({
      ...{ domain: 'relay.example.org', ports: () => [port], configured, operators, retryMs: 5 },
      state: {
        get: async (_bucket: string, key: string) => state.get(key),
        put: async (_bucket: string, entry: StateEntry) => void state.set(entry.key, entry),
      } as never,
      log: { debug() {}, info() {}, warn() {}, error() {} },
    });
  return { login, told, opened, port, make, closed: () => closed };
}

describe("the relay's own accounts", () => {
  it('are logged in as configured, stage by stage, and connected; not again at the next start', async () => {
    const { login, opened, told, make } = stage({ [DOMAIN]: { way: 'bot', token: 'right' } });
    await make().start();
    await expect.poll(() => opened.length).toBe(1);
    expect(login.submitted).toEqual([{ way: 'bot' }, { token: 'right' }]);
    const again = make();
    await again.start();
    await expect.poll(() => opened.length).toBe(2);
    expect(login.submitted).toHaveLength(2);
    expect(told).toEqual([]);
    expect(await again.report()).toEqual([{ domain: DOMAIN, state: { state: 'idle' } }]);
  });

  it('tell the operator what stands against it, and no secret', async () => {
    const wrong = stage({ [DOMAIN]: { token: 'wrong' } });
    await wrong.make().start();
    await expect.poll(() => wrong.told.join('')).toContain('relay-account-not-in');
    expect(wrong.told.join('')).not.toContain("'wrong'");
    // What no configuration can answer is not answered with nothing.
    const asked = stage({ [DOMAIN]: { way: 'bot' } });
    await asked.make().start();
    await expect.poll(() => asked.told.length).toBe(1);
    expect(asked.login.submitted).toHaveLength(1);
  });

  it('are tried again while the network is away', async () => {
    const login = new ScriptedLogin();
    login.away = 2;
    const { opened, told, make } = stage({ [DOMAIN]: { token: 'right' } }, login);
    await make().start();
    await expect.poll(() => opened.length).toBe(1);
    expect(told).toEqual([]);
  });

  it('bring in the legs that waited for a login, and tell them of a logout', async () => {
    const { login, opened, told, port, make, closed } = stage({});
    const accounts = make();
    await accounts.start();
    const states: string[] = [];
    const leg = {
      event: () => undefined,
      connection: ({ state }: { readonly state: string }) => void states.push(state),
      congested: false,
      relieved: async () => undefined,
    };
    const room = 'g1' as RoomId;
    await expect(accounts.botOf(port).attach(room, leg)).rejects.toThrow('registered-only');
    const first = await accounts.login(DOMAIN);
    const second = await first.submit({ way: 'bot' });
    if (second.kind !== 'form') throw new Error('no second stage');
    expect((await second.submit({ token: 'right' })).kind).toBe('done');
    expect(login.in).toBe(true);
    opened[0]?.state({ state: 'connected' }, undefined);
    expect(states).toEqual(['connected']);
    opened[0]?.event({ type: 'user-notice', text: { key: 'memory-colour' } });
    expect(told.join('')).toContain('relay-account-notice');
    expect(await accounts.logout(DOMAIN)).toBe(true);
    expect(states).toEqual(['connected', 'bad-credentials']);
    expect(closed()).toBe(1);
    expect(await accounts.logout(DOMAIN)).toBe(false);
  });

  it('hear what comes until they are closed', async () => {
    const login = new ScriptedLogin();
    login.in = true;
    const { opened, port, make } = stage({}, login);
    const accounts = make();
    const heard: string[] = [];
    await accounts.start();
    await accounts.botOf(port).attach('g1' as RoomId, {
      event: ({ type }) => {
        heard.push(type);
        return undefined;
      },
      connection: () => undefined,
      congested: false,
      relieved: async () => undefined,
    });
    await accounts.stop();
    opened[0]?.event({ type: 'room-suspended', room: 'g1' as RoomId });
    expect(heard).toEqual(['room-suspended']);
    await expect(accounts.botOf(port).keep()).rejects.toThrow('network-unreachable');
  });
});
