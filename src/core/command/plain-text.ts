import type { Text } from '../../gateway/text.js';

/** Words that are the same in every language: names, addresses, what a network said. */
export function plain(text: string): Text {
  return { key: 'plain', args: { text } };
}
