import { describe, expect, it } from 'vitest';
import type { RelayDefinition } from '../../../src/core/relay/definitions.js';
import type { Guard, GuardOptions } from '../../../src/core/relay/guard.js';
import type { LegEvent } from '../../../src/core/relay/model.js';
import { guardStage } from '../../support/relay/guard-stage.js';

const NOW = 1_763_700_000_000;
const CLUB: RelayDefinition = { name: 'club', legs: [], blocked: {}, silent: {} };

function guardOf(change: Partial<GuardOptions>): Guard {
  return guardStage(change, () => NOW).guard;
}

function said(nick: string, text: string): LegEvent {
  return { content: { kind: 'said', speaker: { key: nick, nick }, words: { text } }, ids: [text] };
}

describe('what a leg tells again, such as the history of a room', () => {
  it('does not make an echo of what somebody says elsewhere', () => {
    const guard = guardOf({});
    expect(guard.admits(CLUB, 'room', said('robin', 'hello'))).toBe(true);
    guard.repeated(CLUB, 'room', said('robin', 'hello'));
    expect(guard.admits(CLUB, 'channel', said('robin', 'hello'))).toBe(true);
  });

  it('leaves what has crossed before known', () => {
    const guard = guardOf({});
    expect(guard.admits(CLUB, 'channel', said('robin', 'hello'))).toBe(true);
    guard.repeated(CLUB, 'room', said('robin', 'hello'));
    expect(guard.admits(CLUB, 'room', said('robin', 'hello'))).toBe(false);
  });

  it('does not count as words of the one who said it', () => {
    const guard = guardOf({ perMinute: 1, burst: 2, echoMs: 1 });
    for (let index = 0; index < 10; index += 1) {
      expect(guard.admits(CLUB, 'room', said('robin', `${index}`))).toBe(true);
      guard.repeated(CLUB, 'room', said('robin', `${index}`));
    }
    const live = ['a', 'b', 'c'].map((text) => guard.admits(CLUB, 'room', said('robin', text)));
    expect(live).toEqual([true, true, false]);
  });
});
