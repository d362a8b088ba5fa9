import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import type { ChannelPlace } from '../../servers/telegram/world/world.js';
import { DOMAIN, ORCHARD } from '../../support/telegram/gateway-stage.js';
import { orders, refusalOf } from '../../support/telegram/group-talk.js';
import { type Company, company, enter, presenceOf } from '../../support/telegram/room-talk.js';

let all: Company;
afterEach(() => all.stage.stop());
beforeEach(async () => {
  all = await company();
});

const typed = (text: string) =>
  all.stage.iq('set', DOMAIN, `<query xmlns='${NS.GATEWAY}'><prompt>${text}</prompt></query>`);
const roleIn = (place: ChannelPlace, who: 'romeo' | 'nurse' = 'romeo') =>
  place.members.get(all[who].person)?.role;
const linkOf = async (place: ChannelPlace) => {
  const text = await orders(all.stage, `invite-link chat: c${place.id}`);
  return /https:\/\/t\.me\/\S+/.exec(text)?.[0] ?? expect.fail(text);
};

describe('coming into groups and channels', () => {
  it('E08 E09 by an invite link that is typed: the answer is the room, and the user is in it', async () => {
    const { stage, romeo, juliet, nurse } = all;
    const place = romeo.as.createsChannel({ title: 'Verona' }, juliet);
    const link = await linkOf(place);
    await stage.login(nurse, 'nurse@example.org/kitchen');
    const answer = await stage.iq(
      'set',
      DOMAIN,
      `<query xmlns='${NS.GATEWAY}'><prompt>${link}</prompt></query>`,
      'nurse@example.org/kitchen',
    );
    expect(answer.child('query')?.childText('jid')).toBe(stage.jid(place));
    expect(roleIn(place, 'nurse')).toBe('member');
    await enter(stage, place, 'nurse@example.org/kitchen');
  });

  it('by the public name: typed first, then entered', async () => {
    const { stage, juliet } = all;
    const place = juliet.as.createsChannel({ title: 'Verona', username: 'verona' });
    const room = stage.jid(place);
    for (const name of ['@verona', 'https://t.me/verona'])
      expect((await typed(name)).child('query')?.childText('jid')).toBe(room);
    expect(roleIn(place)).toBeUndefined();
    await enter(stage, place);
    expect(roleIn(place)).toBe('member');
  });

  it('not by a bookmark alone: who has left on Telegram stays out', async () => {
    const { stage, romeo, juliet } = all;
    const place = juliet.as.createsChannel({ title: 'Verona', username: 'verona' }, romeo);
    const { room } = await enter(stage, place);
    romeo.as.leaves(place);
    await presenceOf(stage, room, 'Romeo', ({ attrs }) => attrs.type === 'unavailable');
    await stage.receive(`<presence from='${ORCHARD}' to='${room}/me'><x xmlns='${NS.MUC}'/></presence>`);
    const refused = await presenceOf(stage, room, 'me', ({ attrs }) => attrs.type === 'error');
    expect(refusalOf(refused).condition).toBe('registration-required');
    expect(roleIn(place)).toBe('left');
  });

  it('by the command “join”, which calls into the room', async () => {
    const { stage, juliet } = all;
    const place = juliet.as.createsChannel({ title: 'Verona', username: 'verona' });
    await stage.write(DOMAIN, '<body>join @verona</body>');
    const called = await stage.next((one) => one.child('x', NS.CONFERENCE) !== undefined, 'an invitation');
    expect(called.child('x', NS.CONFERENCE)?.attrs.jid).toBe(stage.jid(place));
    await enter(stage, place);
    expect(roleIn(place)).toBe('member');
  });

  it('where somebody has to let one in, that is told, and then one is in', async () => {
    const { stage, juliet, romeo } = all;
    const place = juliet.as.createsChannel({ title: 'Verona', username: 'verona', approval: true });
    await typed('@verona');
    const room = stage.jid(place);
    await stage.receive(`<presence from='${ORCHARD}' to='${room}/me'><x xmlns='${NS.MUC}'/></presence>`);
    const waits = await presenceOf(stage, room, 'me', ({ attrs }) => attrs.type === 'error');
    expect(refusalOf(waits)).toMatchObject({
      condition: 'registration-required',
      text: expect.stringContaining('administrator'),
    });
    expect(place.requests.has(romeo.person)).toBe(true);
    juliet.as.adds(place, romeo);
    await stage.message(room);
    await enter(stage, place);
  });

  it.each([
    ['https://t.me/+nosuchlinkatall', 'invite link'],
    ['https://t.me/joinchat/AAAAAEHbEkejzxUjAUCfYg', 'invite link'],
  ])('a link that is none is said to be none: %s', async (link, words) => {
    const answer = await typed(link);
    expect(refusalOf(answer)).toMatchObject({
      condition: 'item-not-found',
      text: expect.stringContaining(words),
    });
  });
});

