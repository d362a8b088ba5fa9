import { Readable } from 'node:stream';
import type { FetchMessageObject, FetchOptions, FetchQueryObject, ImapFlow, MailboxObject } from 'imapflow';
import { GatewayError } from '../../../src/gateway/error.js';
import type { ParseLimits } from '../mail/options.js';
import type { Spool } from '../mail/spool.js';
import { MailboxFailure } from './failure.js';
import type { ImapLink } from './imap-link.js';
import { FACTS_QUERY, type MailFacts, mailFacts, messageIdOf } from './mail-facts.js';
import type { FetchedMail, FolderState, MailStore, SeenMails } from './mail-store.js';
import type { MailboxOptions } from './options.js';
import { partialMail, textPart } from './partial-mail.js';

/** Slowest line on which a copy is uploaded, in bytes a second. */
const UPLOAD_RATE = 10_000;
/** Mails of one folder that are searched. */
const MOST_MAILS = 2_000_000;
/** Answers to a FETCH for each mail that was asked for; more are a server that floods. */
const ANSWERS_PER_MAIL = 4;
const SPARE_ANSWERS = 1_000;

/** The folders behind one IMAP connection. */
export class ImapStore implements MailStore {
  constructor(
    private readonly link: ImapLink,
    private readonly spool: Spool,
    private readonly options: MailboxOptions,
    private readonly limits: ParseLimits,
  ) {}

  async open(path: string): Promise<FolderState> {
    return this.link.command(async (client) => {
      const open = client.mailbox;
      const folder = open && open.path === path ? open : await client.mailboxOpen(path);
      if (!folder?.uidValidity) throw new MailboxFailure('garbage');
      return stateOf(folder, client);
    });
  }

  async refresh(): Promise<void> {
    await this.link.command((client) => client.noop());
  }

  async status(path: string): Promise<FolderState> {
    const status = await this.link.command((client) =>
      client.status(path, { uidNext: true, uidValidity: true, highestModseq: true }),
    );
    if (!status || status.uidValidity === undefined) throw new MailboxFailure('refused');
    return {
      uidValidity: String(status.uidValidity),
      ...(status.uidNext !== undefined && { uidNext: status.uidNext }),
      ...(status.highestModseq !== undefined && { modseq: String(status.highestModseq) }),
    };
  }

  async list(fromUid: number, limit: number): Promise<readonly MailFacts[]> {
    const { uidNext, exists } = this.#mailbox();
    if (exists === 0) return [];
    let range = `${fromUid}:*`;
    // UIDs may be far apart: only where there are many it is asked first which there are.
    if (exists > limit && (!uidNext || uidNext - fromUid > limit)) {
      const uids = (await this.#search({ uid: range })).filter((uid) => uid >= fromUid).slice(0, limit);
      if (uids.length === 0) return [];
      range = `${uids[0]}:${uids.at(-1)}`;
    }
    const found = await this.#facts(range, { uid: true }, limit);
    // The range always covers the last mail, however small its number is (RFC 9051 §6.4.9).
    return found.filter(({ uid }) => uid >= fromUid);
  }

  async newest(limit: number): Promise<readonly MailFacts[]> {
    const { exists } = this.#mailbox();
    return exists === 0 ? [] : this.#facts(`${Math.max(1, exists - limit + 1)}:*`, {}, limit);
  }

  async uidsSince(time: number): Promise<readonly number[]> {
    const since = new Date(time);
    return this.#search({ or: [{ since }, { sentSince: since }] });
  }

  async fetch(mail: MailFacts, partly: boolean): Promise<FetchedMail | undefined> {
    if (partly || mail.size > this.limits.maxBytes) return this.#fetchPartly(mail);
    const first = await this.#chunk(mail.uid, 0);
    if (first === undefined) return undefined;
    const source = Readable.from(this.#chunks(mail.uid, first), { objectMode: false });
    try {
      return { raw: await this.spool.receive(source) };
    } catch (error) {
      // The server has lied about its size.
      if (error instanceof GatewayError && error.code === 'too-long') return this.#fetchPartly(mail);
      throw error;
    }
  }

  async seenBetween(fromUid: number, toUid: number, since?: string): Promise<SeenMails> {
    const range = `${Math.max(1, fromUid)}:${toUid}`;
    const query = { uid: true, flags: true, headers: ['message-id'] };
    const answers = await this.#fetchAll(range, query, toUid - fromUid + 1, {
      uid: true,
      ...(since !== undefined && { changedSince: BigInt(since) }),
    });
    const seen = answers.filter(({ flags }) => flags?.has('\\Seen'));
    const modseq = this.#mailbox().highestModseq;
    return {
      messageIds: seen.map(messageIdOf).filter((id) => id !== undefined),
      ...(modseq !== undefined && { modseq: String(modseq) }),
    };
  }

  async find(messageId: string): Promise<readonly number[]> {
    // With its brackets it is not found within a longer one: the search is for parts of the field.
    return this.#search({ header: { 'Message-ID': `<${messageId}>` } });
  }

  async markSeen(uids: readonly number[]): Promise<void> {
    await this.link.command(async (client) => {
      if (!(await client.messageFlagsAdd([...uids], ['\\Seen'], { uid: true })))
        throw new MailboxFailure('refused');
    });
  }

