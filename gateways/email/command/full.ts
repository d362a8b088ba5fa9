import type { FormStep, Step } from '../../../src/gateway/form.js';
import type { AccountChange } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import type { EmailContext } from '../context.js';
import type { MailUser } from '../conversation/mail-user.js';
import { readConversation } from './choose-conversation.js';

/** Shows the last mail with everything that was folded away. */
export function askFull(context: EmailContext, user: MailUser, problem?: Text): FormStep<AccountChange> {
  return {
    kind: 'form',
    form: {
      title: { key: 'email-command-full' },
      instructions: { key: 'email-full-instructions' },
      fields: [{ name: 'from', type: 'text', label: { key: 'email-field-conversation' } }],
    },
    ...(problem && { problem }),
    submit: async ({ from = '' }): Promise<Step<AccountChange>> => {
      const { id } = user.account;
      const asked = from.trim() === '' ? undefined : readConversation(context, from);
      if (asked === undefined && from.trim() !== '')
        return askFull(context, user, { key: 'email-bad-address' });
      const found =
        asked === undefined ? await context.folded.newest(id) : await context.folded.get(id, asked);
      if (found === undefined) return { kind: 'done', result: {}, lines: [{ key: 'email-full-none' }] };
      const { conversation, subject, text } = found;
      return {
        kind: 'done',
        result: {},
        lines: [{ key: 'email-full-of', args: { conversation, subject, text } }],
      };
    },
  };
}
