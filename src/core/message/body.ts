import type { DirectMessage, RoomMessage } from '../../gateway/event.js';

/**
 * The body of a message of the network. Actions by XEP-0245; a notice, to which nothing may answer by itself, is
 * marked with the word that every IRC user knows.
 */
export function bodyOf({ style, text }: Pick<RoomMessage | DirectMessage, 'style' | 'text'>): string {
  switch (style) {
    case 'action':
      return `/me ${text}`;
    case 'notice':
      return `[notice] ${text}`;
    case 'text':
      return text;
    default:
      return style satisfies never;
  }
}
