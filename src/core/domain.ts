import type { Gateway, Log } from '../gateway/gateway.js';
import type { Store } from '../store/store.js';
import type { XmlElement } from '../xmpp/element.js';
import type { IqRequests } from '../xmpp/iq.js';
import type { Jid } from '../xmpp/jid.js';
import type { DiscoItem } from '../xmpp/xep/0030-service-discovery/disco.js';
import type { Accounts } from './account/accounts.js';
import type { NetworkHost } from './account/network-host.js';
import type { ServiceCommand } from './command/service-command.js';
import type { DeliveryOptions } from './delivery/delivery-options.js';
import type { DataPolicyOptions } from './disco/data-policy.js';
import type { HistoryOptions } from './history/history-options.js';
import type { Media } from './media/media.js';
import type { ScreeningOptions } from './screening/screening-options.js';
import type { Translator } from './translator.js';

/** Where stanzas go: the component stream, or a recorder in tests. */
export interface StanzaSink {
  /** One serialised stanza with `from` and `to`. Never blocks; look at `congested`. */
  send(xml: string): void;
  /** True while too much waits for the server: producers pause until `drained` resolves. */
  readonly congested: boolean;
  drained(): Promise<void>;
  /** Resolves when the server has read everything sent so far (XEP-0199 as acknowledgement). */
  whenConfirmed(): Promise<void>;
}

/** What an operator sets for one gateway domain, checked and with defaults. */
export interface DomainOptions {
  /** Prepared domain of the gateway. */
  readonly domain: string;
  readonly policy: 'open' | 'registered' | 'closed';
  /** Prepared bare JIDs and domains that may use it when `closed`. */
  readonly allow: ReadonlySet<string>;
  /** Prepared domains whose users may use it. */
  readonly userDomains: ReadonlySet<string>;
  /** Prepared bare JIDs and domains that may never use it. */
  readonly deny: ReadonlySet<string>;
  /** Prepared bare JIDs. */
  readonly admins: ReadonlySet<string>;
  readonly language: string;
  /** XEP-0157 addresses as URIs, by role. */
  readonly contact: Readonly<
    Record<'abuse' | 'admin' | 'support' | 'security' | 'status', readonly string[]>
  >;
  readonly archive: {
    readonly enabled: boolean;
    /** Messages shown at a join when the client does not say how many. */
    readonly history: number;
    /** Most messages in one page of an archive query, and at a join, whatever the client asks. */
    readonly maxPage: number;
  };
  /** Reading what networks remember of rooms themselves. */
  readonly history: HistoryOptions;
  readonly limits: {
    readonly registrationsPerHour: number;
    readonly joinsPerMinute: number;
    readonly messagesPerSecond: number;
    readonly messageBurst: number;
    /** UTF-16 units of one message: a longer one of a user is refused, one of the network is split (F25, S11). */
    readonly messageLength: number;
    /** Milliseconds after which somebody who was writing, and of whom nothing more is heard, is taken to have paused. */
    readonly typingExpiryMs: number;
    /** Milliseconds that a network is away before its users are told. */
    readonly outageGraceMs: number;
    /** Milliseconds within which one user is not told the same of it again. */
    readonly outageRepeatMs: number;
    readonly roomsPerUser: number;
    /** People kept and shown in one room: a network may name any number of them. */
    readonly membersPerRoom: number;
    readonly resourcesPerUser: number;
    /** Searches for people of one user in a minute, and hits shown of one. */
    readonly searchesPerMinute: number;
    readonly searchResults: number;
    readonly dialoguesPerUser: number;
    /** Milliseconds after which an unfinished dialogue is forgotten. */
    readonly dialogueIdleMs: number;
  };
  readonly delivery: DeliveryOptions;
  readonly contacts: ScreeningOptions;
  readonly dataPolicy: DataPolicyOptions;
  readonly software: { readonly name: string; readonly version: string };
  /** Key of occupant ids (XEP-0421 §4.1). */
  readonly occupantKey: Buffer;
}

/** Rooms of the domain itself, which are served to everybody who may use it. */
export interface HostedRoomsPort {
  /** A stanza of somebody outside. False: it is for no such room. @throws {StanzaError} */
  receive(stanza: XmlElement, from: Jid, to: Jid, language: string): boolean;
  /** Rooms that everybody may know of. */
  items(): readonly DiscoItem[];
  /** Everybody is told that the service goes down. */
  stop(): void;
}

/** Everything that the parts of one gateway domain share; made once by the composition root. */
export interface DomainContext {
  readonly options: DomainOptions;
  readonly gateway: Gateway;
  readonly store: Store;
  readonly sink: StanzaSink;
  readonly accounts: Accounts;
  readonly translator: Translator;
  readonly log: Log;
  /** Our own questions to servers and clients. */
  readonly requests: IqRequests;
  /** The way of the network to this domain, outside of sessions. */
  readonly host: NetworkHost;
  readonly media: Media;
  /** Stanzas of foreign rooms to people who stand in there for others, and to relays. False: it is none. */
  readonly foreign?: ((stanza: XmlElement, from: Jid, to: Jid) => boolean) | undefined;
  /** Rooms that are at home on this domain. */
  readonly hosted?: HostedRoomsPort | undefined;
  /** Erases what is kept elsewhere of a user (bare JID) who unregisters. Rejects when that failed: he is still registered. */
  readonly erasing?: ((owner: string) => Promise<void>) | undefined;
  /** Commands beside those that every domain has. */
  readonly commands?: readonly ServiceCommand[] | undefined;
}
