import type { XmlElement } from '../element.js';
import type { Refusal } from './send-queue.js';
import type { WireEnd } from './wire.js';

/** A stanza that will not reach the server. */
export interface Undeliverable {
  /** The stanza as it was given. */
  readonly xml: string;
  /** `refused`: the server closed its stream over it. */
  readonly reason: Refusal | 'refused' | 'stopped';
  /** The stream error, when the server refused it. */
  readonly condition?: string;
}

/** What a {@link ComponentStream} reports. */
export interface ComponentStreamEvents {
  /** A stanza came in; answers to our own pings are not among them. */
  stanza: [stanza: XmlElement];
  /** The handshake is done; what was queued is on its way. */
  online: [];
  /** A stream that was online has ended. */
  offline: [end: WireEnd];
  /** The server does not want us: another instance holds the domain, or the secret or the domain is wrong. */
  refused: [refusal: { readonly condition: string; readonly reason: string }];
  /** The next attempt to connect is due after this wait. */
  retry: [plan: { readonly delayMs: number; readonly attempt: number; readonly reason: string }];
  /** The server has read all stanzas up to this position. */
  confirmed: [position: number];
  /** The queue is small enough again to go on producing. */
  drain: [];
  /** A stanza was given up. */
  undeliverable: [stanza: Undeliverable];
  /** A listener of this stream threw; the stream goes on. */
  fault: [error: unknown];
}

/** The stream was stopped before what is awaited came about. */
export class StreamStoppedError extends Error {
  override readonly name = 'StreamStoppedError';
}
