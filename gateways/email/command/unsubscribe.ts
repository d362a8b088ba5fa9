import { GatewayError } from '../../../src/gateway/error.js';
import type { FormStep, Step } from '../../../src/gateway/form.js';
import type { AccountChange } from '../../../src/gateway/gateway.js';
import type { RoomId } from '../../../src/gateway/ids.js';
import type { EmailContext } from '../context.js';
import { type Conversation, type ConversationId, isRoom } from '../conversation/conversation-book.js';
import type { MailUser } from '../conversation/mail-user.js';
import { oneClick } from './one-click.js';

/** Lists to choose from. */
const OFFERED = 100;

/** Ends what the user does not want any more: a list, a newsletter. */
export async function askUnsubscribe(context: EmailContext, user: MailUser): Promise<Step<AccountChange>> {
  const { id } = user.account;
  const found = await context.conversations.find(id, ({ unsubscribe }) => unsubscribe !== undefined, OFFERED);
  if (found.length === 0) return { kind: 'done', result: {}, lines: [{ key: 'email-unsubscribe-none' }] };
  const step: FormStep<AccountChange> = {
    kind: 'form',
    form: {
      title: { key: 'email-command-unsubscribe' },
      instructions: { key: 'email-unsubscribe-instructions' },
      fields: [
        {
          name: 'list',
          type: 'choice',
          label: { key: 'email-field-list' },
          required: true,
          options: found.map((conversation) => ({
            value: conversation.id,
            label: { key: 'email-list-named', args: { name: conversation.name ?? '', id: conversation.id } },
          })),
        },
      ],
    },
    submit: async ({ list = '' }) => {
      const chosen = found.find((conversation) => conversation.id === list);
      if (chosen === undefined) return step;
      await unsubscribe(context, user, chosen);
      return { kind: 'done', result: {}, note: { key: 'email-unsubscribed', args: { id: chosen.id } } };
    },
  };
  return step;
}

/** By one click where the list offers that (RFC 8058), else by a mail (RFC 2369 §3.2). Rejects with GatewayError. */
async function unsubscribe(context: EmailContext, user: MailUser, conversation: Conversation): Promise<void> {
  const { post, mail } = conversation.unsubscribe ?? {};
  const { account } = user;
  const byClick = post !== undefined && (await oneClick(context, post));
  if (!byClick) {
    if (mail === undefined) throw new GatewayError('rejected', { key: 'email-unsubscribe-failed' });
    await user.post.unsubscribe(mail, conversation.from);
  }
  const id = conversation.id as ConversationId;
  await context.turns.run(`${account.id} ${id}`, async () => {
    const { unsubscribe: _done, ...rest } = await context.conversations.get(account.id, id);
    await context.conversations.put(account.id, rest);
    const room = isRoom(id) ? await context.rooms.get(account.id, id as RoomId) : undefined;
    if (room) await context.rooms.put(account.id, { ...room, wanted: false });
  });
}
