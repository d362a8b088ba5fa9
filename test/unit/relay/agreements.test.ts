import { beforeEach, describe, expect, it } from 'vitest';
import { Agreements } from '../../../src/core/relay/agreements.js';
import { MemoryState } from '../../support/gateway-environment.js';

const ANN = 'ann@example.org';
/** Its address begins as hers does. */
const ANNA = 'ann@example.organic';
const IRC = 'irc.example.org';

describe('who speaks on networks by his own account', () => {
  let state: MemoryState;
  let agreements: Agreements;

  beforeEach(async () => {
    state = new MemoryState();
    agreements = new Agreements(state);
    for (const owner of [ANN, ANNA])
      for (const room of ['club@muc', 'pub@muc']) await agreements.set(owner, room, true);
  });

  const has = (owner: string, room = 'club@muc', network = IRC) => agreements.has(owner, room, network);

  it('does so in no room any more when he has unregistered from the relays; others are not concerned', async () => {
    await agreements.forget(ANN);
    expect([await has(ANN), await has(ANN, 'pub@muc'), await has(ANNA)]).toEqual([false, false, true]);
    expect((await state.list('speak-as-me', '', 10)).map(({ key }) => key)).toEqual([
      `${ANNA}\nclub@muc`,
      `${ANNA}\npub@muc`,
    ]);
  });

  it('does so no more on a network that he has unregistered from, until he agrees again', async () => {
    await agreements.withdraw(ANN, IRC);
    expect([await has(ANN), await has(ANN, 'pub@muc'), await has(ANNA)]).toEqual([false, false, true]);
    expect(await has(ANN, 'club@muc', 'telegram.example.org')).toBe(true);
    const afterRestart = new Agreements(state);
    expect(await afterRestart.has(ANN, 'club@muc', IRC)).toBe(false);
    expect(await afterRestart.has(ANN, 'club@muc', 'telegram.example.org')).toBe(true);
    await agreements.set(ANN, 'club@muc', true);
    expect([await has(ANN), await has(ANN, 'pub@muc')]).toEqual([true, false]);
  });
});
