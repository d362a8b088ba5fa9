import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Account } from '../../../src/core/account/account.js';
import { Accounts } from '../../../src/core/account/accounts.js';
import { GatewayError } from '../../../src/gateway/error.js';
import type { AccountId } from '../../../src/gateway/ids.js';
import { parseJid } from '../../../src/xmpp/jid.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { conditionOf, DOMAIN, ROMEO, RoomStage } from '../../support/core/room-stage.js';
import { MemoryStore } from '../../support/memory-store.js';

const romeo = parseJid(ROMEO);
const REMOVE = `<query xmlns='${NS.REGISTER}'><remove/></query>`;
const REGISTER = `<query xmlns='${NS.REGISTER}'><nick>Romeo</nick><password>secret</password></query>`;

/** A store in which an erasure takes until the test ends it. */
class SlowlyErasing extends MemoryStore {
  #end: ((error?: Error) => void) | undefined;

  constructor() {
    super();
    const { erase } = this.accounts;
    Object.assign(this.accounts, {
      erase: async (id: number) => {
        await new Promise<void>((resolve, reject) => {
          this.#end = (error) => (error ? reject(error) : resolve());
        });
        await erase(id);
      },
    });
  }

  end(error?: Error): void {
    this.#end?.(error);
  }
}

describe('an account that is being erased', () => {
  let store: SlowlyErasing;
  let accounts: Accounts;
  let account: Account;

  beforeEach(async () => {
    store = new SlowlyErasing();
    accounts = new Accounts({ domain: DOMAIN, language: 'en' }, store);
    account = await accounts.ensure(romeo);
    await accounts.update(account, { registered: true });
  });

  it('C14 is found by nobody, and leaves nothing in memory', async () => {
    const erasing = accounts.erase(account);
    expect(accounts.active(account.owner)).toBeUndefined();
    expect(accounts.pending(account.owner)).toBeDefined();
    const asked = Promise.allSettled([
      accounts.find(romeo),
      accounts.byRecord(account.record),
      accounts.byId(account.record.id as AccountId),
    ]);
    store.end();
    await erasing;
    const [found, byRecord, byId] = await asked;
    expect(found).toEqual({ status: 'fulfilled', value: undefined });
    expect([byRecord?.status, byId?.status]).toEqual(['rejected', 'rejected']);
    expect(accounts.pending(account.owner)).toBeUndefined();
    expect([...accounts.all()]).toEqual([]);
  });

  it('C14 is not brought back by a row that was read before', async () => {
    const { record } = account;
    accounts.release(account);
    const { get } = store.accounts;
    let read: () => void = () => undefined;
    Object.assign(store.accounts, {
      get: async (id: number) => {
        const row = await get(id);
        await new Promise<void>((resolve) => {
          read = resolve;
        });
        return row;
      },
    });
    const late = accounts.byId(record.id as AccountId);
    await new Promise((resolve) => setImmediate(resolve));
    const erasing = accounts.erase(account);
    store.end();
    await erasing;
    read();
    await expect(late).rejects.toThrow();
    expect([...accounts.all()]).toEqual([]);
  });

  it('C14 can be registered again at once, as another account', async () => {
    const erasing = accounts.erase(account);
    const again = accounts.ensure(romeo);
    store.end();
    await erasing;
    const made = await again;
    expect([made.registered, made.record.id === account.record.id]).toEqual([false, false]);
    await accounts.update(made, { registered: true });
    expect(await accounts.find(romeo)).toBe(made);
  });

  it('is as it was when the store cannot erase it', async () => {
    const erasing = accounts.erase(account);
    const found = accounts.find(romeo);
    store.end(new Error('the disk is full'));
    await expect(erasing).rejects.toThrow('full');
    expect(await found).toBe(account);
    expect(await accounts.byId(account.record.id as AccountId)).toBe(account);
  });
});

