import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import type { ChannelPlace } from '../../servers/telegram/world/world.js';
import { DOMAIN } from '../../support/telegram/gateway-stage.js';
import { refusalOf, say, textsIn } from '../../support/telegram/group-talk.js';
import { type Company, company, enter } from '../../support/telegram/room-talk.js';

const SLOW = 'muc#roominfo_slow_mode_duration';

/** XEP-0500. */
describe('slow mode', () => {
  let all: Company;
  let place: ChannelPlace;
  let room: string;
  beforeEach(async () => {
    all = await company({
      // One try after the other, so that nothing waits for the clock but Telegram itself.
      telegram: {
        limits: { silentWaitMs: 1, retryFirstMs: 20, retryLastMs: 200, burst: 1_000, perSecond: 1_000 },
      },
    });
    const { stage, romeo, juliet } = all;
    place = juliet.as.createsChannel({ title: 'Verona' }, romeo);
    juliet.as.changes(place, { slowModeSeconds: 1 });
    room = (await enter(stage, place)).room;
  });
  afterEach(() => all.stage.stop());

  const told = async () => {
    const info = await all.stage.iq('get', room, `<query xmlns='${NS.DISCO_INFO}'/>`);
    const fields = info.child('query')?.child('x', NS.DATA)?.elements() ?? [];
    return fields.find(({ attrs }) => attrs.var === SLOW)?.childText('value');
  };

  it('I37 is told with the room, and told anew when it changes', async () => {
    const { stage, juliet } = all;
    expect(await told()).toBe('1');
    juliet.as.changes(place, { slowModeSeconds: 0 });
    await stage.next((one) => String(one).includes("status code='104'"), 'a change of the room');
    expect(await told()).toBe('0');
  });

  it('I37 keeps words waiting, in their order; the user is told once, and nothing comes back', async () => {
    const { stage } = all;
    for (const body of ['one', 'two', 'three']) await say(stage, room, body);
    const waits = await stage.message(DOMAIN, 'slow mode');
    expect(waits.childText('body')).toContain('second');
    await expect.poll(() => textsIn(all, place), { timeout: 20_000 }).toEqual(['one', 'two', 'three']);
    expect(stage.bodies(DOMAIN).filter((body) => body.includes('slow mode'))).toHaveLength(1);
    expect(stage.heard.all.filter(({ attrs }) => attrs.type === 'error').map(String)).toEqual([]);
  });

  it('I30 is set by who may', async () => {
    const { stage, romeo, juliet } = all;
    juliet.as.promotes(place, romeo);
    await stage.next((one) => String(one).includes("affiliation='admin'"), 'the new right');
    const form = await stage.iq('get', room, `<query xmlns='${NS.MUC_OWNER}'/>`);
    expect(String(form)).toContain('muc#roomconfig_slow_mode_duration');
    expect(String(form)).toContain(NS.DATA_VALIDATE);
    const set = (seconds: string) =>
      stage.iq(
        'set',
        room,
        `<query xmlns='${NS.MUC_OWNER}'><x xmlns='${NS.DATA}' type='submit'><field var='FORM_TYPE'><value>${NS.MUC_ROOMCONFIG}</value></field><field var='muc#roomconfig_slow_mode_duration'><value>${seconds}</value></field></x></query>`,
      );
    const answer = await set('45');
    expect(answer.attrs.type, String(answer)).toBe('result');
    // Telegram knows some paces only: the next slower one.
    expect(place.slowModeSeconds).toBe(60);
    expect(refusalOf(await set('-1')).condition).toBe('not-acceptable');
  });
});
