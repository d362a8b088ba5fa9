import type { OutboundMessage } from '../../../src/gateway/message.js';

const SILENT = /^\/silent(?:[ \t]+|\n|$)/i;

/**
 * A text that begins with `/silent` is to arrive without a sound, and without that word. Undefined: just a text, and so
 * is the word alone.
 */
export function silently(message: OutboundMessage): OutboundMessage | undefined {
  const text = message.text.replace(SILENT, '');
  const said = text.trim() !== '' || (message.attachments?.length ?? 0) > 0;
  return said && text !== message.text ? { ...message, text } : undefined;
}
