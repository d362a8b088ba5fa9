import { z } from 'zod';
import type { Log } from '../../../src/gateway/gateway.js';
import type { RawMail } from '../mail/raw-mail.js';
import type { HeaderBlock } from './header-block.js';
import type { SpamOptions } from './options.js';
import { SmtpRefusal } from './refusal.js';
import type { SmtpClient } from './smtp-client.js';

/** Bytes of an answer. */
const MAX_ANSWER = 1_000_000;
/** Characters of a refusal's reason. */
const MAX_REASON = 200;

const answerSchema = z.object({
  action: z.string(),
  messages: z.object({ smtp_message: z.string().optional() }).optional().catch(undefined),
});

/** What the filter is told besides the mail. */
export interface SpamFacts {
  readonly returnPath: string;
  readonly recipients: readonly string[];
  readonly client: SmtpClient;
}

/** Headers by which filters on the way have marked a mail; that it is no spam nobody's word is taken for. */
export function isMarkedAsSpam(header: HeaderBlock): boolean {
  const says = (name: string, pattern: RegExp) => header.all(name).some((value) => pattern.test(value));
  return (
    says('x-spam-flag', /^yes\b/i) ||
    says('x-spam', /^yes\b/i) ||
    says('x-spam-status', /^yes\b/i) ||
    says('x-spam-action', /^(?:add header|rewrite subject|reject)/i)
  );
}

/** Asks Rspamd by its HTTP protocol (`/checkv2`). */
export class SpamCheck {
  constructor(
    private readonly options: SpamOptions,
    private readonly log: Log,
  ) {}

  /** Whether it is spam that may be shown as such. Rejects with SmtpRefusal for what must not come in, or not yet. */
  async isSpam(mail: RawMail, facts: SpamFacts): Promise<boolean> {
    const answer = await this.#ask(mail, facts).catch((error: unknown) => {
      this.log.warn({ err: error }, 'the spam filter could not be asked');
      return undefined;
    });
    if (answer === undefined) {
      if (this.options.failure === 'accept') return false;
      throw new SmtpRefusal(451, '4.7.1 this mail cannot be checked now, try again later');
    }
    const reason = printable(answer.messages?.smtp_message);
    switch (answer.action) {
      case 'reject':
        throw new SmtpRefusal(550, `5.7.1 ${reason ?? 'this mail looks like spam'}`);
      case 'soft reject':
      case 'greylist':
        throw new SmtpRefusal(451, `4.7.1 ${reason ?? 'try again later'}`);
      case 'add header':
      case 'rewrite subject':
        return true;
      default:
        return false;
    }
  }

  async #ask(mail: RawMail, facts: SpamFacts): Promise<z.output<typeof answerSchema>> {
    const { url, password, timeoutMs } = this.options;
    const { client, returnPath, recipients } = facts;
    const headers = new Headers({ 'content-length': String(mail.size), 'content-type': 'message/rfc822' });
    const told: readonly (readonly [string, string | undefined])[] = [
      ['password', password],
      ['ip', client.address],
      ['helo', client.helo],
      ['from', returnPath],
      ...recipients.map((recipient) => ['rcpt', recipient] as const),
    ];
    for (const [name, value] of told) {
      const safe = printable(value);
      if (safe !== undefined) headers.append(name, safe);
    }
    const response = await fetch(new URL('/checkv2', url), {
      method: 'POST',
      headers,
      body: mail.open(),
      duplex: 'half',
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (!response.ok || text.length > MAX_ANSWER)
      throw new Error(`the spam filter answers ${response.status}`);
    return answerSchema.parse(JSON.parse(text));
  }
}

/** One line that may stand in a header or in an answer. */
function printable(text: string | undefined): string | undefined {
  const safe = text
    ?.replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, MAX_REASON);
  return safe === '' ? undefined : safe;
}
