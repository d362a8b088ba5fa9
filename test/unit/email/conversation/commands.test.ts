import { describe, expect, it } from 'vitest';
import { mailCommands } from '../../../../gateways/email/command/commands.js';
import type { FormValues, Step } from '../../../../src/gateway/form.js';
import type { AccountChange } from '../../../../src/gateway/gateway.js';
import { MailStage, mailText, OWN, OWN_DOMAIN } from '../../../support/email/mail-stage.js';

const alice = 'alice@far.example';

async function run(stage: MailStage, name: string, values?: FormValues): Promise<Step<AccountChange>> {
  const command = mailCommands(stage.context).find((offered) => offered.name === name);
  if (!command) throw new Error(`no command ${name}`);
  const { account } = stage.session;
  const step = await command.start({ account, session: stage.session });
  return values && step.kind === 'form' ? await step.submit(values) : step;
}

describe('commands of mail', () => {
  it('tell the user’s addresses', async () => {
    const done = await run(new MailStage({ sendFrom: 'domain' }), 'addresses');
    expect(done).toMatchObject({
      lines: [
        { key: 'email-address-mailbox', args: { address: OWN } },
        { key: 'email-address-domain', args: { address: OWN_DOMAIN } },
        { key: 'email-address-usual', args: { address: OWN_DOMAIN } },
      ],
    });
  });

  it('set the subject of the next mail', async () => {
    const stage = new MailStage();
    await run(stage, 'subject', { to: 'alice\\40far.example@network.example.test', subject: 'Supper' });
    await stage.say(alice, 'hi');
    expect(stage.last.mail.subject).toBe('Supper');
    expect(await run(stage, 'subject', { to: 'nobody', subject: 'x' })).toMatchObject({ kind: 'form' });
  });

  it('show the last mail with what was folded away', async () => {
    const stage = new MailStage();
    expect(await run(stage, 'full', { from: '' })).toMatchObject({ lines: [{ key: 'email-full-none' }] });
    await stage.receive(mailText({}, 'Yes.\n\nOn Sat, 21 Nov 2026, Bob wrote:\n> Shall we?\n> At eight?'));
    expect(stage.ofType('direct-message')[0]?.text).toBe('Yes.');
    const done = await run(stage, 'full', { from: alice });
    const text = done.kind === 'done' ? done.lines?.[0]?.args?.text : '';
    expect(text).toContain('> Shall we?');
  });

  it('make a group, in which a mail goes to everybody', async () => {
    const stage = new MailStage();
    await run(stage, 'group', { addresses: `${alice}\nbob@far.example, ${OWN}` });
    const { room } = await stage.recorder.next('invitation');
    await stage.say(room, 'Hello all');
    expect(stage.last.to).toEqual([alice, 'bob@far.example']);
    expect(await run(stage, 'group', { addresses: alice })).toMatchObject({
      problem: { key: 'email-group-two' },
    });
    expect(await run(stage, 'group', { addresses: `${alice} x` })).toMatchObject({
      problem: { key: 'email-bad-address' },
    });
  });

  it('S21 end a newsletter by its mail, since its one click leads to a machine nearby', async () => {
    const stage = new MailStage({ show: 'everything' });
    expect(await run(stage, 'unsubscribe')).toMatchObject({ lines: [{ key: 'email-unsubscribe-none' }] });
    const leave = 'List-Unsubscribe';
    const ways = '<https://127.0.0.1/leave>, <mailto:leave@far.example?subject=stop%0D%0ABcc:%20x@y.example>';
    await stage.receive(mailText({ [leave]: ways, [`${leave}-Post`]: 'List-Unsubscribe=One-Click' }, 'Buy!'));
    await run(stage, 'unsubscribe', { list: 'somebody@else.example' });
    expect(stage.sent).toEqual([]);
    const done = await run(stage, 'unsubscribe', { list: alice });
    expect(done).toMatchObject({ note: { key: 'email-unsubscribed', args: { id: alice } } });
    expect(stage.last.to).toEqual(['leave@far.example']);
    expect(stage.last.mail.subject).toContain('stop');
    expect(stage.last.mail.headers.first('bcc')).toBeUndefined();
    expect(await run(stage, 'unsubscribe')).toMatchObject({ lines: [{ key: 'email-unsubscribe-none' }] });
  });

  it('S22 end nothing that only a forged mail has spoken of', async () => {
    const stage = new MailStage({ show: 'everything' });
    await stage.receive(mailText({ 'List-Unsubscribe': '<mailto:leave@evil.example>' }, 'Buy!'), {
      authenticity: 'fail',
    });
    expect(await run(stage, 'unsubscribe')).toMatchObject({ lines: [{ key: 'email-unsubscribe-none' }] });
  });
});
