import type { AddressCodec } from './address.js';
import type { DeliveryReport, InboundEvent } from './event.js';
import type { Form, Step } from './form.js';
import type { AccountId, PlaceId } from './ids.js';
import type { Session, SessionHost } from './session.js';
import type { NetworkState } from './state.js';
import type { Text } from './text.js';
import type { Webhooks } from './webhook.js';

/** Plain JSON of a network's own making, kept by the core with the account. */
export type Settings = Readonly<Record<string, unknown>>;
/** Kept encrypted at rest, never logged, never shown. */
export type Secrets = Readonly<Record<string, string>>;

/** What a network may know of somebody who is about to register. */
export interface UserView {
  /** A name the user may like on the network: the local part of his JID. Unchecked text. */
  readonly suggestedName: string;
  /** The user's bare JID, for networks on which people can be reached under it; else of no concern to a network. */
  readonly userAddress: string;
}

/** What a network may know of a user. */
export interface AccountView extends UserView {
  readonly id: AccountId;
  /** False for an implicit account, which lives from the first join to the last leave. */
  readonly registered: boolean;
  readonly settings: Settings;
  readonly secrets: Secrets;
  /** BCP 47, lower case: `en`, `ru`. */
  readonly language: string;
}

/** What a dialogue changes in the account; what is left out stays. */
export interface AccountChange {
  readonly settings?: Settings;
  readonly secrets?: Secrets;
}

/** What a command may use. */
export interface CommandContext {
  readonly account: AccountView | undefined;
  readonly session: Session | undefined;
  /** The part of the network whose address the command was sent to. */
  readonly place?: PlaceId;
}

/** A command of the network's own, offered as ad-hoc command and as a word in chat. */
export interface Command {
  /** Stable: the XEP-0050 node is `isthmus:<gateway id>:<name>`, the chat word is the name. */
  readonly name: string;
  readonly title: Text;
  /** Where it is offered: on the gateway's domain, on a place's address, or both. */
  readonly scope: 'service' | 'place' | 'both';
  /** `account`: needs an account; `anyone`: whoever may use the domain. */
  readonly access: 'anyone' | 'account';
  start(context: CommandContext): Promise<Step<AccountChange>>;
}

/** The transport to one network. Holds no user state; everything per user lives in sessions. */
export interface Gateway {
  /** Registry id: `irc`. */
  readonly id: string;
  /** XEP-0030 registrar: category `gateway`, this type. */
  readonly identityType: string;
  readonly name: Text;
  /** Type of the `conference` identity when the network has rooms: `irc` or `text`. */
  readonly conferenceType?: 'irc' | 'text';
  /** Rooms are at home on its own domain: not of a network, and served without a session. */
  readonly hostsRooms?: true;
  /** Whether people may use it without registration unless the operator says otherwise. */
  readonly defaultPolicy: 'open' | 'registered';
  /**
   * `live`: a message to a person reaches the network now or is an error (IRC). `stored`: it goes through the durable
   * outbox, is kept while the network is away and tried again (email, SMS). Its rooms, where it has any, are the
   * account's own: members and archive are kept per account, messages with an `id` are durable and come once, whether
   * a client is in the room or not, and what the user says there goes through the outbox too.
   */
  readonly messaging: 'live' | 'stored';
  /** A message sent twice with the same `key` arrives once, so that an unknown outcome may be tried again. */
  readonly repeatable: boolean;
  /** Sessions of registered accounts live from start to removal, whether the user is online or not. */
  readonly lasting: boolean;
  /** The `client` identity of people on the network (XEP-0030 registrar): `pc`, `phone`, `sms`. */
  readonly contactType: string;
  /** What is said goes out as letters: to relay every line of a conversation would be too much, unless it is wanted. */
  readonly letters?: true;
  /** What the facets do not tell about what gets lost on the way, one sentence each, for `capabilities`. */
  readonly limitations?: readonly Text[];
  /** The prompt of `jabber:iq:gateway`: label and explanation. */
  readonly prompt: { readonly label: Text; readonly description: Text };
  readonly addresses: AddressCodec;
  /** Whether an ordinary participant cannot see real addresses (XEP-0045 §3). */
  readonly anonymousRooms: boolean;
  /** Fluent bundles by language; English and Russian complete. */
  readonly locales: Readonly<Record<string, string>>;
  /** The registration form with what is on record; secrets are never in it. */
  registrationForm(account: AccountView | undefined): Form;
  /**
   * Checks submitted values and, where the network can tell, the credentials. A `problem` step is a refusal
   * (C05, C06); GatewayError `network-unreachable` is C07. Multi-stage logins return further form steps.
   */
  register(
    values: Readonly<Record<string, string>>,
    account: AccountView | undefined,
    user: UserView,
  ): Promise<Step<AccountChange>>;
  readonly commands: readonly Command[];
  createSession(account: AccountView, host: SessionHost): Session;
  /** Opens what all sessions share; called once, when the accounts with lasting sessions have theirs. No I/O before. */
  start?(): void;
  /** Ends what all sessions share. */
  close(): Promise<void>;
}

/** Structured log; never given secrets or message bodies. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The core, to a network that is told things outside of any session: a provider that serves many accounts. */
export interface GatewayHost {
  /**
   * An event for an account, as `SessionHost.emit`, whether it has a session or not. Resolves as well, with a line in
   * the log, when the account is no more: bringing it again would change nothing.
   */
  emit(account: AccountId, event: InboundEvent): Promise<void>;
  /** A delivery report for whichever account the message is of. Resolves when it is durable. */
  report(report: DeliveryReport): Promise<void>;
}

/** Where users may have the gateway connect to, unless the operator has listed the server (S21). */
export interface TargetPolicy {
  /** Whether a name or an address may be resolved at all: none that means a machine nearby. */
  mayResolve(host: string): boolean;
  /** Whether a resolved address is a public one. To be asked of the very address that is connected to. */
  mayConnect(address: string): boolean;
}

/** What a network's factory is given besides its checked options (`src/registry.ts`). */
export interface GatewayEnvironment {
  /** The gateway's prepared domain. */
  readonly domain: string;
  readonly log: Log;
  readonly host: GatewayHost;
  readonly state: NetworkState;
  readonly webhooks: Webhooks;
  /** A folder for what is on its way through the gateway, this domain's own; empty at the start. Absolute. */
  readonly temporaryFolder: string;
  readonly targets: TargetPolicy;
  /** Name and version of the program, for networks that ask (CTCP VERSION). */
  readonly software: { readonly name: string; readonly version: string };
}
