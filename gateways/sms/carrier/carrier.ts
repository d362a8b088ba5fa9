import type { InboundAttachment, OutboundAttachment } from '../../../src/gateway/attachment.js';
import type { GatewayError } from '../../../src/gateway/error.js';

/** One text on its way out, whole: the carrier splits it where its interface wants parts. */
export interface CarrierMessage {
  /** The same over every try; carriers with a key against doubles are given it. */
  readonly key: string;
  /** E.164 with `+`, a short code, or an alphanumeric sender. */
  readonly from: string;
  /** E.164 with `+`, or a short code. */
  readonly to: string;
  readonly text: string;
  /** Pictures and other files (MMS); only when the carrier has `media`. */
  readonly attachments?: readonly OutboundAttachment[];
}

/** What the carrier gave back. */
export interface CarrierAcceptance {
  /** The carrier's ids, one per part, in the order of the parts; unique for this carrier while reports may come. */
  readonly ids: readonly string[];
}

/** A text that came in, whole: parts have been put together. */
export interface CarrierInbound {
  /** Equal ids are one message: a repeated delivery is recognised by it. */
  readonly id: string;
  /** As the network wrote it, not yet in E.164; empty for a sender that withholds his number. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** UTC milliseconds, if the carrier tells. */
  readonly time?: number;
  readonly attachments?: readonly InboundAttachment[];
}

/** What became of one part. */
export interface CarrierReport {
  /** One of {@link CarrierAcceptance.ids}. */
  readonly id: string;
  readonly outcome: 'delivered' | 'failed';
  /** With `failed`: the carrier's reason in words. */
  readonly error?: GatewayError;
}

/** Reported by the carrier, never guessed. */
export type CarrierState =
  | { readonly state: 'idle' | 'connecting' | 'connected' }
  | {
      readonly state: 'unreachable' | 'refused' /** In English, for the log and `status`. */;
      readonly reason: string;
    };

/** Who takes what comes in. Promises resolve when it is durable; only then is the carrier answered. */
export interface CarrierListener {
  message(message: CarrierInbound): Promise<void>;
  report(report: CarrierReport): Promise<void>;
  state(state: CarrierState): void;
}

/** One way out of the house and in: an SMSC's bind, a provider's HTTP interface, a modem. */
export interface Carrier {
  /** Whether `CarrierMessage.attachments` can be sent. */
  readonly media: boolean;
  /** Whether reports come back. */
  readonly reports: boolean;
  /** Opens what it needs and keeps it open, reconnecting with growing pauses, until `stop`. */
  start(listener: CarrierListener): void;
  /**
   * Resolves when the carrier has taken every part. Rejects with GatewayError: `outcome` is `unknown` as soon as any
   * part may have gone out; `retryable` with `not-sent` for a carrier that is away or throttles longer than its
   * own patience.
   */
  send(message: CarrierMessage): Promise<CarrierAcceptance>;
  /** Waits, bounded, for what is under way; then closes. */
  stop(): Promise<void>;
}
