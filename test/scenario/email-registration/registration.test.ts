import { beforeAll, describe, expect, it } from 'vitest';
import { errorCondition } from '../../client/stanza-match.js';
import type { XmppClient } from '../../client/xmpp-client.js';
import { filesHolding } from '../../support/disk.js';
import {
  befriend,
  command,
  commandOf,
  noteOf,
  register,
  registration,
  say,
  sessionOf,
  submit,
} from '../../support/service-talk.js';
import { DOMAIN, HOUSE, type RegistrationStage, registrationStage } from './stage.js';

const NS = 'jabber:iq:register';

describe('registration with a mailbox of Dovecot and Postfix', () => {
  let stage: RegistrationStage;
  let alice: XmppClient;
  const form = (values: Readonly<Record<string, string>>) => registration(submit(values, NS));
  const isRegistered = async (user: XmppClient): Promise<boolean> => {
    const answer = await user.iq('get', DOMAIN, registration(''));
    return answer.getChild('query', NS)?.getChild('registered') !== undefined;
  };

  beforeAll(async () => {
    stage = await registrationStage();
    alice = await stage.user('alice');
  });

  it('C01 C02 C03 asks for address and password, plainly and in a form', async () => {
    const query = (await alice.iq('get', DOMAIN, registration(''))).getChild('query', NS);
    const plain = query?.getChildElements().map(({ name }) => name);
    expect(plain).toEqual(['instructions', 'email', 'password', 'name', 'x']);
    const fields = query?.getChild('x', 'jabber:x:data')?.getChildren('field') ?? [];
    expect(fields.find(({ attrs }) => attrs.var === 'password')?.attrs.type).toBe('text-private');
    expect(fields.map(({ attrs }) => attrs.var)).toContain('manual');
  });

  it('C06 S19 a wrong password is not acceptable, nothing is stored, and the answer says who refused', async () => {
    const answer = await alice.iq(
      'set',
      DOMAIN,
      form({ email: `alice@${HOUSE}`, password: 'wrong-PASSWORD' }),
    );
    expect(errorCondition(answer)).toBe('not-acceptable');
    expect(answer.getChild('error')?.getChildText('text')).toMatch(/IMAP server localhost/);
    expect(answer.toString()).not.toContain('wrong-PASSWORD');
    expect(await isRegistered(alice)).toBe(false);
    expect(alice.count({ name: 'presence', type: 'subscribe' })).toBe(0);
  });

  it('C07 a server that cannot be reached is another error, of type wait', async () => {
    const answer = await alice.iq('set', DOMAIN, form({ email: 'alice@closed.test', password: 'x' }));
    expect(errorCondition(answer)).toBe('remote-server-timeout');
    expect(answer.getChild('error')?.attrs.type).toBe('wait');
  });

  it('C04 C09 plain fields with the right password register', async () => {
    await register(alice, DOMAIN, { email: `alice@${HOUSE}`, password: 'alice-PASSWORD', name: 'Alice L.' });
    const query = (await alice.iq('get', DOMAIN, registration(''))).getChild('query', NS);
    expect(query?.getChildText('email')).toBe(`alice@${HOUSE}`);
    expect(query?.toString()).not.toContain('PASSWORD');
  });

  it('C12 C13 an empty password keeps the one on record; a wrong one changes nothing', async () => {
    const wrong = await alice.iq(
      'set',
      DOMAIN,
      form({ email: `alice@${HOUSE}`, password: 'worse-PASSWORD' }),
    );
    expect(errorCondition(wrong)).toBe('not-acceptable');
    const kept = await alice.iq(
      'set',
      DOMAIN,
      form({ email: `alice@${HOUSE}`, password: '', name: 'Alice' }),
    );
    expect(kept.attrs.type).toBe('result');
  });

  it('registers by ad-hoc command, where a wrong password may be corrected', async () => {
    const bob = await stage.user('bob');
    const first = await command(bob, DOMAIN, NS);
    const session = sessionOf(first);
    const next = (values: Readonly<Record<string, string>>) =>
      command(bob, DOMAIN, NS, { session, form: submit(values) });
    const again = await next({ address: `bob@${HOUSE}`, password: 'wrong-PASSWORD' });
    expect(commandOf(again).attrs.status).toBe('executing');
    expect(again.toString()).not.toContain('wrong-PASSWORD');
    expect(again.toString()).toContain(`bob@${HOUSE}`);
    const end = await next({ address: `bob@${HOUSE}`, password: 'bob-PASSWORD' });
    expect(commandOf(end).attrs.status).toBe('completed');
    expect(noteOf(end)).toContain(`bob@${HOUSE}`);
    await befriend(bob, DOMAIN);
  });

  it('registers by chat, with servers of the user’s own where none are found, never on private ones', async () => {
    const carol = await stage.user('carol');
    await say(carol, DOMAIN, 'register');
    const asked = await say(carol, DOMAIN, 'address: carol@nowhere.test\npassword: carol-PASSWORD');
    expect(asked).toMatch(/servers .* not found/);
    const refused = await say(carol, DOMAIN, 'imap: 127.0.0.1\nsmtp: 127.0.0.1');
    expect(refused).toMatch(/127\.0\.0\.1 cannot be used/);
    expect(await say(carol, DOMAIN, 'cancel')).toMatch(/\w/);
    await say(carol, DOMAIN, 'register');
    const done = await say(carol, DOMAIN, `address: carol@${HOUSE}\npassword: carol-PASSWORD`);
    expect(done).toContain(`carol@${HOUSE}`);
    await befriend(carol, DOMAIN);
  });

  it('registers by an agreement in the browser, begun in-band and ended in chat, and reads the mail by token', async () => {
    const dave = await stage.user('dave');
    const answer = await dave.iq('set', DOMAIN, form({ email: `dave@${HOUSE}` }));
    expect(errorCondition(answer)).toBe('not-acceptable');
    const asked = await dave.waitFor({ name: 'message', from: DOMAIN, child: 'body' }, 'the link');
    const link = /http:\S+state=[\w-]+/.exec(asked.getChildText('body') ?? '')?.[0] ?? '';
    const page = await (await fetch(link)).text();
    const next = /href="([^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const back = await (await fetch(await stage.provider.browse(next, `dave@${HOUSE}`))).text();
    const code = /<strong>(\d{6})</.exec(back)?.[1] ?? '';
    expect(await say(dave, DOMAIN, '000000')).toMatch(/not the code/);
    expect(await say(dave, DOMAIN, code)).toContain(`dave@${HOUSE}`);
    await befriend(dave, DOMAIN);
    expect(await say(dave, DOMAIN, 'folders')).toContain('INBOX');
  });

  it('registers by a code for another device', async () => {
    stage.dovecot.setUser({ name: 'erin@paired.test', password: 'unused-PASSWORD' });
    const erin = await stage.user('erin');
    await say(erin, DOMAIN, 'register');
    const asked = await say(erin, DOMAIN, 'address: erin@paired.test\nname: Erin');
    const code = /code ([0-9A-F]{8})/.exec(asked)?.[1] ?? '';
    stage.provider.decide(code, 'erin@paired.test');
    expect(await say(erin, DOMAIN, 'done')).toContain('erin@paired.test');
    await befriend(erin, DOMAIN);
  });

  it('lists folders and takes settings by command', async () => {
    const folders = await say(alice, DOMAIN, 'folders');
    for (const name of ['INBOX', 'Sent', 'Junk']) expect(folders).toContain(name);
    await say(alice, DOMAIN, 'mail-settings');
    expect(await say(alice, DOMAIN, 'join: 20\nfolders: Junk')).toMatch(/Noted/);
    expect(await say(alice, DOMAIN, 'folders')).toContain('Junk (becomes chat)');
  });

  it('C14 S19 tokens and passwords are in no log and, as plain text, on no disk', async () => {
    expect(stage.gateway.logs()).not.toMatch(/PASSWORD|client-SECRET/);
    for (const secret of ['alice-PASSWORD', 'bob-PASSWORD'])
      expect(filesHolding(stage.gateway.dataDir, secret)).toEqual([]);
  });

  it('C14 gives the tokens back when the registration ends', async () => {
    const dave = await stage.user('dave');
    const answer = await dave.iq('set', DOMAIN, registration('<remove/>'));
    expect(answer.attrs.type).toBe('result');
    expect(await isRegistered(dave)).toBe(false);
    expect(stage.provider.requests.at(-1)).toBe('revoke');
  });
});
