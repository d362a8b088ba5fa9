import type { Text } from '../../../gateway/text.js';
import type { MessageRecord } from '../../../store/message-store.js';
import { JidMalformedError, parseJid } from '../../../xmpp/jid.js';
import type { Account } from '../../account/account.js';
import { findMessage } from '../../delivery/find-message.js';
import { sayMoment } from '../../delivery/moment.js';
import type { Outbox } from '../../delivery/outbox.js';
import { peerOf } from '../../delivery/peer.js';
import type { ServiceContext } from '../../service/service-context.js';
import { done, type ServiceCommand, type ServiceStep } from '../service-command.js';
import { currentAccount } from './session-commands.js';

const MESSAGE = { name: 'message', type: 'text', label: { key: 'why-message' } } as const;

/** Tells a user where any of his messages is, or what became of it. */
export function whyCommand(context: ServiceContext, outbox: Outbox): ServiceCommand {
  return {
    node: 'isthmus:why',
    word: 'why',
    title: { key: 'command-why' },
    scope: 'service',
    allows: ({ account }) => account !== undefined && context.gateway.messaging === 'stored',
    start: async (caller) => ({
      kind: 'form',
      form: {
        title: { key: 'command-why' },
        instructions: { key: 'why-instructions' },
        fields: [MESSAGE],
      },
      submit: async ({ message = '' }) =>
        explain(context, outbox, await currentAccount(context, caller), message, caller.language),
    }),
  };
}

/** The same for the operator, of any user; words of messages are shown to nobody. */
export function whyOfUserCommand(context: ServiceContext, outbox: Outbox): ServiceCommand {
  return {
    node: 'isthmus:why-user',
    title: { key: 'command-why-user' },
    scope: 'service',
    allows: ({ from }) => context.options.admins.has(from.bare),
    start: async (caller) => ({
      kind: 'form',
      form: {
        title: { key: 'command-why-user' },
        instructions: { key: 'why-instructions' },
        fields: [{ name: 'user', type: 'text', label: { key: 'admin-account' }, required: true }, MESSAGE],
      },
      submit: async ({ user = '', message = '' }) => {
        const account = await findAccount(context, user);
        if (!account) return done({ key: 'admin-no-such-user' });
        const step = await explain(context, outbox, account, message, caller.language);
        context.accounts.release(account);
        return step;
      },
    }),
  };
}

async function findAccount(context: ServiceContext, user: string): Promise<Account | undefined> {
  try {
    return await context.accounts.find(parseJid(user));
  } catch (error) {
    if (error instanceof JidMalformedError) return undefined;
    throw error;
  }
}

async function explain(
  context: ServiceContext,
  outbox: Outbox,
  account: Account,
  input: string,
  language: string,
): Promise<ServiceStep> {
  const record = await findMessage(context, account, input);
  if (!record) return done({ key: 'why-unknown' });
  const next = (await outbox.list(account)).find(({ id }) => id === record.id)?.nextTry;
  const reason = reasonOf(context, record, language);
  return {
    kind: 'done',
    result: {},
    note: headOf(context, record),
    lines: [
      stateOf(record),
      ...(next === undefined ? [] : [{ key: 'why-next', args: { time: sayMoment(next) } }]),
      ...(reason === undefined ? [] : [{ key: 'why-reason', args: { reason } }]),
      ...(record.networkIds.length === 0
        ? []
        : [{ key: 'why-ids', args: { ids: record.networkIds.join(', ') } }]),
    ],
  };
}

function headOf(context: ServiceContext, record: MessageRecord): Text {
  const { createdAt, direction } = record;
  const args = {
    contact: context.gateway.addresses.format(peerOf(record)),
    time: sayMoment(createdAt),
  };
  switch (direction) {
    case 'out':
      return { key: 'why-out', args };
    case 'in':
      return { key: 'why-in', args };
    case 'own':
      return { key: 'why-own', args };
    default:
      return direction satisfies never;
  }
}

function stateOf({ state, changedAt }: MessageRecord): Text {
  const args = { time: sayMoment(changedAt) };
  switch (state) {
    case 'waiting':
      return { key: 'why-waiting' };
    case 'sending':
      return { key: 'why-sending' };
    case 'sent':
      return { key: 'why-sent', args };
    case 'delivered':
      return { key: 'why-delivered', args };
    case 'displayed':
      return { key: 'why-displayed', args };
    case 'failed':
      return { key: 'why-failed', args };
    case 'unknown':
      return { key: 'why-uncertain', args };
    case 'cancelled':
      return { key: 'why-cancelled', args };
    case 'expired':
      return { key: 'why-expired', args };
    case 'received':
      return { key: 'why-received' };
    case 'held':
      return { key: 'why-held' };
    case 'dropped':
      return { key: 'why-dropped', args };
    default:
      return state satisfies never;
  }
}

/** Why it is so, as written down then, in the language of now. */
function reasonOf(context: ServiceContext, { detail }: MessageRecord, language: string): string | undefined {
  if (detail === '') return undefined;
  try {
    return context.translator.say(JSON.parse(detail) as Text, language);
  } catch {
    return undefined; // Written by something else.
  }
}
