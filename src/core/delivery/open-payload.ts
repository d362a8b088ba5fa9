import { GatewayError } from '../../gateway/error.js';
import type { Account } from '../account/account.js';
import type { DomainContext } from '../domain.js';
import type { LinkedFile, OpenedFiles } from '../media/media.js';
import type { Attempt } from './attempt.js';
import type { Payload } from './conversation-queue.js';

/** What is given to the session; `close` when it has it. */
export interface ReadyPayload extends OpenedFiles {
  readonly kind: 'ready';
  readonly message: Payload['message'];
}

const NO_FILES: OpenedFiles = { attachments: [], close: () => Promise.resolve() };

/** Fetches the files of a message. What cannot be had goes as a link; what may be had later has to wait. */
export async function openPayload(
  { log, media }: Pick<DomainContext, 'log' | 'media'>,
  account: Account,
  { message, files }: Payload,
): Promise<ReadyPayload | Extract<Attempt, { kind: 'later' }>> {
  if (files.length === 0) return { kind: 'ready', message, ...NO_FILES };
  try {
    const opened = await media.openFiles(account, files, account.session?.media);
    return { kind: 'ready', message, attachments: opened.attachments, close: () => opened.close() };
  } catch (error) {
    if (!(error instanceof GatewayError))
      log.error({ err: error }, 'the files of a message could not be opened');
    else if (error.retryable) return { kind: 'later', error, maybeSent: false };
  }
  return { kind: 'ready', message: { ...message, text: withLinks(message.text, files) }, ...NO_FILES };
}

/** The text with the links that it does not name. */
function withLinks(text: string, files: readonly LinkedFile[]): string {
  const missing = files.map(({ url }) => url).filter((url) => !text.includes(url));
  return [...(text === '' ? [] : [text]), ...missing].join('\n');
}
