import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Startable, StartUp } from '../../../src/core/start-up.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { DOMAIN, ROMEO, RoomStage } from '../../support/core/room-stage.js';
import { faultLog } from '../../support/fault-log.js';
import { MemoryStore } from '../../support/memory-store.js';

const PAUSES = { retryFirstMs: 1_000, retryMaxMs: 4_000 };
const REGISTER = `<query xmlns='${NS.REGISTER}'><nick>Romeo</nick><password>secret</password></query>`;

/** A domain that does what it is told, and how often it was asked. */
class Recorder implements Startable {
  readonly calls: string[] = [];
  /** What goes wrong next. */
  readonly failures: Partial<Record<'start' | 'greet', number>> = {};

  start = () => this.#do('start');
  greet = () => this.#do('greet');

  reconnected(): void {
    this.calls.push('reconnected');
  }

  async #do(what: 'start' | 'greet'): Promise<void> {
    this.calls.push(what);
    const failures = this.failures[what] ?? 0;
    if (failures === 0) return;
    this.failures[what] = failures - 1;
    throw new Error('the disk is away');
  }
}

describe('the start of a domain', () => {
  let domain: Recorder;
  let ready: number;
  let faults: string[];
  let startUp: StartUp;
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  beforeEach(() => {
    vi.useFakeTimers();
    domain = new Recorder();
    ready = 0;
    faults = [];
    const onReady = () => {
      ready += 1;
    };
    startUp = new StartUp(domain, onReady, PAUSES, faultLog(faults));
  });
  afterEach(() => {
    startUp.stop();
    vi.useRealTimers();
  });

  it('A04 starts once, and greets each time that the stream is up', async () => {
    startUp.online();
    expect(startUp.state).toBe('starting');
    await pass(0);
    expect([startUp.ready, ready]).toEqual([true, 1]);
    startUp.online();
    await pass(0);
    expect(domain.calls).toEqual(['start', 'greet', 'reconnected', 'start', 'greet']);
    expect([ready, faults]).toEqual([1, []]);
  });

  it('S23 tries again, ever more slowly, what the store did not let it do, and says what is wrong', async () => {
    domain.failures.start = 5;
    startUp.online();
    await pass(0);
    expect([startUp.ready, startUp.state]).toEqual([false, 'starting: the disk is away']);
    for (const pause of [1_000, 2_000, 4_000, 4_000, 4_000]) {
      await pass(pause - 1);
      const before = domain.calls.length;
      await pass(1);
      expect(domain.calls.length).toBeGreaterThan(before);
    }
    expect([startUp.ready, ready, faults.length]).toEqual([true, 1, 5]);
    expect(domain.calls).toEqual([...Array<string>(6).fill('start'), 'greet']);
  });

  it('S23 D06 greets again when that failed, after a reconnect as well', async () => {
    domain.failures.greet = 1;
    startUp.online();
    await pass(1_000);
    expect(domain.calls.filter((call) => call === 'greet')).toHaveLength(2);
    domain.failures.greet = 1;
    startUp.online();
    await pass(1_000);
    expect(domain.calls.filter((call) => call === 'greet')).toHaveLength(4);
    expect(ready).toBe(1);
  });

  it('A04 a stream that comes and goes meanwhile starts nothing twice', async () => {
    domain.failures.start = 2;
    startUp.online();
    await pass(500);
    startUp.online();
    startUp.online();
    await pass(10_000);
    expect(domain.calls.filter((call) => call === 'greet')).toHaveLength(1);
    expect(ready).toBe(1);
  });

  it('D07 a stop ends it', async () => {
    domain.failures.start = 100;
    startUp.online();
    await pass(0);
    startUp.stop();
    const calls = domain.calls.length;
    await pass(100_000);
    expect([domain.calls.length, ready]).toEqual([calls, 0]);
  });
});

it('S23 a domain goes on where its start was cut short, and opens the network once', async () => {
  const store = new MemoryStore();
  const before = new RoomStage({ store, network: { lasting: true } });
  await before.ask('set', ROMEO, DOMAIN, REGISTER);
  const stage = new RoomStage({ store, network: { lasting: true } });
  const opened = vi.fn();
  Object.assign(stage.network, { start: opened });
  const pending = vi.spyOn(store.inbox, 'pending').mockRejectedValueOnce(new Error('locked'));
  await expect(stage.start()).rejects.toThrow('locked');
  vi.spyOn(store.accounts, 'list').mockRejectedValueOnce(new Error('locked'));
  await expect(stage.start()).rejects.toThrow('locked');
  expect([stage.network.sessions.length, opened.mock.calls.length]).toEqual([0, 0]);
  await stage.start();
  await stage.start();
  expect([stage.network.sessions.length, opened.mock.calls.length]).toEqual([1, 1]);
  expect(pending).toHaveBeenCalledTimes(2);
});
