import { GatewayError } from '../../../src/gateway/error.js';
import type { AccountView, Command, CommandContext } from '../../../src/gateway/gateway.js';
import { TelegramSession } from '../session.js';
import { askChats } from './chats.js';
import { askCreate } from './create.js';
import { askInviteLink, askLeave } from './membership.js';
import { askPin, askUnpin } from './pins.js';
import { askTopics } from './topics.js';

/** Commands about groups and channels. Coming into one is the core's own `join`. */
export function groupCommands(domain: string): readonly Command[] {
  const common = { scope: 'service', access: 'account' } as const;
  return [
    {
      ...{ ...common, name: 'chats', title: { key: 'telegram-command-chats' } },
      start: async (asked) => askChats(sessionOf(asked), accountOf(asked)),
    },
    {
      ...{ ...common, name: 'create', title: { key: 'telegram-command-create' } },
      start: async (asked) => askCreate(sessionOf(asked), domain),
    },
    {
      ...{ ...common, name: 'leave', title: { key: 'telegram-command-leave' } },
      start: async (asked) => askLeave(sessionOf(asked)),
    },
    {
      ...{ ...common, name: 'invite-link', title: { key: 'telegram-command-invite-link' } },
      start: async (asked) => askInviteLink(sessionOf(asked)),
    },
    {
      ...{ ...common, name: 'topics', title: { key: 'telegram-command-topics' } },
      start: async (asked) => askTopics(sessionOf(asked)),
    },
    {
      ...{ ...common, name: 'pin', title: { key: 'telegram-command-pin' } },
      start: async (asked) => askPin(sessionOf(asked)),
    },
    {
      ...{ ...common, name: 'unpin', title: { key: 'telegram-command-unpin' } },
      start: async (asked) => askUnpin(sessionOf(asked)),
    },
  ];
}

/** @throws {GatewayError} for who has not registered */
function sessionOf({ session }: CommandContext): TelegramSession {
  if (!(session instanceof TelegramSession))
    throw new GatewayError('registered-only', { key: 'telegram-register-first' });
  return session;
}

function accountOf({ account }: CommandContext): AccountView {
  if (!account) throw new GatewayError('registered-only', { key: 'telegram-register-first' });
  return account;
}
