import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { channelPeer } from '../../servers/telegram/world/peers.js';
import type { ChannelPlace } from '../../servers/telegram/world/world.js';
import { ORCHARD, ROMEO } from '../../support/telegram/gateway-stage.js';
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

const occupantId = (stanza: {
  child(name: string, ns: string): { attrs: Record<string, string> } | undefined;
}) => stanza.child('occupant-id', 'urn:xmpp:occupant-id:0')?.attrs.id;

describe('what is said in groups of Telegram', () => {
  it('H09 comes from who has said it, with a lasting id of his', async () => {
    const { stage, juliet, nurse } = all;
    juliet.says('O Romeo', place);
    nurse.says('Madam!', place);
    juliet.says('wherefore art thou', place);
    const first = await saidIn(stage, room, 'O Romeo');
    const second = await saidIn(stage, room, 'Madam');
    const third = await saidIn(stage, room, 'wherefore');
    expect([first, second, third].map(nickOf)).toEqual(['Juliet', 'Nurse', 'Juliet']);
    expect(occupantId(first)).toBe(occupantId(third));
    expect(occupantId(first)).not.toBe(occupantId(second));
    expect(first.child('stanza-id', NS.SID)?.attrs.by).toBe(room);
  });

  it('keeps its styles', async () => {
    const { stage, juliet } = all;
    const bold = new Api.MessageEntityBold({ offset: 2, length: 5 });
    juliet.says('O Romeo', place, { entities: [bold] });
    expect((await saidIn(stage, room, 'Romeo')).childText('body')).toBe('O *Romeo*');
  });

  it('H27 of somebody who was not shown brings him in', async () => {
    const { stage, server } = all;
    const tybalt = server.person('Tybalt');
    tybalt.as.joins(place);
    await presenceOf(stage, room, 'Tybalt');
    const mercutio = server.person('Mercutio');
    server.world.join(place, mercutio.person, {});
    mercutio.says('A plague', place);
    await presenceOf(stage, room, 'Mercutio');
    expect(nickOf(await saidIn(stage, room, 'plague'))).toBe('Mercutio');
  });

  it('F32 by the user himself from elsewhere is his own', async () => {
    const { stage, romeo } = all;
    romeo.says('from my telephone', place);
    expect(nickOf(await saidIn(stage, room, 'telephone'))).toBe('Romeo');
  });

  it('by an admin who hides behind the group is the group’s', async () => {
    const { stage, juliet } = all;
    const as = channelPeer(place);
    juliet.says('rules', place, { as });
    const said = await saidIn(stage, room, 'rules');
    expect(nickOf(said)).toBe('Verona');
    expect(occupantId(said)).toBeDefined();
  });

  it('F30 with files comes with links to them, an album in its order', async () => {
    const { stage, server, nurse } = all;
    const bytes = Buffer.from('not a picture');
    const photo = () => server.samples.photo({ bytes, width: 1, height: 1 });
    nurse.sendsAlbum([photo(), photo()], place, 'two pictures');
    nurse.says('that is all', place);
    await saidIn(stage, room, 'two pictures');
    await saidIn(stage, room, 'that is all');
    expect(stage.bodies(`${room}/Nurse`).length).toBeGreaterThanOrEqual(3);
  });

  it('F21 answers name what they answer', async () => {
    const { stage, juliet, nurse } = all;
    const question = juliet.says('What says he?', place);
    const asked = await saidIn(stage, room, 'What says');
    nurse.answers(question, 'Nothing', place);
    const answer = await saidIn(stage, room, 'Nothing');
    expect(answer.child('reply', NS.REPLY)?.attrs).toEqual({
      to: `${room}/Juliet`,
      id: asked.child('stanza-id', NS.SID)?.attrs.id,
    });
  });

  it('F21 answers to what was said in another chat quote it', async () => {
    const { stage, romeo, juliet, nurse } = all;
    const other = juliet.as.createsChannel({ title: 'Mantua' }, romeo, nurse);
    const question = juliet.says('Where is he?', other);
    await stage.next(
      ({ name, attrs }) => name === 'message' && (attrs.from ?? '').startsWith(stage.jid(other)),
      'that',
    );
    nurse.says('Over there', place, {
      replyTo: new Api.MessageReplyHeader({
        replyToMsgId: question.message.id,
        replyToPeerId: channelPeer(other),
      }),
    });
    expect((await saidIn(stage, room, 'Over there')).childText('body')).toBe('> Where is he?\nOver there');
  });

  it('I15 that the user is called is told by the name that he has here', async () => {
    const { stage, romeo, juliet } = all;
    romeo.renames({ username: 'rmntg' });
    const mention = new Api.MessageEntityMention({ offset: 6, length: 6 });
    juliet.says('Where @rmntg', place, { entities: [mention], mentions: [romeo.person] });
    const called = await saidIn(stage, room, 'Where');
    expect(called.childText('body')).toBe('Where Romeo');
    const { begin, end, occupantid } = called.child('mention', NS.MENTIONS)?.attrs ?? {};
    expect([begin, end]).toEqual(['6', '11']);
    romeo.says('Here', place);
    expect(occupantId(await saidIn(stage, room, 'Here'))).toBe(occupantid);
    const answered = romeo.says('What now?', place);
    juliet.answers(answered, 'Good night', place);
    const answer = await saidIn(stage, room, 'Good night');
    expect(answer.child('mention', NS.MENTIONS)?.attrs).toEqual({ occupantid });
  });

  it('F30 polls, places and what is passed on from channels can be read', async () => {
    const { stage, server, romeo, juliet } = all;
    const news = juliet.as.createsChannel({ title: 'News of the day', broadcast: true }, romeo);
    const said = juliet.says('A duel', news);
    juliet.forwards(said, news, place);
    expect((await saidIn(stage, room, 'A duel')).childText('body')).toContain('News of the day');
    juliet.says(server.samples.poll('Who began?', ['Montague', 'Capulet']), place);
    const poll = (await saidIn(stage, room, 'Who began')).childText('body');
    expect(poll).toContain('1. Montague');
  });

  it('F30 that the group has another name is a line in it, who came and went is not', async () => {
    const { stage, server, juliet } = all;
    const tybalt = server.person('Tybalt');
    juliet.as.adds(place, tybalt);
    juliet.as.retitles(place, 'Fair Verona');
    const line = await saidIn(stage, room, 'Fair Verona');
    expect(nickOf(line)).toBe('Juliet');
    expect(stage.bodies(room).filter((body) => body.includes('Tybalt'))).toEqual([]);
  });

  it('I36 while no client is there, the user is invited once and finds it in the archive', async () => {
    const { stage, juliet } = all;
    await stage.receive(`<presence from='${ORCHARD}' to='${room}/me' type='unavailable'/>`);
    await presenceOf(stage, room, 'Romeo', ({ attrs }) => attrs.type === 'unavailable');
    juliet.says('Art thou gone?', place);
    const invitation = await stage.next(
      (stanza) => stanza.child('x', NS.CONFERENCE) !== undefined,
      'an invitation',
      ROMEO,
    );
    expect(invitation.attrs.from).toBe(room);
    expect(invitation.childText('body')).toContain('Verona');
    const { history } = await enter(stage, place);
    expect(history).toContain('Art thou gone?');
  });
});

describe('what is said in channels of Telegram', () => {
  it('is the channel’s own, signed where it is signed', async () => {
    const { stage, romeo, juliet } = all;
    const news = juliet.as.createsChannel({ title: 'News', broadcast: true, signatures: true }, romeo);
    juliet.says('Welcome', news);
    const welcome = await stage.next(({ attrs }) => attrs.from === stage.jid(news), 'an invitation');
    expect(welcome.childText('body')).toContain('News');
    const { room: there, history } = await enter(stage, news);
    expect(history.join('\n')).toContain('Welcome');
    juliet.says('A duel', news);
    const said = await saidIn(stage, there, 'A duel');
    expect(nickOf(said)).toBe('News');
    expect(said.childText('body')).toContain('Juliet');
  });
});
