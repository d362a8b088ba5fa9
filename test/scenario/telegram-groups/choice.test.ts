import { afterEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { DOMAIN, ORCHARD, ROMEO } from '../../support/telegram/gateway-stage.js';
import { orders, refusalOf } from '../../support/telegram/group-talk.js';
import { type Company, company, enter, presenceOf, saidIn } from '../../support/telegram/room-talk.js';

let all: Company;
afterEach(() => all.stage.stop());

/** What is found on the gateway: the user's rooms (XEP-0030). */
const rooms = async () => {
  const answer = await all.stage.iq('get', DOMAIN, `<query xmlns='${NS.DISCO_ITEMS}'/>`);
  return answer
    .child('query')
    ?.elements()
    .map(({ attrs }) => attrs.jid ?? '')
    .sort();
};
/** All that has come from there. */
const from = (jid: string) =>
  all.stage.heard.all.filter(({ name, attrs }) => name !== 'iq' && attrs.from?.startsWith(jid)).map(String);

describe('which chats come here', () => {
  it('J06 all, unless something else is said', async () => {
    all = await company();
    const { stage, romeo, juliet } = all;
    const place = juliet.as.createsChannel({ title: 'Verona' }, romeo);
    juliet.says('hello all', place);
    const called = await stage.next(({ attrs }) => attrs.from === stage.jid(place), 'an invitation');
    expect(called.child('x', NS.CONFERENCE)?.attrs.jid).toBe(stage.jid(place));
    await expect.poll(rooms).toEqual([stage.jid(place)]);
  });

  it('not those that are muted in Telegram, as they are now', async () => {
    all = await company();
    const { stage, romeo, juliet, nurse } = all;
    const loud = juliet.as.createsChannel({ title: 'Loud' }, romeo);
    const quiet = juliet.as.createsChannel({ title: 'Quiet' }, romeo);
    await enter(stage, loud);
    romeo.mutes(quiet);
    romeo.mutes(nurse);
    expect(await orders(stage, 'chats chats: unmuted')).toContain('from now on');
    await expect.poll(rooms).toEqual([stage.jid(loud)]);
    stage.heard.clear();
    juliet.says('into the void', quiet);
    nurse.says('me too', romeo);
    juliet.says('but here', loud);
    await saidIn(stage, stage.jid(loud), 'but here');
    romeo.mutes(quiet, false);
    juliet.says('and now there', quiet);
    juliet.says('there it was', loud);
    await saidIn(stage, stage.jid(loud), 'there it was');
    const { history } = await enter(stage, quiet);
    expect(history.join()).toContain('and now there');
    expect(history.join()).not.toContain('void');
    expect(from(stage.jid(nurse))).toEqual([]);
    await expect.poll(rooms).toEqual([stage.jid(loud), stage.jid(quiet)].sort());
  });

  it('those with contacts only: no groups, and of strangers those whom the user has written to', async () => {
    all = await company({}, ({ romeo, juliet }) => romeo.knows(juliet));
    const { stage, romeo, juliet, nurse } = all;
    await orders(stage, 'chats chats: contacts');
    const place = juliet.as.createsChannel({ title: 'Verona' }, romeo);
    nurse.says('who are you?', romeo);
    juliet.says('to all', place);
    juliet.says('to you', romeo);
    await stage.message(stage.jid(juliet), 'to you');
    expect([...from(stage.jid(place)), ...from(stage.jid(nurse))]).toEqual([]);
    await expect.poll(rooms).toEqual([]);
    await stage.write(stage.jid(nurse), '<body>Romeo is my name</body>');
    await expect.poll(() => nurse.heard(romeo)?.text).toBe('Romeo is my name');
    nurse.says('oh, it is you', romeo);
    await stage.message(stage.jid(nurse), 'oh, it is you');
    await stage.restart();
    await stage.receive(`<presence from='${ORCHARD}' to='${DOMAIN}'/>`);
    await stage.begun();
    nurse.says('still there?', romeo);
    await stage.message(stage.jid(nurse), 'still there?');
    juliet.says('in private', romeo);
    await stage.message(stage.jid(juliet), 'in private');
    expect(stage.heard.all.map(String).join()).not.toContain('to all');
  });

  it('single ones are switched off: the user is out of the room, and hears and pays nothing', async () => {
    all = await company();
    const { stage, romeo, juliet } = all;
    const place = juliet.as.createsChannel({ title: 'Verona' }, romeo);
    const other = juliet.as.createsChannel({ title: 'Mantua' }, romeo);
    await enter(stage, other);
    const { room } = await enter(stage, place);
    expect(await orders(stage, `chats chat: c${place.id}\nswitch: off`)).toContain('from now on');
    await presenceOf(stage, room, 'Romeo', ({ attrs }) => attrs.type === 'unavailable');
    await expect.poll(rooms).toEqual([stage.jid(other)]);
    const before = stage.heard.all.length;
    juliet.says('where is he?', place);
    juliet.says('elsewhere', other);
    await saidIn(stage, stage.jid(other), 'elsewhere');
    expect(stage.heard.all.slice(before).filter(({ attrs }) => attrs.from?.startsWith(room))).toEqual([]);
    await stage.receive(`<presence from='${ORCHARD}' to='${room}/me'><x xmlns='${NS.MUC}'/></presence>`);
    const refused = await presenceOf(stage, room, 'me', ({ attrs }) => attrs.type === 'error');
    expect(refusalOf(refused).text).toContain('chats');
    await orders(stage, `chats chat: c${place.id}\nswitch: on`);
    juliet.says('there he is', place);
    await stage.message(room, 'Juliet');
    const { history } = await enter(stage, place);
    expect(history.join()).toContain('there he is');
    expect(history.join()).not.toContain('where is he');
    juliet.says('welcome back', place);
    await saidIn(stage, room, 'welcome back');
  });

  it('C05 is asked with the registration, shown with what is on record, and kept', async () => {
    all = await company();
    const { stage, romeo, juliet } = all;
    const place = juliet.as.createsChannel({ title: 'Verona' }, romeo);
    await orders(stage, `chats chats: contacts\nchat: c${place.id}\nswitch: on`);
    const form = await stage.iq('get', DOMAIN, `<query xmlns='${NS.REGISTER}'/>`);
    const fields = form.child('query')?.child('x', NS.DATA)?.elements() ?? [];
    const value = (name: string) => fields.find(({ attrs }) => attrs.var === name)?.childText('value');
    expect([value('chats'), value('topics')]).toEqual(['contacts', 'threads']);
    await expect.poll(rooms).toEqual([stage.jid(place)]);
    expect(await orders(stage, 'chats')).toContain('Verona');
    const record = await stage.store.accounts.ensure(DOMAIN, ROMEO);
    expect(record.settings).toMatchObject({ chats: 'contacts', chosen: { [`c${place.id}`]: true } });
  });
});
