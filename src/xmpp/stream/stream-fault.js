import { el, serialize } from '../element.js';
import { NS } from '../namespace.js';
/** What is wrong with the incoming stream; it cannot be read any further. */
export class StreamFault extends Error {
  condition;
  detail;
  name = 'StreamFault';
  /** @param detail for logs and for the peer; holds nothing of the stream's content */
  constructor(condition, detail) {
    super(`${condition}: ${detail}`);
    this.condition = condition;
    this.detail = detail;
  }
  /** The stream error as XML, with the prefix that our stream header declares. */
  toXml() {
    const condition = serialize(el(this.condition, NS.STREAM_ERRORS));
    const text = serialize(el('text', NS.STREAM_ERRORS, { 'xml:lang': 'en' }, this.detail));
    return `<stream:error>${condition}${text}</stream:error>`;
  }
}
