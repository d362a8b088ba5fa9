import type { FormStep, Step } from '../../../src/gateway/form.js';
import type { AccountChange } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import type { EmailContext } from '../context.js';
import type { MailUser } from '../conversation/mail-user.js';
import { givenSubject } from '../conversation/subject.js';
import { readConversation } from './choose-conversation.js';

/** Sets what the next mail to somebody is about. */
export function askSubject(context: EmailContext, user: MailUser, problem?: Text): FormStep<AccountChange> {
  return {
    kind: 'form',
    form: {
      title: { key: 'email-command-subject' },
      instructions: { key: 'email-subject-instructions' },
      fields: [
        { name: 'to', type: 'text', label: { key: 'email-field-conversation' }, required: true },
        { name: 'subject', type: 'text', label: { key: 'email-field-subject' }, required: true },
      ],
    },
    ...(problem && { problem }),
    submit: async ({ to = '', subject = '' }): Promise<Step<AccountChange>> => {
      const id = readConversation(context, to);
      if (id === undefined) return askSubject(context, user, { key: 'email-bad-address' });
      const nextSubject = givenSubject(subject);
      await context.turns.run(`${user.account.id} ${id}`, async () => {
        const conversation = await context.conversations.get(user.account.id, id);
        await context.conversations.put(user.account.id, { ...conversation, nextSubject });
      });
      return {
        kind: 'done',
        result: {},
        note: { key: 'email-subject-noted', args: { subject: nextSubject } },
      };
    },
  };
}
