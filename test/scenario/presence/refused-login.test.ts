import { expect, it } from 'vitest';
import { startAtheme } from '../../servers/atheme.js';
import { startInspircd } from '../../servers/inspircd.js';
import { ircStage } from '../../support/irc-stage.js';
import { befriend, registration, submit } from '../../support/service-talk.js';

it('D02 D03 a password that no longer holds: not-authorized, and one sentence', async () => {
  const irc = await startInspircd();
  const services = await startAtheme(irc);
  await services.registerAccount('ally', 'old-PASSWORD');
  const stage = await ircStage({ irc, options: { reconnect: { initialMs: 50, maxMs: 100 } } });
  let alice = await stage.user('alice');
  const form = submit(
    { nick: 'Ally', server: irc.host, username: 'ally', password: 'old-PASSWORD', connect: '1' },
    'jabber:iq:register',
  );
  expect((await alice.iq('set', stage.domain, registration(form))).attrs.type).toBe('result');
  await befriend(alice, stage.domain);
  await alice.disconnect();

  const ally = await stage.person('somebody');
  ally.say('NickServ', 'IDENTIFY ally old-PASSWORD');
  await ally.waitForLine(/^:NickServ!\S+ NOTICE \S+ :.*identified/i, 'the login');
  ally.say('NickServ', 'DROP ally old-PASSWORD');
  const confirm = await ally.waitForLine(/^:NickServ!\S+ NOTICE \S+ :.*DROP ally/i, 'the question');
  // The command with its key is set in bold.
  const bold = confirm.split('\u0002').find((part) => /DROP ally/i.test(part)) ?? '';
  const command = bold.slice(bold.indexOf('DROP'));
  ally.say('NickServ', command);
  await ally.waitForLine(/^:NickServ!\S+ NOTICE \S+ :.*has been dropped/i, 'the end of the account');

  alice = await stage.user('alice');
  const error = await alice.waitFor({ name: 'presence', type: 'error', from: stage.domain }, 'the error');
  expect(error.attrs.to?.replace(/\/.*/, '')).toBe('alice@localhost');
  expect(error.getChild('error')?.getChild('not-authorized')).toBeDefined();
  expect(error.getChild('error')?.attrs.type).toBe('auth');
  const message = await alice.waitFor({ name: 'message', from: stage.domain }, 'the sentence');
  expect(message.getChildText('body')).toMatch(/\w/);
  expect(message.toString()).not.toContain('PASSWORD');
  await alice.barrier(stage.domain);
  expect(alice.count({ name: 'message', from: stage.domain })).toBe(1);
});
