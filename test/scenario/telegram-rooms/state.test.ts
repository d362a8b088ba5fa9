import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { positions } from '../../servers/telegram/world/reading.js';
import type { ChannelPlace } from '../../servers/telegram/world/world.js';
import { ORCHARD } from '../../support/telegram/gateway-stage.js';
import {
  type Company,
  company,
  enter,
  nickOf,
  presenceOf,
  saidIn,
} from '../../support/telegram/room-talk.js';

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

const idOf = (stanza: XmlElement): string => stanza.child('stanza-id', NS.SID)?.attrs.id ?? '';
const next = (name: string, ns: string) =>
  all.stage.next((stanza) => stanza.child(name, ns) !== undefined, name, ORCHARD);

describe('reading in groups of Telegram', () => {
  it('F14 what the user has read here counts there', async () => {
    const { stage, romeo, juliet } = all;
    const said = juliet.says('Read this', place);
    const id = idOf(await saidIn(stage, room, 'Read this'));
    await stage.write(room, `<displayed xmlns='${NS.CHAT_MARKERS}' id='${id}'/>`, { type: 'groupchat' });
    await expect.poll(() => positions(romeo.person, place).inbox).toBe(said.message.id);
  });

  it('F14 what he has read there is a marker here, also when somebody has come since', async () => {
    const { stage, server, romeo, juliet } = all;
    juliet.says('Read this', place);
    const first = idOf(await saidIn(stage, room, 'Read this'));
    romeo.reads(place);
    expect((await next('displayed', NS.CHAT_MARKERS)).child('displayed')?.attrs.id).toBe(first);
    juliet.says('and this', place);
    const second = idOf(await saidIn(stage, room, 'and this'));
    server.person('Tybalt').as.joins(place);
    await presenceOf(stage, room, 'Tybalt');
    romeo.reads(place);
    expect((await next('displayed', NS.CHAT_MARKERS)).child('displayed')?.attrs.id).toBe(second);
  });
});

describe('writing in groups of Telegram', () => {
  it('F15 is seen here', async () => {
    const { juliet } = all;
    juliet.types(place);
    expect(nickOf(await next('composing', NS.CHAT_STATES))).toBe('Juliet');
    juliet.types(place, new Api.SendMessageCancelAction());
    await all.stage.next(
      (stanza) => stanza.elements().some(({ ns, name }) => ns === NS.CHAT_STATES && name !== 'composing'),
      'the end of it',
      ORCHARD,
    );
  });

  it('F15 and there', async () => {
    const { stage, server } = all;
    await stage.write(room, `<composing xmlns='${NS.CHAT_STATES}'/>`, { type: 'groupchat' });
    const asked = await server.asked(Api.messages.SetTyping);
    expect((asked.request as Api.messages.SetTyping).peer).toMatchObject({ className: 'InputPeerChannel' });
  });
});

describe('what a group of Telegram says of itself', () => {
  const info = async () => {
    const answer = await all.stage.iq('get', room, `<query xmlns='${NS.DISCO_INFO}'/>`);
    const query = answer.child('query');
    const form = query?.child('x')?.elements() ?? [];
    return {
      name: query?.child('identity')?.attrs.name,
      description: form.find(({ attrs }) => attrs.var === 'muc#roominfo_description')?.childText('value'),
    };
  };

  it('H02 is its title and description, as they are now', async () => {
    const { juliet } = all;
    expect(await info()).toEqual({ name: 'Verona', description: undefined });
    juliet.as.changes(place, { title: 'Fair Verona', about: 'Where we lay\nour scene' });
    await expect.poll(info).toEqual({ name: 'Fair Verona', description: 'Where we lay\nour scene' });
  });

  it('is its picture, also when it has another one', async () => {
    const { stage, juliet } = all;
    const bytes = Buffer.from('a picture');
    juliet.as.repaints(place, { bytes, width: 1, height: 1 });
    await stage.next(
      (stanza) => stanza.attrs.from === room && stanza.child('x', 'vcard-temp:x:update') !== undefined,
      'news of it',
    );
    const card = await stage.iq('get', room, `<vCard xmlns='vcard-temp'/>`);
    const photo = card.child('vCard')?.child('PHOTO')?.childText('BINVAL') ?? '';
    expect(Buffer.from(photo, 'base64').equals(bytes)).toBe(true);
  });

  it('I10 is its pinned message as the subject, until another one is pinned or none', async () => {
    const { stage, juliet } = all;
    const subject = () =>
      stage.next((one) => one.child('subject') !== undefined && one.attrs.type === 'groupchat', 'a subject');
    const first = juliet.says('Be there at nine', place);
    juliet.pins(first);
    const told = await subject();
    expect(told.childText('subject')).toBe('Be there at nine');
    juliet.pins(first, false);
    expect((await subject()).childText('subject')).toBe('');
  });
});
