import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import type { ChannelPlace, Topic } from '../../servers/telegram/world/world.js';
import { DOMAIN } from '../../support/telegram/gateway-stage.js';
import { idOf, orders, refusalOf, say } from '../../support/telegram/group-talk.js';
import {
  type Company,
  company,
  enter,
  itemOf,
  presenceOf,
  saidIn,
} from '../../support/telegram/room-talk.js';

describe('topics of a forum as rooms', () => {
  let all: Company;
  let forum: ChannelPlace;
  let green: Topic;
  let black: Topic;
  beforeEach(async () => {
    all = await company();
    const { stage, romeo, juliet } = all;
    await orders(stage, 'chats topics: rooms');
    forum = juliet.as.createsChannel({ title: 'Tea', forum: true }, romeo);
    green = juliet.as.opensTopic(forum, 'Green');
    black = juliet.as.opensTopic(forum, 'Black');
  });
  afterEach(() => all.stage.stop());

  const roomOf = (topic: Topic) => `c${forum.id}.${topic.id}@${DOMAIN}`;
  const topicsOf = () => forum.box.newest().map(({ text, topic }) => [text, topic] as const);
  const listed = async () => {
    const answer = await all.stage.iq('get', DOMAIN, `<query xmlns='${NS.DISCO_ITEMS}'/>`);
    return (
      answer
        .child('query')
        ?.elements()
        .map(({ attrs }) => [attrs.jid, attrs.name]) ?? []
    );
  };

  it('are listed under their names; the general one is the room of the forum', async () => {
    const { stage, juliet } = all;
    juliet.says('hello', forum);
    await stage.message(stage.jid(forum));
    await expect.poll(listed).toHaveLength(3);
    expect((await listed()).map(([jid]) => jid)).toEqual(
      expect.arrayContaining([stage.jid(forum), roomOf(green), roomOf(black)]),
    );
    juliet.as.changesTopic(forum, green, { title: 'Greener' });
    const oolong = juliet.as.opensTopic(forum, 'Oolong');
    await expect.poll(async () => (await listed()).map(([jid]) => jid)).toContain(roomOf(oolong));
    await expect.poll(async () => String(await listed())).toContain('Greener');
  });

  it('have each their own words, both ways', async () => {
    const { stage, juliet } = all;
    expect((await stage.message(roomOf(black))).childText('body')).toContain('“Tea / Black”');
    const { people } = await enter(stage, roomOf(green));
    expect([...people.keys()].sort()).toEqual(['Juliet', 'Romeo']);
    const general = (await enter(stage, stage.jid(forum))).room;
    juliet.saysIn(green, 'sencha?', forum);
    const heard = await saidIn(stage, roomOf(green), 'sencha?');
    expect(heard.childText('thread')).toBeUndefined();
    expect(heard.childText('body')).toBe('sencha?');
    juliet.says('hello all', forum);
    await saidIn(stage, general, 'hello all');
    await say(stage, roomOf(green), 'gyokuro');
    await say(stage, general, 'good day');
    await expect.poll(topicsOf).toContainEqual(['gyokuro', green.id]);
    await expect.poll(topicsOf).toContainEqual(['good day', undefined]);
  });

  it('F16 F18 F19 have each their own edits, reactions and deletions', async () => {
    const { stage, juliet } = all;
    await enter(stage, roomOf(green));
    const said = juliet.saysIn(green, 'senca', forum);
    const id = idOf(await saidIn(stage, roomOf(green), 'senca'));
    juliet.edits(said, 'sencha');
    await saidIn(stage, roomOf(green), 'sencha');
    juliet.reacts(said, '👍');
    const reacted = await stage.next((one) => one.child('reactions') !== undefined, 'a reaction');
    expect(reacted.attrs.from).toBe(`${roomOf(green)}/Juliet`);
    expect(reacted.child('reactions')?.attrs.id).toBe(id);
    juliet.deletes(said);
    const gone = await stage.next((one) => String(one).includes('message-retract'), 'a message taken back');
    expect(gone.attrs.from).toContain(roomOf(green));
  });

  it('a closed one is read only, until it is opened', async () => {
    const { stage, juliet } = all;
    const { own } = await enter(stage, roomOf(green));
    expect(itemOf(own).role).toBe('participant');
    juliet.as.changesTopic(forum, green, { closed: true });
    await presenceOf(stage, roomOf(green), 'Romeo', (one) => itemOf(one).role === 'visitor');
    const id = await say(stage, roomOf(green), 'too late');
    const error = await stage.next(({ attrs }) => attrs.id === id && attrs.type === 'error', 'an error');
    expect(refusalOf(error).condition).toBe('forbidden');
    juliet.as.changesTopic(forum, green, { closed: false });
    await presenceOf(stage, roomOf(green), 'Romeo', (one) => itemOf(one).role === 'participant');
    await say(stage, roomOf(green), 'just in time');
    await expect.poll(topicsOf).toContainEqual(['just in time', green.id]);
  });

  it('end as rooms when the user wants threads instead', async () => {
    const { stage, juliet } = all;
    await enter(stage, roomOf(green));
    await enter(stage, stage.jid(forum));
    await orders(stage, 'chats topics: threads');
    await presenceOf(stage, roomOf(green), 'Romeo', ({ attrs }) => attrs.type === 'unavailable');
    juliet.saysIn(green, 'sencha?', forum);
    expect((await saidIn(stage, stage.jid(forum), 'sencha?')).childText('thread')).toBe(
      `c${forum.id}.${green.id}`,
    );
    await expect.poll(listed).toHaveLength(1);
  });

  it('there is none for a topic that does not exist', async () => {
    const { stage } = all;
    const nowhere = `c${forum.id}.4711@${DOMAIN}`;
    await stage.receive(
      `<presence from='romeo@example.org/orchard' to='${nowhere}/me'><x xmlns='${NS.MUC}'/></presence>`,
    );
    const refused = await stage.next(({ attrs }) => attrs.from?.startsWith(nowhere) === true, 'a refusal');
    expect(refusalOf(refused).condition).toBe('item-not-found');
  });
});
