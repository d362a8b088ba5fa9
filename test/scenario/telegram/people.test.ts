import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { DOMAIN, ROMEO } from '../../support/telegram/gateway-stage.js';
import { type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeEach(async () => {
  talk = await conversation();
});
afterEach(() => talk.stage.stop());

const MINUTE = 60;

/** Resolves with the presence that follows. */
async function befriend(jid: string, type: 'available' | 'unavailable'): Promise<XmlElement> {
  const { stage } = talk;
  await stage.receive(`<presence from='${ROMEO}' to='${jid}' type='subscribe'/>`);
  await stage.next(({ attrs }) => attrs.type === 'subscribed' && attrs.from === jid, 'consent');
  return presenceOf(jid, type);
}

function presenceOf(jid: string, wanted: 'available' | 'unavailable'): Promise<XmlElement> {
  const fits = ({ name, attrs: { from, type = 'available' } }: XmlElement): boolean =>
    name === 'presence' && from === jid && type === wanted;
  return talk.stage.next(fits, `${jid} ${wanted}`);
}

describe('who is there', () => {
  it('D09 D21 is available; who has left says since when, once asked', async () => {
    const { stage, server, juliet, her } = talk;
    juliet.comesOnline();
    await befriend(her, 'available');
    juliet.goesOffline(server.seconds() - 10 * MINUTE);
    await presenceOf(her, 'unavailable');
    const last = await stage.iq('get', her, "<query xmlns='jabber:iq:last'/>");
    expect(Number(last.child('query', 'jabber:iq:last')?.attrs.seconds)).toBeGreaterThanOrEqual(10 * MINUTE);
    stage.heard.clear();
    juliet.comesOnline();
    await presenceOf(her, 'available');
  });

  it('D21 who hides it is away all the time', async () => {
    const { juliet, her } = talk;
    juliet.hidesStatus();
    expect((await befriend(her, 'available')).childText('show')).toBe('away');
  });

  it('D11 somebody who is no contact yet becomes one by being asked', async () => {
    const { stage, server, romeo } = talk;
    const nurse = server.person('Nurse');
    nurse.says('hello', romeo);
    await stage.message(stage.jid(nurse), 'hello');
    await stage.receive(`<presence from='${ROMEO}' to='${stage.jid(nurse)}' type='subscribe'/>`);
    await stage.next(({ attrs }) => attrs.type === 'subscribed', 'consent');
    expect(romeo.person.contacts.has(nurse.person)).toBe(true);
    await stage.receive(`<presence from='${ROMEO}' to='${stage.jid(nurse)}' type='unsubscribe'/>`);
    await stage.receive(`<presence from='${ROMEO}' to='${stage.jid(nurse)}' type='unsubscribed'/>`);
    await expect.poll(() => romeo.person.contacts.has(nurse.person)).toBe(false);
  });

  it('D13 nobody is refused', async () => {
    const { stage } = talk;
    await stage.receive(`<presence from='${ROMEO}' to='u424242@${DOMAIN}' type='subscribe'/>`);
    const answer = await stage.next(({ attrs }) => attrs.from === `u424242@${DOMAIN}`, 'an answer');
    expect(answer.attrs.type).toMatch(/unsubscribed|error/);
  });
});

describe('a card', () => {
  const vcard = async (jid: string) =>
    (await talk.stage.iq('get', jid, "<vCard xmlns='vcard-temp'/>")).child('vCard', 'vcard-temp');

  it('G06 has name, username, number and what she says of herself', async () => {
    const { server, stage, romeo } = talk;
    const nurse = server.person('Angelica', {
      ...{ username: 'nurse', phone: '491700000000', about: 'My back aches\nalways' },
    });
    romeo.knows(nurse, 'Nurse', 'of Juliet');
    const card = await vcard(stage.jid(nurse));
    expect(card?.childText('FN')).toBe('Nurse of Juliet');
    expect(card?.childText('NICKNAME')).toBe('nurse');
    expect(card?.child('TEL')?.childText('NUMBER')).toBe('+491700000000');
    expect(card?.childText('URL')).toBe('https://t.me/nurse');
    expect(card?.childText('NOTE')).toBe('My back aches always');
  });

  it('G06 nobody has none', async () => {
    const answer = await talk.stage.iq('get', `u424242@${DOMAIN}`, "<vCard xmlns='vcard-temp'/>");
    expect(answer.child('error')?.child('item-not-found')).toBeDefined();
  });
});

describe('who has deleted his account', () => {
  it('is told of as that, and cannot be written to', async () => {
    const { stage, juliet, romeo, her } = talk;
    juliet.says('farewell', romeo);
    await stage.message(her, 'farewell');
    juliet.deletesAccount();
    await expect
      .poll(async () => {
        const id = await stage.write(her, 'art thou gone?');
        const answer = await stage.next(({ attrs }) => attrs.id === id || attrs.type === 'error', 'an error');
        return answer.child('error')?.childText('text') ?? '';
      })
      .toMatch(/deleted/);
    const card = await stage.iq('get', her, "<vCard xmlns='vcard-temp'/>");
    expect(card.child('vCard', 'vcard-temp')?.childText('FN')).toMatch(/Juliet|Deleted/);
  });
});
