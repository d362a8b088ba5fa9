import { beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '../../../src/core/account/account.js';
import { Accounts } from '../../../src/core/account/accounts.js';
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
});
