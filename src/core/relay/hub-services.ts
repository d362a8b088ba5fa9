import type { Log } from '../../gateway/gateway.js';
import type { NetworkState } from '../../gateway/state.js';
import type { RelayEntries } from '../../store/relay-store.js';
import type { XmlElement } from '../../xmpp/element.js';
import type { Jid } from '../../xmpp/jid.js';
import type { Translator } from '../translator.js';
import type { HostedRooms } from './hosted/hosted-rooms.js';
import type { NetworkPort } from './network/port.js';
import type { RelayOptions } from './options.js';

/** One domain of the gateway, as relays use it. */
export interface HubDomain {
  readonly domain: string;
  /** Absent on the relays' own. */
  readonly port?: NetworkPort;
  send(xml: string): void;
  /** Of no use when the server has been gone: whoever sends it then begins anew. */
  sendOnce(xml: string): void;
  request(type: 'get' | 'set', from: string, to: string, payload: XmlElement): Promise<XmlElement>;
  /** Of the relays' own: the rooms that are at home there. */
  readonly hosted?: HostedRooms;
  /** Of the relays' own: bare JIDs of those who run the gateway. */
  operators?(): Iterable<string>;
  /** On the relays' own domain: whether somebody may use it. */
  admits?(from: Jid): boolean;
  /** On the relays' own domain: only those may use it whom the operator has named. */
  closed?(): boolean;
}

/** What relays need of the world. */
export interface HubServices {
  /** The relays' own domain. */
  readonly domain: string;
  readonly options: RelayOptions;
  readonly entries: RelayEntries;
  readonly state: NetworkState;
  readonly translator: Translator;
  readonly language: string;
  readonly software: { readonly name: string; readonly version: string };
  readonly log: Log;
  /** UTC milliseconds. */
  now(): number;
}
