import { GatewayError } from '../../src/gateway/error.js';
import type { AccountView } from '../../src/gateway/gateway.js';
import type { ContactId } from '../../src/gateway/ids.js';
import type { OutboundMessage, Target } from '../../src/gateway/message.js';
import type {
  ConnectionState,
  EditsFacet,
  MediaFacet,
  RetractionsFacet,
  Sent,
  Session,
  SessionHost,
} from '../../src/gateway/session.js';
import { type EmailSettings, settingsOf } from './account/settings.js';
import type { EmailContext } from './context.js';
import { takesNoAnswer } from './conversation/incoming.js';
import { MailPeople } from './conversation/mail-people.js';
import { MailRooms } from './conversation/mail-rooms.js';
import { type MailUser, ownAddresses } from './conversation/mail-user.js';
import { Post } from './conversation/post.js';
import { readElsewhere } from './conversation/read-elsewhere.js';
import { MailReceipts } from './conversation/receipts.js';
import { receiveMail } from './conversation/receive.js';
import type { Way } from './conversation/way.js';
import type { Mailbox, MailboxListener } from './mailbox/mailbox.js';

const MS_PER_SECOND = 1_000;
/** Base64 and headers make a file a third larger on its way. */
const SHARE_OF_FILES = 0.7;

/** One user's mail: his own mailbox, his address of the gateway's domain, or both. */
export class EmailSession implements Session, MailUser {
  readonly post: Post;
  readonly rooms: MailRooms;
  readonly people: MailPeople;
  readonly receipts: MailReceipts;
  readonly replies = true;
  readonly edits: EditsFacet;
  readonly retractions: RetractionsFacet;
  readonly media: MediaFacet;
  #account: AccountView;
  #settings: EmailSettings;
  #mailbox: Mailbox | undefined;
  #ways: readonly Way[] = [];
  #ready: Promise<void> = Promise.resolve();
  #open = false;
  /** What the connections were made from. */
  #madeFrom = '';
  /** Ends when what was before is closed. */
  #closing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly context: EmailContext,
    account: AccountView,
    private readonly host: SessionHost,
    /** Called when the session has ended. */
    private readonly ended: () => void,
  ) {
    this.#account = account;
    this.#settings = settingsOf(account);
    this.post = new Post(context, this);
    this.rooms = new MailRooms(context, this, host, this.post);
    this.people = new MailPeople(context, this);
    this.receipts = new MailReceipts(context, this);
    // What has been sent is sent: the change is a mail of its own.
    this.edits = {
      edit: (target, message, change) => this.post.correct(target, message, change.text),
    };
    this.retractions = {
      retract: (target, message) => this.post.withdraw(target, message),
    };
    this.media = {
      maxBytes: Math.floor(context.options.limits.maxBytes * SHARE_OF_FILES),
      accepts: () => true,
    };
    context.users.set(account.id, this);
  }

  get account(): AccountView {
    return this.#account;
  }

  get settings(): EmailSettings {
    return this.#settings;
  }

  get mailbox(): Mailbox | undefined {
    return this.#mailbox;
  }

  get ways(): readonly Way[] {
    return this.#ways;
  }

  get ready(): Promise<void> {
    return this.#ready;
  }

  connect(): void {
    this.#open = true;
    this.context.users.set(this.#account.id, this);
    const { mailbox, domainAddress, folders } = this.#settings;
    const madeFrom = JSON.stringify([mailbox, domainAddress, folders, this.#account.secrets]);
    // What was refused is tried again when the user says so.
    if (madeFrom === this.#madeFrom && this.#mailbox?.state.state !== 'bad-credentials') return;
    this.#madeFrom = madeFrom;
    const before = this.#close();
    const made = this.context.connections.mailbox(this.#account, this.#listener());
    this.#mailbox = made;
    this.#ready = this.#settle(made);
    // Two connections of one mailbox would bring every mail twice.
    this.#closing = before.then(() => {
      if (made !== undefined && made === this.#mailbox) made.start();
    });
    if (made === undefined) this.host.report({ state: 'connecting' });
  }

  async disconnect(): Promise<void> {
    this.#open = false;
    this.#madeFrom = '';
    if (this.context.users.get(this.#account.id) === this) this.context.users.delete(this.#account.id);
    this.ended();
    await this.#close();
    this.host.report({ state: 'idle' });
  }

  configure(account: AccountView): void {
    this.#account = account;
    this.#settings = settingsOf(account);
    this.context.known.note(account).catch((error: unknown) => {
      this.context.environment.log.warn({ err: error }, 'settings of an account could not be noted');
    });
    if (this.#open) this.connect();
  }

  refusal(contact: ContactId): GatewayError | undefined {
    if (ownAddresses(this).has(contact)) return new GatewayError('forbidden', { key: 'email-own-address' });
    if (takesNoAnswer(contact))
      return new GatewayError('recipient-unavailable', { key: 'email-no-reply', args: { address: contact } });
    const { mailbox, domainAddress } = this.#settings;
    const byJid = this.context.options.domain?.addresses === 'jid';
    if (mailbox === undefined && domainAddress === undefined && !byJid)
      return new GatewayError('registered-only', { key: 'email-no-way' });
    return undefined;
  }

  /** Outcomes are those of the server that takes the mail. */
  send(target: Target, message: OutboundMessage): Sent {
    return this.sendTogether(target, [message]);
  }

  sendTogether(target: Target, messages: readonly OutboundMessage[]): Sent {
    const refused = target.kind === 'contact' ? this.refusal(target.id) : undefined;
    if (refused) throw refused;
    return { accepted: this.post.send(target, messages) };
  }

  gathering(): number {
    return this.#settings.joinSeconds * MS_PER_SECOND;
  }

  states(): readonly { readonly state: ConnectionState }[] {
    if (!this.#open) return [];
    const own = this.#ways.some(({ kind }) => kind === 'domain');
    return [
      ...(this.#mailbox ? [{ state: this.#mailbox.state }] : []),
      ...(own ? [{ state: { state: 'connected' } as const }] : []),
    ];
  }

  /** The user lets go of his address of the gateway's domain, and of his provider's agreement. */
  async logout(): Promise<void> {
    await this.context.known.forget(this.#account.id);
    await this.context.connections.release(this.#account);
    await this.context.accounts.release(this.#account);
  }

  /** Makes the ways to send; never rejects. */
  async #settle(mailbox: Mailbox | undefined): Promise<void> {
    const { connections, environment } = this.context;
    const before = this.#madeFrom;
    try {
      const { ways, problem } = await connections.ways(this.#account, mailbox);
      await this.context.known.note(this.#account);
      if (before !== this.#madeFrom || !this.#open) {
        await Promise.all(ways.map(({ sender }) => sender.close()));
        return;
      }
      this.#ways = ways;
      if (problem) await this.host.emit({ type: 'user-notice', text: problem });
      if (mailbox === undefined) this.host.report({ state: ways.length > 0 ? 'connected' : 'idle' });
    } catch (error) {
      environment.log.warn({ err: error }, 'the ways of an account to send mail could not be made');
      // The next call of `connect` tries again.
      if (before === this.#madeFrom) this.#madeFrom = '';
      const text = { key: 'email-ways-trouble' };
      if (mailbox === undefined) this.host.report({ state: 'transient-failure', text });
    }
  }

  #listener(): MailboxListener {
    return {
      mail: (raw, origin) => receiveMail(this.context, raw, origin),
      relieved: async () => {
        if (this.host.congested) await this.host.relieved();
      },
      state: (state) => {
        if (this.#open) this.host.report(state);
      },
      notice: (text) => {
        this.host.emit({ type: 'user-notice', text })?.catch((error: unknown) => {
          this.context.environment.log.warn({ err: error }, 'a word to the user could not be kept');
        });
      },
      seen: (messageIds) => {
        readElsewhere(this.context, this.#account.id, messageIds).catch((error: unknown) => {
          this.context.environment.log.warn({ err: error }, 'what was read elsewhere could not be told');
        });
      },
    };
  }

  /** Resolves when every connection is closed; never rejects. */
  #close(): Promise<unknown> {
    const mailbox = this.#mailbox;
    const ways = this.#ways;
    this.#mailbox = undefined;
    this.#ways = [];
    return this.#closing.then(() =>
      Promise.allSettled([
        mailbox?.stop(),
        ...ways.filter(({ kind }) => kind === 'mailbox').map(({ sender }) => sender.close()),
      ]),
    );
  }
}