describe('leaving', () => {
  it('is done by command, on Telegram too; the client alone only closes the room', async () => {
    const { stage, romeo, juliet } = all;
    const place = juliet.as.createsChannel({ title: 'Verona' }, romeo);
    const { room } = await enter(stage, place);
    await stage.receive(`<presence from='${ORCHARD}' to='${room}/Romeo' type='unavailable'/>`);
    await presenceOf(stage, room, 'Romeo', ({ attrs }) => attrs.type === 'unavailable');
    expect(roleIn(place)).toBe('member');
    await enter(stage, place);
    expect(await orders(stage, `leave chat: c${place.id}`)).toContain('Verona');
    expect(roleIn(place)).toBe('left');
    await presenceOf(stage, room, 'Romeo', ({ attrs }) => attrs.type === 'unavailable');
  });
});

describe('making', () => {
  it.each([
    ['group', 'g'],
    ['supergroup', 'c'],
    ['channel', 'c'],
  ])('a %s with people in it, whose room is named', async (kind, letter) => {
    const { stage, romeo, juliet, nurse, server } = all;
    const tybalt = server.person('Tybalt', { username: 'tybalt' });
    tybalt.person.privacy.add('invite');
    for (const one of [juliet, nurse, tybalt]) one.says('hm', romeo);
    await stage.message(stage.jid(tybalt), 'hm');
    const people = `@juliet, ${stage.jid(nurse)}, @tybalt`;
    expect(await orders(stage, 'create', 'Feast')).toContain('Supergroup');
    const said = await orders(stage, kind, people, 'Masks');
    expect(said).toMatch(new RegExp(`${letter}\\d+@${DOMAIN}`));
    const place = [...server.world.groups.values(), ...server.world.channels.values()].find(
      ({ title }) => title === 'Feast',
    );
    if (!place) expect.fail('there is no such group');
    expect([...place.members.keys()].map(({ firstName }) => firstName).sort()).toEqual([
      'Juliet',
      'Nurse',
      'Romeo',
    ]);
    expect(place.about).toBe('Masks');
    expect(said).toContain('Tybalt');
    expect(said).toContain('https://t.me/+');
    await enter(stage, place);
  });

  it('says who nobody is', async () => {
    const { stage } = all;
    const said = await orders(stage, 'create title: Feast\npeople: @nosuchperson');
    expect(said).toContain('@nosuchperson');
  });
});

describe('pins', () => {
  it('are set and taken away by command', async () => {
    const { stage, romeo, juliet } = all;
    const place = romeo.as.createsChannel({ title: 'Verona' }, juliet);
    const early = juliet.says('Be there at nine', place);
    const late = juliet.says('or at ten', place);
    expect(await orders(stage, `pin chat: c${place.id}`)).toContain('pinned');
    expect(late.message.pinned).toBe(true);
    await orders(stage, `pin chat: c${place.id}\nwords: at nine`);
    expect(early.message.pinned).toBe(true);
    expect(await orders(stage, `pin chat: c${place.id}\nwords: nowhere`)).toContain('None of');
    await orders(stage, 'cancel');
    await orders(stage, `unpin chat: c${place.id}`);
    expect([early.message.pinned, late.message.pinned].filter(Boolean)).toHaveLength(1);
  });
});