describe('a user who goes on while his account is removed', () => {
  const remove = `<iq type='set' from='${ROMEO}' to='${DOMAIN}' id='remove'>${REMOVE}</iq>`;
  const presence = `<presence from='${ROMEO}' to='${DOMAIN}'/>`;

  async function online(store: MemoryStore): Promise<RoomStage> {
    const stage = new RoomStage({ store });
    await stage.ask('set', ROMEO, DOMAIN, REGISTER);
    await stage.receive(presence);
    stage.take();
    return stage;
  }

  it('C14 D05 his client takes the gateway off its roster at that moment: he is gone, and can come back', async () => {
    const store = new SlowlyErasing();
    const stage = await online(store);
    await stage.receive(remove);
    await stage.receive(`<presence type='unsubscribe' from='${ROMEO}' to='${DOMAIN}'/>`);
    await stage.receive(presence);
    store.end();
    await stage.settled();
    expect(stage.take().map(({ name, attrs: { type } }) => `${name} ${type}`)).toContain('iq result');
    expect([stage.world.connected.size, store.rows.size]).toEqual([0, 0]);
    const [answer] = (await stage.ask('set', ROMEO, DOMAIN, REGISTER)).filter(({ name }) => name === 'iq');
    expect(conditionOf(answer)).toBeUndefined();
    expect(store.row(romeo.bare)?.registered).toBe(true);
    expect(stage.faults).toEqual([]);
  });

  it('C14 is not connected again while his session ends', async () => {
    const store = new SlowlyErasing();
    const stage = await online(store);
    const session = stage.session(0);
    const disconnect = session.disconnect.bind(session);
    let ended: () => void = () => undefined;
    session.disconnect = async () => {
      await new Promise<void>((resolve) => {
        ended = resolve;
      });
      await disconnect();
    };
    await stage.receive(remove);
    await stage.receive(presence);
    ended();
    await stage.settled();
    store.end();
    await stage.settled();
    expect(stage.network.sessions).toHaveLength(2);
    expect(stage.session(1).states()[0]?.state.state).toBe('idle');
    expect(stage.world.connected.size).toBe(0);
  });

  it.each(['logout', 'erase'] as const)(
    'C14 a removal whose %s fails says so, and keeps the account',
    async (step) => {
      const store = new MemoryStore();
      const stage = await online(store);
      const [row] = [...store.rows.values()];
      const fail = async () => {
        throw new Error('the disk is full');
      };
      if (step === 'logout') Object.assign(stage.session(0), { logout: fail });
      else vi.spyOn(store.accounts, 'erase').mockRejectedValueOnce(new Error('the disk is full'));
      const [answer] = (await stage.ask('set', ROMEO, DOMAIN, REMOVE)).filter(({ name }) => name === 'iq');
      expect(conditionOf(answer)).toBe('internal-server-error');
      expect(answer?.child('error')?.childText('text')).toContain('still there');
      expect(stage.faults.splice(0).join()).toContain('could not be removed');
      expect(store.row(romeo.bare)).toEqual(row);
      expect(stage.world.connected.size, 'connected as before').toBe(1);
      const again = await stage.ask('set', ROMEO, DOMAIN, REMOVE);
      expect(again.find(({ name }) => name === 'iq')?.attrs.type).toBe('result');
      expect([store.rows.size, stage.world.connected.size]).toEqual([0, 0]);
    },
  );

  it('C14 the network’s own reason for keeping it is told', async () => {
    const stage = await online(new MemoryStore());
    const refusal = new GatewayError('network-unreachable', { key: 'memory-refused' });
    Object.assign(stage.session(0), { logout: () => Promise.reject(refusal) });
    expect(await stage.refusal('set', ROMEO, DOMAIN, REMOVE)).toBe('remote-server-timeout');
    expect(stage.faults).toEqual([]);
  });

  it('what a network brings for nobody any more is taken, or it would come for ever', async () => {
    const stage = await online(new MemoryStore());
    const [row] = [...stage.store.rows.values()];
    const id = row?.id as AccountId;
    const event = { type: 'user-notice', text: { key: 'memory-saved' } } as const;
    await stage.host.emit(id, event);
    expect(stage.take(romeo.bare).map((stanza) => stanza.childText('body'))).toEqual([
      'Saved on the network.',
    ]);
    await stage.ask('set', ROMEO, DOMAIN, REMOVE);
    stage.take();
    await stage.host.emit(id, event);
    expect(stage.take()).toEqual([]);
    vi.spyOn(stage.store.accounts, 'get').mockRejectedValueOnce(new Error('the disk is full'));
    await expect(stage.host.emit(id, event), 'it has to be brought again').rejects.toThrow('full');
  });
});
