import { readFile } from 'node:fs/promises';
import { GatewayError } from '../../../../src/gateway/error.js';
import type { Log } from '../../../../src/gateway/gateway.js';
import type { Envelope } from '../../mail/draft.js';
import type { RawMail } from '../../mail/raw-mail.js';
import type { DeliveryWishes, MailSender, MailSent } from '../sender.js';
import { type DkimKey, readDkimKey } from './dkim-key.js';
import type { DkimOptions } from './options.js';
import { signMail } from './sign-mail.js';

/** Signs mails of the gateway's own domain before they go out. */
export class SigningSender implements MailSender {
  #keys: Promise<readonly DkimKey[]> | undefined;

  constructor(
    private readonly domain: string,
    private readonly options: DkimOptions,
    private readonly sender: MailSender,
    private readonly log: Log,
    private readonly now: () => number,
  ) {}

  async send(envelope: Envelope, mail: RawMail, wishes: DeliveryWishes): Promise<MailSent> {
    return await this.sender.send(envelope, await this.#sign(mail), wishes);
  }

  close(): Promise<void> {
    return this.sender.close();
  }

  /** A mail without a signature could count as forged, so none goes out. */
  async #sign(mail: RawMail): Promise<RawMail> {
    try {
      return await signMail(mail, await this.#loaded(), this.now());
    } catch (error) {
      this.log.error({ err: error }, 'mail could not be signed');
      throw new GatewayError('network-unreachable', { key: 'email-not-signed' }, 'not-sent', true);
    }
  }

  /** Read at the first mail, and again at the next while that fails. */
  #loaded(): Promise<readonly DkimKey[]> {
    this.#keys ??= Promise.all(
      this.options.map(async ({ selector, keyFile }) => ({
        domain: this.domain,
        selector,
        key: readDkimKey(await readFile(keyFile)),
      })),
    );
    this.#keys.catch(() => {
      this.#keys = undefined;
    });
    return this.#keys;
  }
}
