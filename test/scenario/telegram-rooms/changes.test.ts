import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { channelPeer } from '../../servers/telegram/world/peers.js';
import { heardIn } from '../../servers/telegram/world/reading.js';
import type { ChannelPlace } from '../../servers/telegram/world/world.js';
import { type Company, company, enter, nickOf, saidIn } from '../../support/telegram/room-talk.js';

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
const emojisOf = (stanza: XmlElement): readonly string[] =>
  (stanza.child('reactions', NS.REACTIONS)?.elements() ?? []).map((one) => one.text());
const reactions = (nick: string) =>
  all.stage.next(
    (stanza) => stanza.child('reactions', NS.REACTIONS) !== undefined && nickOf(stanza) === nick,
    `reactions of ${nick}`,
  );

describe('what becomes of messages in groups of Telegram', () => {
  it('F17 other words replace the first ones, once', async () => {
    const { stage, juliet } = all;
    const said = juliet.says('O Romio', place);
    const first = await saidIn(stage, room, 'Romio');
    juliet.edits(said, 'O Romeo');
    const second = await saidIn(stage, room, 'O Romeo');
    expect(nickOf(second)).toBe('Juliet');
    expect(second.child('replace', NS.CORRECT)?.attrs.id).toBe(first.attrs.id);
  });

  it('F18 what its author takes back is gone', async () => {
    const { stage, juliet } = all;
    const said = juliet.says('a rash word', place);
    const heard = await saidIn(stage, room, 'rash');
    juliet.deletes(said);
    const gone = await stage.next((stanza) => stanza.child('retract', NS.RETRACT) !== undefined, 'that');
    expect(gone.child('retract', NS.RETRACT)?.attrs.id).toBe(idOf(heard));
  });

  it('F18 also in basic groups, of which Telegram does not say where', async () => {
    const { stage, romeo, juliet, nurse } = all;
    const group = juliet.as.createsGroup('Mantua', romeo, nurse);
    const { room: there } = await enter(stage, group);
    const said = juliet.says('a rash word', group);
    const heard = await saidIn(stage, there, 'rash');
    juliet.deletes(said);
    const gone = await stage.next((stanza) => stanza.child('retract', NS.RETRACT) !== undefined, 'that');
    expect(gone.attrs.type).toBe('groupchat');
    expect(gone.child('retract', NS.RETRACT)?.attrs.id).toBe(idOf(heard));
  });

  it('F19 reactions are those of whom they are, all of each', async () => {
    const { juliet, nurse, stage } = all;
    const said = juliet.says('A rose', place);
    const heard = await saidIn(stage, room, 'rose');
    nurse.reacts(said, '👍');
    const first = await reactions('Nurse');
    expect(first.child('reactions', NS.REACTIONS)?.attrs.id).toBe(idOf(heard));
    expect(emojisOf(first)).toEqual(['👍']);
    juliet.reacts(said, '❤');
    expect(emojisOf(await reactions('Juliet'))).toEqual(['❤️']);
    nurse.reacts(said);
    expect(emojisOf(await reactions('Nurse'))).toEqual([]);
  });

  it('F19 where Telegram does not say whose they are, they are the channel’s', async () => {
    const { stage, server, romeo, juliet } = all;
    const news = juliet.as.createsChannel({ title: 'News', broadcast: true }, romeo);
    const said = juliet.says('A duel', news);
    await stage.next(({ attrs }) => attrs.from === stage.jid(news), 'an invitation');
    await enter(stage, news);
    const like = new Api.ReactionEmoji({ emoticon: '👍' });
    const results = [new Api.ReactionCount({ reaction: like, count: 5 })];
    server.push(
      romeo.person,
      new Api.UpdateMessageReactions({
        ...{ peer: channelPeer(news), msgId: said.message.id },
        reactions: new Api.MessageReactions({ results }),
      }),
    );
    expect(emojisOf(await reactions('News'))).toEqual(['👍']);
  });

  it('F20 the user’s own go there, and only those that the chat allows', async () => {
    const { stage, juliet } = all;
    juliet.says('A rose', place);
    const id = idOf(await saidIn(stage, room, 'rose'));
    const react = (emoji: string) =>
      stage.write(
        room,
        `<reactions xmlns='${NS.REACTIONS}' id='${id}'><reaction>${emoji}</reaction></reactions>`,
        { type: 'groupchat' },
      );
    const allowed = async () => {
      const info = await stage.iq('get', room, `<query xmlns='${NS.DISCO_INFO}'/>`);
      const fields =
        info
          .child('query')
          ?.childrenNamed('x')
          .flatMap((form) => form.elements()) ?? [];
      const listed = fields.find(({ attrs }) => attrs.var === 'allowlist');
      return listed?.elements().map((value) => value.text()) ?? [];
    };
    expect(await allowed()).toContain('🔥');
    await react('❤️');
    await expect
      .poll(() => [...(heardIn(place, juliet.person)[0]?.reactions.values() ?? [])].flat().length)
      .toBe(1);
    juliet.as.changes(place, { reactions: ['👍'] });
    await expect.poll(() => allowed()).not.toContain('🔥');
    expect(await allowed()).toContain('👍');
    const refused = await react('❤️');
    const error = await stage.next(({ attrs }) => attrs.id === refused && attrs.type === 'error', 'an error');
    expect(error.child('error')?.elements()[0]?.name).toBe('not-acceptable');
  });

  it('polls show what has been voted', async () => {
    const { stage, server, juliet, nurse } = all;
    const poll = juliet.says(server.samples.poll('Who began?', ['Montague', 'Capulet']), place);
    await saidIn(stage, room, 'Who began');
    await stage.write(room, 'vote 2', { type: 'groupchat' });
    const counted = await saidIn(stage, room, 'Capulet: 1');
    expect(counted.childText('body')).toContain('✓');
    nurse.votes(poll, 0);
    await saidIn(stage, room, 'Montague: 1');
    expect(heardIn(place, juliet.person).map(({ text }) => text)).not.toContain('vote 2');
  });
});
