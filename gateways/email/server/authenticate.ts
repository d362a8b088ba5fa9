import { Readable } from 'node:stream';
import { type AuthenticateResult, authenticate } from 'mailauth';
import type { Log } from '../../../src/gateway/gateway.js';
import { parseAddresses } from '../mail/field-values.js';
import { HeaderFields } from '../mail/header-fields.js';
import { domainOf, mailAddress } from '../mail/mail-address.js';
import type { Authenticity } from '../mail/origin.js';
import type { RawMail } from '../mail/raw-mail.js';
import { authenticityBy, isAligned } from './authentication-results.js';
import type { HeaderBlock } from './header-block.js';
import { boundedLookup, type Lookup } from './name-lookups.js';
import type { AuthenticationOptions } from './options.js';
import { fieldsToCheck } from './signature-headers.js';
import type { SmtpClient } from './smtp-client.js';

/** What is to be checked. */
export interface MailToCheck {
  readonly raw: RawMail;
  readonly header: HeaderBlock;
  /** Empty: null. */
  readonly returnPath: string;
  readonly client: SmtpClient;
}

/** What came of it. */
export interface Verdict {
  /** What is done with the mail; `later`: name servers did not answer. */
  readonly action: 'take' | 'refuse' | 'later';
  readonly authenticity: Authenticity;
}

interface Check {
  readonly authenticity: Authenticity;
  /** What the domain wants to become of what fails (RFC 7489 §6.3). */
  readonly wish?: 'none' | 'quarantine' | 'reject';
  readonly undecided?: boolean;
}

/** Checks whether mails are from whom they say: SPF, DKIM, DMARC, and ARC of those who are trusted with it. */
export class Authenticator {
  constructor(
    private readonly options: AuthenticationOptions,
    /** As what we check; nothing that others have to know. */
    private readonly name: string,
    private readonly lookup: Lookup,
    private readonly log: Log,
  ) {}

  /**
   * `own`: our own domain, for which nobody else sends whatever its records say, and whether the mail is known to come
   * from ourselves. Never rejects.
   */
  async check(mail: MailToCheck, own: { readonly domain: string; readonly ours: boolean }): Promise<Verdict> {
    const { check, undecided } = this.options;
    if (!check) return { action: 'take', authenticity: 'none' };
    const found = await this.#find(mail, own);
    if (found.undecided) return { action: undecided === 'later' ? 'later' : 'take', authenticity: 'none' };
    if (found.authenticity !== 'fail') return { action: 'take', authenticity: found.authenticity };
    const policy = this.#policy(found.wish);
    if (policy === 'refuse') return { action: 'refuse', authenticity: 'fail' };
    return { action: 'take', authenticity: policy === 'mark' ? 'fail' : 'none' };
  }

