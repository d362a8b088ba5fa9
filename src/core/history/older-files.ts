import type { InboundAttachment } from '../../gateway/attachment.js';
import { GatewayError } from '../../gateway/error.js';
import type { RoomMessage } from '../../gateway/event.js';
import type { HistoryOptions } from './history-options.js';

/**
 * The files of messages that were read from a history. The newest few are fetched like those of other messages; in place
 * of the others stands what they are: nobody has asked for each of them.
 */
export class OlderFiles {
  #left: number;

  /** @param until UTC milliseconds after which nothing more is fetched: somebody waits for the words */
  constructor(
    private readonly options: Pick<HistoryOptions, 'files' | 'fileBytes'>,
    private readonly until: number,
  ) {
    this.#left = options.files;
  }

  /** To be called for the newest message first. */
  of({ attachments = [] }: RoomMessage): readonly InboundAttachment[] {
    return attachments.map((one) => (this.#take(one) ? one : { ...one, open: refuse }));
  }

  #take({ size }: InboundAttachment): boolean {
    if (this.#left <= 0 || Date.now() > this.until) return false;
    if (size === undefined || size > this.options.fileBytes) return false;
    this.#left -= 1;
    return true;
  }
}

function refuse(): Promise<never> {
  return Promise.reject(new GatewayError('limit', { key: 'file-not-fetched' }));
}
