import { describe, expect, it } from 'vitest';
import {
  MOST_HOPS,
  readRelayMark,
  readWordsMark,
  relayMark,
  roomMark,
  wordsMark,
} from '../../../src/core/relay/marks.js';
import { el } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { guardStage } from '../../support/relay/guard-stage.js';

describe('the mark of a relay', () => {
  const rooms = ['a', 'b'].map(roomMark);

  it('is read as it is written', () => {
    const mark = { instance: 'x', rooms };
    expect(readWordsMark(el('message', NS.CLIENT, null, wordsMark(mark)))).toEqual(mark);
    expect(readRelayMark(el('presence', NS.CLIENT, null, relayMark(mark)))).toEqual(mark);
  });

  it('is nothing when it is not what a relay writes, and never more than a relay can mean', () => {
    const read = (instance: string, ids: readonly string[]) =>
      readWordsMark(el('message', NS.CLIENT, null, wordsMark({ instance, rooms: ids })));
    expect(read('', rooms)).toBeUndefined();
    expect(read('x'.repeat(65), rooms)).toBeUndefined();
    expect(read('x', ['no hash', ...rooms])?.rooms).toEqual(rooms);
    expect(
      read(
        'x',
        Array.from({ length: 1_000 }, () => roomMark('a')),
      )?.rooms,
    ).toHaveLength(MOST_HOPS + 1);
  });

  it('keeps words out that come from a room of the same relay, or have been in too many', () => {
    const stage = guardStage({}, Date.now, ['a', 'b']);
    const told = (via: readonly string[]): boolean => {
      const content = { kind: 'said', speaker: { key: 'x', nick: 'x' }, words: { text: 'hi', via } } as const;
      return stage.happens('b', { content, ids: [], via });
    };
    expect(told([roomMark('a')])).toBe(false);
    expect(told([roomMark('elsewhere'), roomMark('b')])).toBe(false);
    expect(told([roomMark('elsewhere')])).toBe(true);
    expect(told(Array.from({ length: MOST_HOPS + 1 }, (_, index) => roomMark(`${index}`)))).toBe(false);
  });
});
