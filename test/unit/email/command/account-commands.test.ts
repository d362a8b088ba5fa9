import { describe, expect, it } from 'vitest';
import { settingsOf } from '../../../../gateways/email/account/settings.js';
import { accountCommands } from '../../../../gateways/email/command/account-commands.js';
import type { FormValues, Step } from '../../../../src/gateway/form.js';
import type { AccountChange, AccountView, Settings } from '../../../../src/gateway/gateway.js';
import type { AccountId } from '../../../../src/gateway/ids.js';

const server = { host: 'mail.example.org', port: 993, security: 'tls' };
const MAILBOX = { address: 'alice@example.org', imap: server, smtp: server, user: 'alice', auth: 'password' };

function account(settings: Settings): AccountView {
  return {
    ...{ id: 1 as AccountId, registered: true, language: 'en', settings, secrets: {} },
    ...{ suggestedName: 'alice', userAddress: 'alice@xmpp.example' },
  };
}

async function start(name: string, settings: Settings, folders: readonly string[] = []) {
  const command = accountCommands({ foldersOf: async () => folders }).find((one) => one.name === name);
  if (!command) throw new Error('no such command');
  return command.start({ account: account(settings), session: undefined });
}

async function submit(settings: Settings, values: FormValues): Promise<Step<AccountChange>> {
  const step = await start('mail-settings', settings);
  if (step.kind !== 'form') throw new Error('no form');
  return step.submit(values);
}

const changed = (step: Step<AccountChange>) =>
  step.kind === 'done' ? settingsOf({ settings: step.result.settings ?? {} }) : undefined;
const problem = (step: Step<AccountChange>) => (step.kind === 'form' ? step.problem?.key : undefined);
const fields = (step: Step<AccountChange>) =>
  step.kind === 'form' ? step.form.fields.map(({ name }) => name) : [];

describe('settings', () => {
  it('offers what the user has a use for', async () => {
    const domain = { domainAddress: 'alice@mail.example.org' };
    expect(fields(await start('mail-settings', domain))).not.toContain('folders');
    const both = fields(await start('mail-settings', { ...domain, mailbox: MAILBOX }));
    expect(both).toEqual(expect.arrayContaining(['folders', 'seen', 'from']));
    expect(fields(await start('mail-settings', { mailbox: MAILBOX }))).not.toContain('from');
  });

  it('takes them, and keeps what is left out', async () => {
    const before = { mailbox: MAILBOX, rooms: false, readReceipts: true, name: 'Alice', extra: 1 };
    const step = await submit(before, {
      show: 'everything',
      folders: ' Projects \n\nProjects\nWork/2024',
      join: '20',
      seen: '0',
      html: '1',
    });
    expect(changed(step)).toMatchObject({
      show: 'everything',
      folders: ['Projects', 'Work/2024'],
      joinSeconds: 20,
      seenByReply: false,
      html: true,
      rooms: false,
      readReceipts: true,
      name: 'Alice',
      mailbox: { address: 'alice@example.org' },
    });
    expect(step).toMatchObject({ result: { settings: { extra: 1 } } });
  });

  it('takes a name away', async () => {
    expect(changed(await submit({ mailbox: MAILBOX, name: 'Alice' }, { name: '' }))?.name).toBeUndefined();
  });

  it('refuses what cannot be', async () => {
    const known = { mailbox: MAILBOX };
    for (const join of ['-1', '3601', '1.5', 'soon'])
      expect(problem(await submit(known, { join }))).toBe('email-bad-join');
    const folders = Array.from({ length: 51 }, (_, index) => `Folder ${index}`).join('\n');
    expect(problem(await submit(known, { folders }))).toBe('email-bad-folders');
    expect(problem(await submit(known, { name: 'x'.repeat(201) }))).toBe('email-bad-name');
    expect(changed(await submit(known, { show: 'nothing' }))?.show).toBe('conversations');
  });
});

describe('folders', () => {
  it('are listed, those that become chat marked', async () => {
    const step = await start('folders', { mailbox: MAILBOX, folders: ['Work'] }, ['Work', 'INBOX']);
    expect(step).toMatchObject({
      kind: 'done',
      result: {},
      lines: [
        { key: 'email-folder', args: { path: 'INBOX' } },
        { key: 'email-folder-watched', args: { path: 'Work' } },
      ],
    });
  });

  it('are many: the rest is counted', async () => {
    const many = Array.from({ length: 203 }, (_, index) => `Folder ${index}`);
    const step = await start('folders', { mailbox: MAILBOX }, many);
    expect(step.kind === 'done' && step.lines?.at(-1)).toEqual({
      key: 'email-folders-more',
      args: { left: 3 },
    });
  });

  it('are none where there is no mailbox', async () => {
    await expect(start('folders', { domainAddress: 'a@mail.example.org' })).rejects.toMatchObject({
      text: { key: 'email-no-mailbox' },
    });
  });
});
