import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { el } from '../../../xmpp/element.js';
import { NS } from '../../../xmpp/namespace.js';
import type { ServiceContext } from '../../service/service-context.js';
import { done } from '../service-command.js';
import type { AdminCommand } from './admin-commands.js';

/** How fast an announcement goes out. */
export interface AnnounceOptions {
  /** Messages sent in one go. */
  readonly batch: number;
  /** Milliseconds between two batches. */
  readonly pauseMs: number;
}

/** The defaults of {@link AnnounceOptions}. */
const ANNOUNCE_DEFAULTS: AnnounceOptions = { batch: 50, pauseMs: 250 };

/** XEP-0133 §4.23: a message to all online users, a batch at a time, so that it never floods the server. */
export function announce(
  context: ServiceContext,
  options: AnnounceOptions = ANNOUNCE_DEFAULTS,
): AdminCommand {
  return {
    fragment: 'announce',
    title: { key: 'admin-announce' },
    start: async () => ({
      kind: 'form',
      form: {
        title: { key: 'admin-announce' },
        fields: [
          { name: 'announcement', type: 'multiline', label: { key: 'admin-announcement' }, required: true },
        ],
      },
      submit: async (values) => {
        const recipients = onlineOwners(context);
        return done(
          { key: 'admin-announced', args: { count: recipients.length } },
          { afterwards: () => sendAll(context, recipients, values.announcement ?? '', options) },
        );
      },
    }),
  };
}

/** Bare JIDs of the users that have a client online. */
export function onlineOwners(context: ServiceContext): string[] {
  return [...context.accounts.all()]
    .filter((account) => account.resources.size > 0)
    .map((account) => account.owner);
}

async function sendAll(
  context: ServiceContext,
  recipients: readonly string[],
  body: string,
  { batch, pauseMs }: AnnounceOptions,
): Promise<void> {
  const { options, sink } = context;
  for (let start = 0; start < recipients.length; start += batch) {
    if (start > 0) await pause(pauseMs, undefined, { ref: false });
    await sink.drained();
    for (const to of recipients.slice(start, start + batch)) {
      const attrs = { from: options.domain, to, id: randomUUID() };
      sink.send(
        el('message', NS.COMPONENT, attrs, el('body', NS.COMPONENT, null, body)).toString(NS.COMPONENT),
      );
    }
  }
}
