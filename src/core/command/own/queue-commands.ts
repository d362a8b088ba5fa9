import type { Text } from '../../../gateway/text.js';
import { sayMoment } from '../../delivery/moment.js';
import type { Outbox } from '../../delivery/outbox.js';
import type { QueuedMessage } from '../../delivery/outgoing.js';
import { shortId } from '../../delivery/short-id.js';
import type { ServiceContext } from '../../service/service-context.js';
import { done, type ServiceCommand, type ServiceStep } from '../service-command.js';
import { currentAccount } from './session-commands.js';

/** Messages named in one answer, so that it stays far below what servers take in a stanza. */
const MAX_LISTED = 50;

/** The choice that stands for every message that waits. */
const ALL = 'all';

/** What of the user's waits to be sent. */
export function queueCommand(context: ServiceContext, outbox: Outbox): ServiceCommand {
  return {
    node: 'isthmus:queue',
    word: 'queue',
    title: { key: 'command-queue' },
    scope: 'service',
    allows: ({ account }) => account !== undefined && context.gateway.messaging === 'stored',
    start: async (caller): Promise<ServiceStep> => {
      const waiting = await outbox.list(await currentAccount(context, caller));
      if (waiting.length === 0) return done({ key: 'queue-empty' });
      const more = waiting.length - MAX_LISTED;
      return {
        kind: 'done',
        result: {},
        note: { key: 'queue-count', args: { count: waiting.length } },
        lines: [
          ...waiting.slice(0, MAX_LISTED).map((message) => line(context, message)),
          ...(more > 0 ? [{ key: 'queue-cut', args: { count: more } }] : []),
        ],
      };
    },
  };
}

/** Takes back what waits: one message of the list above, by its name there, or all. */
export function cancelCommand(context: ServiceContext, outbox: Outbox): ServiceCommand {
  return {
    node: 'isthmus:cancel',
    word: 'cancel',
    title: { key: 'command-cancel' },
    scope: 'service',
    allows: ({ account }) => account !== undefined && context.gateway.messaging === 'stored',
    start: async (caller): Promise<ServiceStep> => {
      const waiting = await outbox.list(await currentAccount(context, caller));
      if (waiting.length === 0) return done({ key: 'queue-empty' });
      return {
        kind: 'form',
        form: {
          title: { key: 'command-cancel' },
          fields: [
            {
              name: 'message',
              type: 'choice',
              label: { key: 'cancel-which' },
              required: true,
              options: [
                ...waiting
                  .slice(0, MAX_LISTED)
                  .map((message) => ({ value: shortId(message.id), label: nameOf(context, message) })),
                { value: ALL, label: { key: 'cancel-all' } },
              ],
            },
          ],
        },
        submit: async ({ message }) => {
          const account = await currentAccount(context, caller);
          // Two of the same name, should that ever be: neither is the one that was meant.
          const named = waiting.filter(({ id }) => shortId(id) === message);
          const chosen = message === ALL ? waiting : named.length === 1 ? named : [];
          let count = 0;
          for (const { id } of chosen) if (await outbox.cancel(account, id, true)) count += 1;
          return done({ key: 'cancel-done', args: { count } });
        },
      };
    },
  };
}

function line(context: ServiceContext, message: QueuedMessage): Text {
  const { id, peer, since, nextTry, sending } = message;
  const args = {
    name: shortId(id),
    contact: context.gateway.addresses.format(peer),
    time: sayMoment(since),
  };
  if (nextTry !== undefined) return { key: 'queue-next', args: { ...args, next: sayMoment(nextTry) } };
  return { key: sending ? 'queue-sending' : 'queue-behind', args };
}

function nameOf(context: ServiceContext, { id, peer, since }: QueuedMessage): Text {
  const name = context.gateway.addresses.format(peer);
  return { key: 'plain', args: { text: `${shortId(id)}: ${name}, ${sayMoment(since)}` } };
}
