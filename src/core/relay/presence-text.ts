import type { Text } from '../../gateway/text.js';
import type { RelayContent } from './model.js';

type Change = Extract<RelayContent, { readonly kind: 'presence' }>['change'];

/** That somebody has come, gone, or is called otherwise, for rooms where he is not to be seen. */
export function presenceText(change: Change, nick: string, before: string): Text {
  switch (change) {
    case 'joined':
      return { key: 'relay-joined', args: { nick } };
    case 'left':
      return { key: 'relay-left', args: { nick } };
    case 'renamed':
      return { key: 'relay-renamed', args: { nick, before } };
    default:
      return change satisfies never;
  }
}
