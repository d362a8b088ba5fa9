import { afterEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { DOMAIN } from '../../support/telegram/gateway-stage.js';
import { type Company, company } from '../../support/telegram/room-talk.js';

describe('groups and channels of an account', () => {
  let all: Company;
  afterEach(() => all.stage.stop());

  /** Names of what the gateway lists, by address. */
  async function listed(): Promise<Readonly<Record<string, string>>> {
    const answer = await all.stage.iq('get', DOMAIN, `<query xmlns='${NS.DISCO_ITEMS}'/>`);
    const items = answer.child('query')?.elements() ?? [];
    return Object.fromEntries(items.map(({ attrs }) => [attrs.jid ?? '', attrs.name ?? '']));
  }

  it('B05 are found on the gateway, as they are now', async () => {
    const places: { group?: string; channel?: string; closed?: string } = {};
    all = await company({}, ({ stage, romeo, juliet }) => {
      places.group = stage.jid(juliet.as.createsGroup('Mantua', romeo));
      places.channel = stage.jid(juliet.as.createsChannel({ title: 'News', broadcast: true }, romeo));
      places.closed = stage.jid(juliet.as.createsChannel({ title: 'Closed' }));
    });
    const { stage, romeo, juliet } = all;
    const { group = '', channel = '', closed = '' } = places;
    await expect.poll(listed).toEqual({ [group]: 'Mantua', [channel]: 'News' });
    expect(await listed()).not.toHaveProperty(closed);
    const verona = juliet.as.createsChannel({ title: 'Verona' }, romeo);
    await expect.poll(listed).toHaveProperty([stage.jid(verona)], 'Verona');
    juliet.as.retitles(verona, 'Fair Verona');
    await expect.poll(listed).toHaveProperty([stage.jid(verona)], 'Fair Verona');
    juliet.as.removes(verona, romeo);
    await expect.poll(listed).toEqual({ [group]: 'Mantua', [channel]: 'News' });
  });

  it('also where there are more of them than one page of Telegram’s holds', async () => {
    all = await company({}, ({ romeo, juliet }) => {
      for (let number = 0; number < 130; number += 1) juliet.as.createsGroup(`Group ${number}`, romeo);
    });
    await expect.poll(async () => Object.keys(await listed()).length).toBe(130);
  });
});
