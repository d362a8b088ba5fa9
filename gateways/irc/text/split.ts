import { GatewayError } from '../../../src/gateway/error.js';
import { type ByteLength, fitting } from './bytes.js';

/** Bounds of the lines that a message becomes. */
export interface SplitLimits {
  /** Bytes of text that one line carries, the server's prefix for other users already taken off. */
  readonly budget: number;
  /** Lines one message may become; above it is an error (F25). */
  readonly maxLines: number;
  readonly byteLength: ByteLength;
}

/**
 * A message as lines of IRC: line breaks separate, empty lines are dropped, long lines are cut between
 * graphemes and rather at a space. Order is kept and no text but the space at a cut is lost.
 * @throws GatewayError `too-long` above `maxLines`.
 */
export function splitMessage(text: string, limits: SplitLimits): string[] {
  // The common case, without looking at it twice: one short line.
  if (text.length <= limits.budget && !/[\r\n]/.test(text) && limits.byteLength(text) <= limits.budget)
    return text.trim() === '' ? [] : [text];
  const parts: string[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line.trim() !== '') splitLine(line, limits, parts);
  }
  return parts;
}

function splitLine(line: string, limits: SplitLimits, parts: string[]): void {
  let rest = line;
  while (limits.byteLength(rest) > limits.budget) {
    const most = fitting(rest, limits.budget, limits.byteLength);
    const end = rest.charAt(most) === ' ' ? most : wordEnd(rest, most);
    push(rest.slice(0, end), limits, parts);
    rest = rest.charAt(end) === ' ' ? rest.slice(end + 1) : rest.slice(end);
  }
  push(rest, limits, parts);
}

/** The last space before `most`, unless that would waste more than half of the line. */
function wordEnd(text: string, most: number): number {
  const space = text.lastIndexOf(' ', most - 1);
  return space > most / 2 ? space : most;
}

function push(part: string, limits: SplitLimits, parts: string[]): void {
  if (part.trim() === '') return;
  if (parts.length >= limits.maxLines)
    throw new GatewayError('too-long', { key: 'irc-message-too-long', args: { lines: limits.maxLines } });
  parts.push(part);
}
