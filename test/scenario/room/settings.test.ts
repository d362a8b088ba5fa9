import type { XmlElement } from '@xmpp/client';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition, statusCodes } from '../../client/stanza-match.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';
import { fromRoom, leaveRoom } from './occupants.js';

const OWNER = 'http://jabber.org/protocol/muc#owner';
const INFO = "<query xmlns='http://jabber.org/protocol/disco#info'/>";

function form(fields: Readonly<Record<string, string>>): string {
  const all = { FORM_TYPE: 'http://jabber.org/protocol/muc#roomconfig', ...fields };
  const xml = Object.entries(all).map(
    ([name, value]) => `<field var='${name}'><value>${value}</value></field>`,
  );
  return `<query xmlns='${OWNER}'><x xmlns='jabber:x:data' type='submit'>${xml.join('')}</x></query>`;
}

function features(answer: XmlElement): string[] {
  return (
    answer
      .getChild('query')
      ?.getChildren('feature')
      .flatMap(({ attrs }) => attrs.var ?? []) ?? []
  );
}

describe('the settings of a room', () => {
  let stage: IrcStage;
  beforeAll(async () => {
    stage = await ircStage();
  });

  it('I30 I31 an operator reads and changes them, IRC has them, everybody is told, disco follows', async () => {
    const room = stage.room('#config');
    const alice = await stage.user('alice');
    const bob = await stage.user('bob');
    await alice.joinRoom(room, 'ally');
    await bob.joinRoom(room, 'bobby');
    const carol = await stage.person('carol');
    await carol.join('#config');
    const get = `<query xmlns='${OWNER}'/>`;
    expect(errorCondition(await bob.iq('get', room, get))).toBe('forbidden');
    expect(errorCondition(await bob.iq('set', room, form({})))).toBe('forbidden');
    const offered = (await alice.iq('get', room, get)).getChild('query')?.getChild('x', 'jabber:x:data');
    const names = offered?.getChildren('field').map(({ attrs }) => attrs.var);
    expect(names).toEqual(
      expect.arrayContaining(['FORM_TYPE', 'muc#roomconfig_moderatedroom', 'muc#roomconfig_roomsecret']),
    );
    const changed = await alice.iq(
      'set',
      room,
      form({
        'muc#roomconfig_moderatedroom': '1',
        'muc#roomconfig_publicroom': '0',
        'muc#roomconfig_changesubject': '0',
        'muc#roomconfig_passwordprotectedroom': '1',
        'muc#roomconfig_roomsecret': 'sesame',
        'muc#roomconfig_whatever': 'ignored',
      }),
    );
    expect(changed.attrs.type).toBe('result');
    await carol.waitForLine(/^:ally\S* MODE #config \+\S*k\S* sesame$/);
    const told = await bob.waitFor({ name: 'message', from: room, status: '104' }, 'the news');
    expect(statusCodes(told)).toEqual(['104']);
    await bob.barrier(stage.domain);
    expect(features(await bob.iq('get', room, INFO))).toEqual(
      expect.arrayContaining(['muc_moderated', 'muc_hidden', 'muc_passwordprotected', 'muc_open']),
    );
    const opened = form({ 'muc#roomconfig_moderatedroom': '0', 'muc#roomconfig_passwordprotectedroom': '0' });
    expect((await alice.iq('set', room, opened)).attrs.type).toBe('result');
    await bob.waitFor({ name: 'message', from: room, status: '104' }, 'the news');
    expect(features(await alice.iq('get', room, INFO))).toEqual(
      expect.arrayContaining(['muc_unmoderated', 'muc_unsecured']),
    );
  });

  it('I30 no password without a word, no nonsense; cancelling changes nothing; operators only', async () => {
    const room = stage.room('#wrong');
    const alice = await stage.user('alice', 'wrong');
    await alice.joinRoom(room, 'ally');
    const before = fromRoom(alice, room).length;
    const keyless = form({ 'muc#roomconfig_passwordprotectedroom': '1' });
    expect(errorCondition(await alice.iq('set', room, keyless))).toBe('not-acceptable');
    const nonsense = form({ 'muc#roomconfig_moderatedroom': 'perhaps' });
    expect(errorCondition(await alice.iq('set', room, nonsense))).toBe('not-acceptable');
    const spaced = form({
      'muc#roomconfig_passwordprotectedroom': '1',
      'muc#roomconfig_roomsecret': 'two words',
    });
    expect(errorCondition(await alice.iq('set', room, spaced))).toBe('not-acceptable');
    const cancel = `<query xmlns='${OWNER}'><x xmlns='jabber:x:data' type='cancel'/></query>`;
    expect((await alice.iq('set', room, cancel)).attrs.type).toBe('result');
    expect(fromRoom(alice, room).filter(({ name }) => name !== 'iq').length).toBe(before);
  });

  it('I32 I33 an operator of a new channel is told 201, submits at once, and cannot destroy it', async () => {
    const room = stage.room('#new');
    const alice = await stage.user('alice', 'new');
    const { self } = await alice.joinRoom(room, 'ally');
    expect(statusCodes(self)).toEqual(expect.arrayContaining(['110', '201']));
    const instant = `<query xmlns='${OWNER}'><x xmlns='jabber:x:data' type='submit'/></query>`;
    expect((await alice.iq('set', room, instant)).attrs.type).toBe('result');
    const destroy = `<query xmlns='${OWNER}'><destroy/></query>`;
    expect(errorCondition(await alice.iq('set', room, destroy))).toBe('not-allowed');
    await leaveRoom(alice, room, 'ally');
    const old = stage.room('#old');
    const dave = await stage.person('dave');
    await dave.join('#old');
    const joined = await alice.joinRoom(old, 'ally');
    expect(statusCodes(joined.self)).not.toContain('201');
  });
});
