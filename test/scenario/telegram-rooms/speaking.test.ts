import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { heardIn } from '../../servers/telegram/world/reading.js';
import type { ChannelPlace, GroupPlace } from '../../servers/telegram/world/world.js';
import { ORCHARD, PHONE } from '../../support/telegram/gateway-stage.js';
import { type Company, company, enter, saidIn } from '../../support/telegram/room-talk.js';

let all: Company;
let place: ChannelPlace;
let room: string;
beforeEach(async () => {
  all = await company();
  const { stage, romeo, juliet, nurse } = all;
  place = juliet.as.createsChannel({ title: 'Verona' }, romeo, nurse);
  room = (await enter(stage, place)).room;
});
afterEach(() => all.stage.stop());

const say = (body: string, more = '') =>
  all.stage.write(room, `<body>${body}</body>${more}`, { type: 'groupchat' });
const texts = (where: ChannelPlace | GroupPlace = place) =>
  heardIn(where, all.juliet.person)
    .map(({ text }) => text)
    .reverse()
    .filter((text) => text !== '');

describe('what the user says in groups of Telegram', () => {
  it('I01 I02 reaches the others once, and all his clients as his own', async () => {
    const { stage, romeo } = all;
    await enter(stage, place, PHONE);
    const id = await say('By a name');
    const shown = await saidIn(stage, room, 'By a name');
    expect(shown.attrs).toMatchObject({ id, from: `${room}/Romeo` });
    await stage.next(({ attrs }) => attrs.id === id, 'the same on his telephone', PHONE);
    await expect.poll(() => texts()).toEqual(['By a name']);
    romeo.says('and one from elsewhere', place);
    await saidIn(stage, room, 'elsewhere');
    expect(stage.bodies(room, ORCHARD).filter((body) => body === 'By a name')).toHaveLength(1);
  });

  it('goes to basic groups too', async () => {
    const { stage, romeo, juliet } = all;
    const group = juliet.as.createsGroup('Mantua', romeo);
    const { room: there } = await enter(stage, group);
    await stage.write(there, 'Well met', { type: 'groupchat' });
    await expect.poll(() => texts(group)).toEqual(['Well met']);
  });

  it('F24 is styled there', async () => {
    await say('O *Juliet*');
    await expect.poll(() => texts()).toEqual(['O Juliet']);
    const [entity] = heardIn(place, all.juliet.person)[0]?.entities ?? [];
    expect(entity).toMatchObject({ className: 'MessageEntityBold', offset: 2, length: 6 });
  });

  it.each([
    ['Nurse: where is she?', 'Nurse: where is she?', 0, 5],
    ['Tell me, @Nurse!', 'Tell me, @Nurse!', 9, 6],
    ['nurse, come', 'nurse, come', 0, 5],
  ])('I15 calls out to who is named: %j', async (body, text, offset, length) => {
    await say(body);
    await expect.poll(() => texts()).toEqual([text]);
    const [entity] = heardIn(place, all.juliet.person)[0]?.entities ?? [];
    expect(entity).toMatchObject({ className: 'MessageEntityMentionName', offset, length });
    expect(String((entity as Api.MessageEntityMentionName).userId)).toBe(String(all.nurse.id));
  });

  it('F22 I11 answers what it answers, by the id that the room has given', async () => {
    const { stage, juliet } = all;
    const question = juliet.says('What man art thou?', place);
    const asked = await saidIn(stage, room, 'What man');
    const id = asked.child('stanza-id', NS.SID)?.attrs.id ?? '';
    await say('By a name', `<reply xmlns='${NS.REPLY}' to='${room}/Juliet' id='${id}'/>`);
    await expect.poll(() => texts()).toContain('By a name');
    const [answer] = heardIn(place, juliet.person);
    expect(answer?.replyTo).toMatchObject({ replyToMsgId: question.message.id });
  });

  it('F16 F17 corrections are edits; I12 never of what others said', async () => {
    const { stage, juliet } = all;
    const id = await say('Juilet');
    await expect.poll(() => texts()).toEqual(['Juilet']);
    await say('Juliet', `<replace xmlns='${NS.CORRECT}' id='${id}'/>`);
    await expect.poll(() => texts()).toEqual(['Juliet']);
    const said = juliet.says('my own words', place);
    const heard = await saidIn(stage, room, 'my own words');
    const wrong = await say('not hers', `<replace xmlns='${NS.CORRECT}' id='${heard.attrs.id}'/>`);
    await stage.next(({ attrs }) => attrs.id === wrong && attrs.type === 'error', 'an error');
    expect(said.message.text).toBe('my own words');
  });

  it('F18 what he takes back is gone there', async () => {
    const { stage } = all;
    await say('a rash word');
    const shown = await saidIn(stage, room, 'rash');
    await expect.poll(() => texts()).toEqual(['a rash word']);
    const id = shown.child('stanza-id', NS.SID)?.attrs.id ?? '';
    await stage.write(room, `<retract xmlns='${NS.RETRACT}' id='${id}'/>`, { type: 'groupchat' });
    await expect.poll(() => texts()).toEqual([]);
  });

  it('F01 F07 arrives once, though the answer to it was lost and the connection broke', async () => {
    const { server, romeo } = all;
    server.faults.next(Api.messages.SendMessage, { kind: 'drop' });
    await say('only once');
    await server.asked(Api.messages.SendMessage);
    await say('and after');
    await expect.poll(() => texts(), { timeout: 15_000 }).toEqual(['only once', 'and after']);
    server.disconnect(romeo.person);
    await say('and more');
    await expect.poll(() => texts(), { timeout: 15_000 }).toEqual(['only once', 'and after', 'and more']);
    expect(all.stage.bodies(`${room}/Romeo`, ORCHARD)).toEqual(['only once', 'and after', 'and more']);
  });

  it('is refused with a reason where he may not speak any more', async () => {
    const { stage, romeo, juliet } = all;
    juliet.as.restricts(place, romeo, { sendMessages: true });
    const id = await say('may I?');
    const error = await stage.next(({ attrs }) => attrs.id === id && attrs.type === 'error', 'an error');
    expect(error.child('error')?.child('forbidden')).toBeDefined();
    expect(texts()).toEqual([]);
  });

  it('H30 in private to somebody there goes to him alone', async () => {
    const { stage, romeo, nurse } = all;
    await stage.write(`${room}/Nurse`, `<body>a word</body><x xmlns='${NS.MUC_USER}'/>`);
    await expect.poll(() => nurse.heard(romeo)?.text).toBe('a word');
    expect(texts()).toEqual([]);
  });
});
