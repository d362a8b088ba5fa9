import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { conditionOf, DOMAIN, ROMEO, ROMEO_PHONE, RoomStage } from '../../support/core/room-stage.js';
import { WRONG_PASSWORD } from '../../support/memory-network/session.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const AWAY = 'presence error remote-server-timeout';
const REGISTER = `<query xmlns='${NS.REGISTER}'><nick>Romeo</nick><password>secret</password></query>`;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A user whose session lasts while he is offline. */
async function registered(): Promise<RoomStage> {
  const stage = new RoomStage({ network: { lasting: true } });
  await stage.ask('set', ROMEO, DOMAIN, REGISTER);
  await come(stage);
  return stage;
}

async function come(stage: RoomStage): Promise<void> {
  await stage.receive(`<presence from='${ROMEO}' to='${DOMAIN}'/>`);
}

async function leave(stage: RoomStage): Promise<void> {
  await stage.receive(`<presence type='unavailable' from='${ROMEO}' to='${DOMAIN}'/>`);
  stage.take();
}

async function pass(stage: RoomStage, ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await stage.settled();
}

/** What the user was told and shown since the last call. */
function told(stage: RoomStage): string[] {
  return stage
    .take()
    .filter(({ name, attrs }) => name !== 'iq' && attrs.type !== 'subscribe')
    .map((stanza) => {
      const { name, attrs } = stanza;
      if (name === 'message') return stanza.childText('body') ?? '';
      return [name, attrs.type, conditionOf(stanza)].filter(Boolean).join(' ');
    });
}

const REFUSED = 'The network refuses.';
const BACK = '!hall can be reached again.';

describe('trouble with the network', () => {
  let stage: RoomStage;
  beforeEach(async () => {
    stage = await registered();
    told(stage);
  });

  it('D03 a blink is no news, however often it comes', async () => {
    for (let blink = 0; blink < 50; blink += 1) {
      stage.session(0).lose();
      await pass(stage, MINUTE);
      stage.session(0).connect();
      await pass(stage, MINUTE);
    }
    expect(told(stage)).toEqual([]);
  });

  it('D02 D03 what lasts is told once, and so is its end', async () => {
    stage.session(0).lose();
    for (let minute = 0; minute < 100; minute += 1) {
      await pass(stage, MINUTE);
      stage.session(0).lose();
    }
    expect(told(stage)).toEqual([AWAY, REFUSED]);
    stage.session(0).connect();
    expect(told(stage)).toEqual(['presence', BACK]);
  });

  it('D03 is not told again within the hour; when it lasts beyond that, it is', async () => {
    const outage = async () => {
      stage.session(0).lose();
      await pass(stage, 3 * MINUTE);
      stage.session(0).connect();
      await pass(stage, MINUTE);
      return told(stage);
    };
    expect(await outage()).toEqual([AWAY, REFUSED, 'presence', BACK]);
    for (let n = 0; n < 10; n += 1) expect(await outage()).toEqual([]);
    stage.session(0).lose();
    await pass(stage, HOUR);
    expect(told(stage)).toEqual([AWAY, REFUSED]);
  });

  it('D03 who is offline hears of it when he comes, if it still lasts', async () => {
    await leave(stage);
    stage.session(0).lose();
    await pass(stage, 10 * MINUTE);
    expect(told(stage)).toEqual([]);
    await come(stage);
    expect(told(stage)).toEqual(['presence', AWAY, REFUSED]);
    await leave(stage);
    await come(stage);
    expect(told(stage)).toEqual(['presence']);
    stage.session(0).connect();
    await leave(stage);
    stage.session(0).lose();
    await pass(stage, HOUR);
    stage.session(0).connect();
    await come(stage);
    expect(told(stage)).toEqual(['presence']);
  });

  it('D03 a second client is told nothing twice', async () => {
    stage.session(0).lose();
    await pass(stage, 3 * MINUTE);
    expect(told(stage)).toHaveLength(2);
    await stage.receive(`<presence from='${ROMEO_PHONE}' to='${DOMAIN}'/>`);
    expect(told(stage)).toEqual([]);
  });

  it('C14 nothing is said to who has gone for good', async () => {
    stage.session(0).lose();
    await stage.ask('set', ROMEO, DOMAIN, `<query xmlns='${NS.REGISTER}'><remove/></query>`);
    told(stage);
    await pass(stage, HOUR);
    expect(told(stage)).toEqual([]);
  });
});

describe('a refusal of what the user has given', () => {
  it('D02 D03 is told at once, and again when he has tried again in vain', async () => {
    const stage = await registered();
    told(stage);
    const view = {
      registered: true,
      settings: {},
      suggestedName: 'romeo',
      userAddress: 'romeo@example.org',
      language: 'en',
    };
    const [row] = [...stage.store.rows.values()];
    stage.session(0).configure({
      ...view,
      id: row?.id as never,
      secrets: { password: WRONG_PASSWORD },
    });
    stage.session(0).lose();
    stage.session(0).connect();
    const refusal = ['presence error not-authorized', 'The password is wrong.'];
    expect(told(stage)).toEqual(refusal);
    for (let n = 0; n < 20; n += 1) stage.session(0).connect();
    expect(told(stage)).toEqual([]);
    await pass(stage, 3 * MINUTE);
    expect(told(stage)).toEqual(refusal);
  });

  it('D03 S18 is not told again by the next run of the gateway, until it has been let in', async () => {
    const first = await registered();
    const [row] = [...first.store.rows.values()];
    if (!row) throw new Error('nobody is registered');
    const secretsAre = (password: string) => first.store.accounts.update(row.id, { secrets: { password } });
    /** What the user is told of his connection when he comes, by a gateway that has just been started. */
    const nextRun = async (): Promise<string[]> => {
      const stage = new RoomStage({ network: { lasting: true }, store: first.store });
      await stage.start();
      await come(stage);
      return told(stage).filter((said) => said !== 'presence' && said !== 'presence probe');
    };
    await secretsAre(WRONG_PASSWORD);
    expect(await nextRun()).toEqual(['presence error not-authorized', 'The password is wrong.']);
    expect(await nextRun()).toEqual(['presence error not-authorized']);
    await secretsAre('secret');
    expect(await nextRun()).toEqual([]);
    await secretsAre(WRONG_PASSWORD);
    expect(await nextRun()).toEqual(['presence error not-authorized', 'The password is wrong.']);
  });
});
