import { describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { filesHolding } from '../../support/disk.js';
import {
  befriend,
  command,
  commandOf,
  registration,
  say,
  sessionOf,
  submit,
} from '../../support/service-talk.js';
import { DOMAIN, numbers, receiptOf, type SmsStage, smsStage, text } from './stage.js';

const REGISTER = 'jabber:iq:register';
/** The telephone in the user's own pocket. */
const MINE = '+12125550177';

function claims(more: Readonly<Record<string, unknown>> = {}): Promise<SmsStage> {
  return smsStage({ options: { claims: { allowed: true, ...more } } });
}

/** The code in the text that reached the telephone. */
async function codeSentTo(stage: SmsStage, number: string): Promise<string> {
  const sent = await stage.centre.submits.wait(({ to }) => `+${to}` === number, 'a code');
  const code = /^XMPP gateway code: (\d{6})$/.exec(sent.text)?.[1];
  if (code === undefined) throw new Error(`no code: ${sent.text}`);
  return code;
}

const another = (code: string): string => (code === '000000' ? '111111' : '000000');

/** The first stage of a claim by command; resolves with the session of the second. */
async function claimByCommand(user: XmppClient, number: string): Promise<string> {
  const session = sessionOf(await command(user, DOMAIN, REGISTER));
  const form = submit({ way: 'own-number', country: 'us', number });
  const asked = commandOf(await command(user, DOMAIN, REGISTER, { session, action: 'next', form }));
  const fields = asked.getChild('x', 'jabber:x:data')?.getChildren('field');
  expect(fields?.map(({ attrs }) => attrs.var)).toContain('code');
  return session;
}

function enter(user: XmppClient, session: string, code: string) {
  return command(user, DOMAIN, REGISTER, { session, action: 'next', form: submit({ code }) });
}

describe('a number of the user’s own', () => {
  it('C21 by command: a wrong code can be tried again, the right one registers, and texts go both ways', async () => {
    const stage = await claims();
    const [alice, bind] = await Promise.all([stage.user('alice'), stage.bind()]);
    const session = await claimByCommand(alice, '(212) 555-0177');
    const code = await codeSentTo(stage, MINE);
    const wrong = commandOf(await enter(alice, session, another(code)));
    expect(wrong.attrs.status).toBe('executing');
    expect(wrong.toString()).toContain('That is not the code');
    const end = await enter(alice, session, code);
    expect(commandOf(end).attrs.status).toBe('completed');
    expect(commandOf(end).getChildText('note')).toContain(MINE);
    await befriend(alice, DOMAIN);
    const carol = stage.phone(numbers.carol);
    const id = await text(alice, carol, 'it is me');
    const sent = await stage.centre.submit();
    expect([`+${sent.from}`, sent.text]).toEqual([MINE, 'it is me']);
    await bind.receipt(sent, {});
    await receiptOf(alice, carol, id);
    await bind.text({ from: '12125550123', to: '12125550177', text: 'so it is' });
    await alice.waitFor({ name: 'message', from: carol, body: 'so it is' }, 'the answer');
    const state = await alice.iq('get', DOMAIN, registration(''));
    expect(state.toString()).toContain(MINE);
    expect(state.toString()).not.toContain(code);
    expect(stage.gateway.logs()).not.toContain(code);
    expect(filesHolding(stage.gateway.dataDir, code)).toEqual([]);
  });

  it('C21 K06 by chat with the gateway', async () => {
    const stage = await claims();
    const alice = await stage.user('alice');
    expect(await say(alice, DOMAIN, 'register')).toMatch(/Send from.*My own number/s);
    expect(await say(alice, DOMAIN, '2')).toMatch(/Country/);
    expect(await say(alice, DOMAIN, 'US')).toMatch(/Your number/);
    expect(await say(alice, DOMAIN, 'not a number')).toMatch(/no phone number/);
    const asked = await say(alice, DOMAIN, 'number: 212-555-0177');
    expect(asked).toMatch(/A code was sent to \+12125550177/);
    const code = await codeSentTo(stage, MINE);
    expect(await say(alice, DOMAIN, another(code))).toMatch(/not the code/);
    const end = await say(alice, DOMAIN, code);
    expect(end).toMatch(/^You are registered\./);
    expect(end).toContain(`${MINE} is yours now`);
    await befriend(alice, DOMAIN);
    const words = [end, await say(alice, DOMAIN, 'help'), await say(alice, DOMAIN, 'status')];
    expect(words.join('\n')).toMatch(/^number — /m);
    expect(words.join('\n')).not.toMatch(/rooms?\b/);
    expect(await say(alice, DOMAIN, 'number')).toContain(MINE);
  });

  it('C21 K06 in-band registration goes on as a chat', async () => {
    const stage = await claims();
    const alice = await stage.user('alice');
    const form = submit({ way: 'own-number', country: 'US', number: MINE }, REGISTER);
    const answer = await alice.iq('set', DOMAIN, registration(form));
    expect(errorCondition(answer)).toBe('not-acceptable');
    await alice.waitFor({ name: 'message', from: DOMAIN, body: /A code was sent/ }, 'the question');
    expect(await say(alice, DOMAIN, await codeSentTo(stage, MINE))).toContain('is yours now');
    await befriend(alice, DOMAIN);
  });

  it('C21 C08 another’s code is no good, and a number has one user', async () => {
    const stage = await claims();
    const [alice, bob] = await Promise.all([stage.user('alice'), stage.user('bob')]);
    const hers = await claimByCommand(alice, MINE);
    const herCode = await codeSentTo(stage, MINE);
    const his = await claimByCommand(bob, MINE);
    const hisCode = await codeSentTo(stage, MINE);
    // Bob has seen what she was sent.
    if (herCode !== hisCode)
      expect((await enter(bob, his, herCode)).toString()).toContain('That is not the code');
    expect(commandOf(await enter(alice, hers, herCode)).attrs.status).toBe('completed');
    await befriend(alice, DOMAIN);
    const late = sessionOf(await command(bob, DOMAIN, REGISTER));
    const form = submit({ way: 'own-number', country: 'US', number: MINE });
    const refused = await command(bob, DOMAIN, REGISTER, { session: late, action: 'next', form });
    expect(refused.toString()).toMatch(/Another user of this gateway has that number/);
    const state = await bob.iq('get', DOMAIN, registration(''));
    expect(state.getChild('query')?.getChild('registered')).toBeUndefined();
  });

  it('C21 S17 codes run out: guesses for one code, and codes for one number', async () => {
    const stage = await claims({ tries: 2, codesPerDay: 2 });
    const alice = await stage.user('alice');
    const session = await claimByCommand(alice, MINE);
    const code = await codeSentTo(stage, MINE);
    await enter(alice, session, another(code));
    const over = await enter(alice, session, another(code));
    expect(over.toString()).toMatch(/no longer good/);
    const after = await enter(alice, session, code);
    expect(after.attrs.type).toBe('error');
    await claimByCommand(alice, MINE);
    await codeSentTo(stage, MINE);
    const third = sessionOf(await command(alice, DOMAIN, REGISTER));
    const form = submit({ way: 'own-number', country: 'US', number: MINE });
    const refused = await command(alice, DOMAIN, REGISTER, { session: third, action: 'next', form });
    expect(refused.toString()).toMatch(/Too many codes/);
    const state = await alice.iq('get', DOMAIN, registration(''));
    expect(state.getChild('query')?.getChild('registered')).toBeUndefined();
  });
});