  async append(path: string, mail: Buffer): Promise<void> {
    await this.link.command(async (client) => {
      if (!(await client.append(path, mail, ['\\Seen']))) throw new MailboxFailure('refused');
    }, mail.length / UPLOAD_RATE);
  }

  async create(path: string): Promise<void> {
    await this.link.command((client) => client.mailboxCreate(path));
  }

  #mailbox(): MailboxObject {
    const { mailbox } = this.link.client;
    if (!mailbox) throw this.link.broken ?? new MailboxFailure('lost');
    return mailbox;
  }

  async #search(query: Parameters<ImapFlow['search']>[0]): Promise<readonly number[]> {
    // As many numbers as a folder claims to have mails may come in a few bytes.
    if (this.#mailbox().exists > MOST_MAILS) throw new MailboxFailure('garbage');
    const found = await this.link.command((client) => client.search(query, { uid: true }));
    if (!found) throw new MailboxFailure('refused');
    return [...found].sort((one, other) => one - other);
  }

  async #facts(range: string, options: FetchOptions, limit: number): Promise<readonly MailFacts[]> {
    const answers = await this.#fetchAll(range, FACTS_QUERY, limit, options);
    const facts = new Map<number, MailFacts>();
    for (const answer of answers) {
      const fact = mailFacts(answer);
      if (fact) facts.set(fact.uid, fact);
    }
    return [...facts.values()].sort((one, other) => one.uid - other.uid).slice(0, limit);
  }

  /** A server may say more than it was asked for, but not without end. */
  #fetchAll(
    range: string,
    query: FetchQueryObject,
    expected: number,
    options: FetchOptions,
  ): Promise<readonly FetchMessageObject[]> {
    const most = expected * ANSWERS_PER_MAIL + SPARE_ANSWERS;
    return this.link.command(async (client) => {
      const answers: FetchMessageObject[] = [];
      for await (const answer of client.fetch(range, query, options)) {
        answers.push(answer);
        if (answers.length > most) throw new MailboxFailure('garbage');
      }
      return answers;
    });
  }

  async *#chunks(uid: number, first: Buffer): AsyncGenerator<Buffer> {
    const { chunkBytes } = this.options;
    let at = 0;
    for (let chunk: Buffer | undefined = first; chunk !== undefined && chunk.length > 0; ) {
      yield chunk;
      at += chunk.length;
      // Some servers answer with the whole mail whatever is asked for.
      if (chunk.length < chunkBytes || (at === chunk.length && chunk.length > chunkBytes)) return;
      if (chunk.length > chunkBytes) throw new MailboxFailure('garbage');
      chunk = await this.#chunk(uid, at);
      if (chunk === undefined) throw new MailboxFailure('refused', '', 'EXPUNGED');
    }
  }

  /** Undefined: no such mail. Empty: it ends before. */
  async #chunk(uid: number, start: number): Promise<Buffer | undefined> {
    const source = { start, maxLength: this.options.chunkBytes };
    const answers = await this.#fetchAll(String(uid), { uid: true, source }, 1, { uid: true });
    return answers.find((answer) => answer.uid === uid && answer.source)?.source;
  }

  async #fetchPartly(mail: MailFacts): Promise<FetchedMail | undefined> {
    const { maxHeaderBytes, maxBytes } = this.limits;
    const asked = { uid: true, headers: true, bodyStructure: true };
    const answers = await this.#fetchAll(String(mail.uid), asked, 1, { uid: true });
    const answer = answers.find(({ uid, headers }) => uid === mail.uid && headers);
    if (!answer?.headers) return undefined;
    const part = textPart(answer.bodyStructure);
    const text = part === undefined ? undefined : await this.#part(mail.uid, part);
    const whole = partialMail(
      answer.headers.subarray(0, Math.min(maxHeaderBytes, Math.floor(maxBytes / 2))),
      text !== undefined && part === 'TEXT' ? undefined : (text?.headers ?? Buffer.alloc(0)),
      text?.body ?? Buffer.alloc(0),
    );
    const raw = await this.spool.receive(Readable.from([whole], { objectMode: false }));
    return { raw, leftBytes: Math.max(1, mail.size - whole.length) };
  }

  async #part(uid: number, part: string): Promise<{ headers: Buffer; body: Buffer } | undefined> {
    const maxLength = Math.min(this.limits.maxTextBytes, Math.floor(this.limits.maxBytes / 2));
    const body = { key: part, maxLength };
    const bodyParts = part === 'TEXT' ? [body] : [`${part}.MIME`, body];
    const answers = await this.#fetchAll(String(uid), { uid: true, bodyParts }, 1, { uid: true });
    const parts = answers.find((answer) => answer.uid === uid && answer.bodyParts)?.bodyParts;
    const found = parts?.get(part.toLowerCase());
    if (found === undefined) return undefined;
    return {
      headers: parts?.get(`${part}.mime`.toLowerCase()) ?? Buffer.alloc(0),
      body: found.subarray(0, maxLength),
    };
  }
}

function stateOf(
  { uidValidity, uidNext, highestModseq, noModseq }: MailboxObject,
  client: ImapFlow,
): FolderState {
  const counts = client.enabled.has('CONDSTORE') && !noModseq && highestModseq;
  return {
    uidValidity: String(uidValidity),
    ...(uidNext !== undefined && uidNext > 0 && { uidNext }),
    ...(counts && { modseq: String(highestModseq) }),
  };
}