  #policy(wish: Check['wish']): 'refuse' | 'mark' | 'accept' {
    if (wish === 'reject') return this.options.reject;
    return wish === 'quarantine' ? this.options.quarantine : this.options.other;
  }

  async #find(mail: MailToCheck, own: { readonly domain: string; readonly ours: boolean }): Promise<Check> {
    const { header } = mail;
    const byServer = this.#byTrustedServer(header);
    if (byServer) return byServer;
    let result: AuthenticateResult;
    try {
      result = await this.#authenticate(mail);
    } catch (error) {
      this.log.info({ err: error }, 'a mail could not be checked; it counts as forged');
      return { authenticity: 'fail' };
    }
    const { dkim, spf, dmarc } = result;
    const author = authorOf(header);
    const [seen, ...others] = dkim.headerFrom;
    // Several authors, or one who can be read in two ways: nobody is vouched for (RFC 7489 §6.6.1).
    if (author === undefined || others.length > 0 || mailAddress(seen ?? '') !== author)
      return { authenticity: 'fail' };
    const domain = domainOf(author);
    if (own.ours && domain === own.domain) return { authenticity: 'pass' };
    const signed = dkim.results.filter(
      ({ signingDomain }) => signingDomain && isAligned(signingDomain, domain),
    );
    // Without the client's address there is nothing to hold against the domain's list of hosts.
    const path = spf && mail.client.address !== undefined && isAligned(spf.domain, domain) ? spf : undefined;
    const isUndecided =
      (dmarc && dmarc.status.result === 'temperror') ||
      path?.status.result === 'temperror' ||
      signed.some(({ status }) => status.result === 'temperror');
    const strict = dmarc ? dmarc.alignment : undefined;
    const bySignature = signed.some(
      ({ status, signingDomain }) =>
        status.result === 'pass' && (!strict?.dkim.strict || signingDomain.toLowerCase() === domain),
    );
    const byPath = path?.status.result === 'pass' && (!strict?.spf.strict || path.domain === domain);
    if (bySignature || byPath || this.#sealed(result, header, domain)) return { authenticity: 'pass' };
    if (isUndecided) return { authenticity: 'none', undecided: true };
    const wish = wishOf(dmarc ? dmarc.policy : undefined);
    const hasRecord = dmarc && dmarc.status.result === 'fail';
    // SPF alone says so: nobody but those hosts sends for the domain (RFC 7208 §8.4).
    const denied = path?.status.result === 'fail';
    if (!hasRecord && !denied && domain !== own.domain) return { authenticity: 'none' };
    // Who hands it in is not known, so that SPF could not have passed: the user may judge.
    if (mail.client.address === undefined) return { authenticity: 'fail' };
    return { authenticity: 'fail', ...(wish && { wish }) };
  }

  async #authenticate({ raw, header, returnPath, client }: MailToCheck): Promise<AuthenticateResult> {
    const { lookups, trustedSealers } = this.options;
    const fields = fieldsToCheck(header, this.options, trustedSealers.length > 0);
    const isSigned = fields.some(({ name }) => name === 'dkim-signature' || name === 'arc-seal');
    const source = Readable.from(checkedMail(fields, isSigned ? raw : undefined, header.bytes.length));
    return authenticate(source, {
      sender: returnPath,
      ...(client.address !== undefined && { ip: client.address }),
      helo: client.helo ?? client.address ?? 'unknown.invalid',
      mta: this.name,
      resolver: boundedLookup(this.lookup, lookups),
      disableArc: trustedSealers.length === 0,
      disableBimi: true,
    });
  }

  /** Servers of the operator's own have checked it before us, where he has them do that. */
  #byTrustedServer(header: HeaderBlock): Check | undefined {
    const { trustedResults } = this.options;
    if (trustedResults.length === 0) return undefined;
    const address = authorOf(header);
    if (address === undefined) return undefined;
    const trusted = new Set(trustedResults.map((name) => name.toLowerCase()));
    const authenticity = authenticityBy(
      header.all('authentication-results'),
      (server) => trusted.has(server),
      address,
    );
    return authenticity && { authenticity };
  }

  /** The unbroken word of trusted servers, each of which has had it from the one before (RFC 8617). */
  #sealed({ arc }: AuthenticateResult, header: HeaderBlock, domain: string): boolean {
    if (arc === false || arc.status.result !== 'pass') return false;
    const seals = byInstance(header, 'arc-seal');
    const results = byInstance(header, 'arc-authentication-results');
    for (let instance = seals.size; instance > 0; instance -= 1) {
      const sealer = /(?:^|;)\s*d=([^;\s]+)/i.exec(seals.get(instance) ?? '')?.[1]?.toLowerCase();
      if (sealer === undefined || !this.options.trustedSealers.includes(sealer)) return false;
      const found = (results.get(instance) ?? '').replace(/^[^;]*;/, '');
      const author = `x@${domain}`;
      if (authenticityBy([found], () => true, author) === 'pass') return true;
    }
    return false;
  }
}

/** The one author of a mail, read as it is read for the user; undefined: none, or several. */
function authorOf(header: HeaderBlock): string | undefined {
  const fields = new HeaderFields(header.bytes, () => undefined).raw('from');
  const [author, ...others] = parseAddresses(fields);
  return fields.length === 1 && others.length === 0 ? author?.address : undefined;
}

function wishOf(policy: string | undefined): Check['wish'] {
  const wish = policy?.trim().toLowerCase();
  return wish === 'reject' || wish === 'quarantine' || wish === 'none' ? wish : undefined;
}

/** Values of an ARC header by its instance (RFC 8617 §4.2.1). */
function byInstance(header: HeaderBlock, name: string): ReadonlyMap<number, string> {
  return new Map(
    header.all(name).flatMap((value) => {
      const instance = /(?:^|;)\s*i=\s*(\d{1,2})\s*(?:;|$)/.exec(value)?.[1];
      return instance === undefined ? [] : [[Number(instance), value] as const];
    }),
  );
}

async function* checkedMail(
  fields: ReturnType<typeof fieldsToCheck>,
  body: RawMail | undefined,
  headerBytes: number,
): AsyncGenerator<Buffer> {
  yield Buffer.from(`${fields.map(({ original }) => original).join('')}\r\n`, 'latin1');
  if (!body) return;
  let skip = headerBytes;
  for await (const chunk of body.open() as AsyncIterable<Buffer>) {
    if (chunk.length > skip) yield chunk.subarray(skip);
    skip = Math.max(0, skip - chunk.length);
  }
}
