import { describe, expect, it } from 'vitest';
import { planFolders } from '../../../../gateways/email/mailbox/folder-plan.js';

const folder = (path: string, specialUse?: string, ...flags: string[]) => ({
  path,
  name: path.split('/').at(-1) ?? path,
  flags: new Set(flags),
  ...(specialUse !== undefined && { specialUse }),
});

describe('the choice of folders', () => {
  it('is the inbox, the sent mails, and what the user wishes for by path or name', () => {
    const listed = [
      folder('INBOX', '\\Inbox'),
      folder('Sent', '\\Sent'),
      folder('Junk', '\\Junk'),
      folder('Lists', undefined, '\\Noselect'),
      folder('Lists/Dev'),
      folder('[Gmail]/All Mail', '\\All'),
    ];
    expect(planFolders(listed, ['dev', '[Gmail]/All Mail', 'Lists', 'inbox', 'Junk', 'Dev'])).toEqual({
      folders: [
        { path: 'INBOX', use: 'inbox' },
        { path: 'Sent', use: 'sent' },
        { path: 'Lists/Dev', use: 'other' },
        { path: '[Gmail]/All Mail', use: 'other' },
        { path: 'Junk', use: 'junk' },
      ],
      sent: 'Sent',
      unknown: ['Lists'],
    });
  });

  it('is bounded, and does with a server that lists nothing', () => {
    const wished = Array.from({ length: 500 }, (_, index) => `folder-${index}`);
    const plan = planFolders([], wished);
    expect(plan.folders).toEqual([{ path: 'INBOX', use: 'inbox' }]);
    expect(plan.unknown.length).toBeLessThan(50);
    expect(plan.sent).toBeUndefined();
  });
});
