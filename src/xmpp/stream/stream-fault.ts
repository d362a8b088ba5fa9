import { el, serialize } from '../element.js';
import { NS } from '../namespace.js';

/** The stream errors that we raise against a peer (RFC 6120 §4.9.3). */
export type StreamFaultCondition =
  | 'bad-format'
  | 'invalid-namespace'
  | 'not-well-formed'
  | 'policy-violation'
  | 'restricted-xml';

/** What is wrong with the incoming stream; it cannot be read any further. */
export class StreamFault extends Error {
  override readonly name = 'StreamFault';

  /** @param detail for logs and for the peer; holds nothing of the stream's content */
  constructor(
    readonly condition: StreamFaultCondition,
    readonly detail: string,
  ) {
    super(`${condition}: ${detail}`);
  }

  /** The stream error as XML, with the prefix that our stream header declares. */
  toXml(): string {
    const condition = serialize(el(this.condition, NS.STREAM_ERRORS));
    const text = serialize(el('text', NS.STREAM_ERRORS, { 'xml:lang': 'en' }, this.detail));
    return `<stream:error>${condition}${text}</stream:error>`;
  }
}
