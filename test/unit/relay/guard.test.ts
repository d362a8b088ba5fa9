import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { guardStage } from '../../support/relay/guard-stage.js';

describe('a flood', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is told once where it is, and summed up at its end; others are heard meanwhile', () => {
    const { says, told } = guardStage({ perMinute: 60, burst: 10 }, Date.now);
    const passed = Array.from({ length: 100 }, (_, index) => says('a', 'ann', `word ${index}`));
    expect(passed.filter((one) => one)).toHaveLength(10);
    expect(told).toEqual([{ leg: 'a', text: { key: 'relay-flood-begun', args: { nick: 'ann' } } }]);
    expect(says('a', 'bob', 'calm')).toBe(true);
    vi.advanceTimersByTime(5_000);
    expect(told.slice(1)).toEqual([
      { leg: 'a', text: { key: 'relay-flood-ended', args: { nick: 'ann', count: 90 } } },
    ]);
    expect(says('a', 'ann', 'again')).toBe(true);
  });

  it('is not what is caught up on: it counts when it was said', () => {
    const { happens, told } = guardStage({ perMinute: 60, burst: 10, storm: 5 }, Date.now);
    const speaker = { key: 'ann', nick: 'ann' };
    const content = { kind: 'said', speaker, words: { text: 'yes' } } as const;
    const at = (second: number): number => Date.now() - 3_600_000 + second * 1_000;
    const calm = Array.from({ length: 60 }, (_, index) => index * 40);
    expect(calm.filter((second) => !happens('a', { content, ids: [], time: at(second) }))).toEqual([]);
    expect(told).toEqual([]);
    const words = (index: number) => ({ ...content, words: { text: `word ${index}` } });
    const bomb = calm.map((_, index) => happens('a', { content: words(index), ids: [], time: at(2_400) }));
    expect(bomb.filter((one) => one)).toHaveLength(10);
  });

  it('of a whole leg leaves the other legs alone', () => {
    const { says, told } = guardStage({ legPerMinute: 600, legBurst: 20 }, Date.now);
    const passed = Array.from({ length: 50 }, (_, index) => says('a', `p${index}x`, `word ${index}`));
    expect(passed.filter((one) => one)).toHaveLength(20);
    expect(says('b', 'bob', 'calm')).toBe(true);
    vi.advanceTimersByTime(1_000);
    expect(told.map(({ leg, text }) => [leg, text.key, text.args?.count])).toEqual([
      ['a', 'relay-leg-flood-begun', undefined],
      ['a', 'relay-leg-flood-ended', 30],
    ]);
  });
});

describe('somebody who does not want to be carried', () => {
  const ann = { key: 'ann', nick: 'ann' };

  it('is carried no more from that moment, under any name, and again when he wants', () => {
    const stage = guardStage({}, Date.now);
    expect(stage.says('a', 'ann', 'hello')).toBe(true);
    expect(stage.guard.wish(stage.definition, 'a', ann, 'stop')).toMatchObject({ key: 'relay-not-carried' });
    expect(stage.definition.silent).toEqual({ 'a\nann': 'ann' });
    expect(stage.says('a', 'ann', 'secret')).toBe(false);
    const anna = { key: 'anna', nick: 'anna' };
    const renamed = { kind: 'presence', speaker: anna, change: 'renamed', before: 'ann' } as const;
    expect(stage.happens('a', { content: { ...renamed, beforeKey: 'ann' }, ids: [] })).toBe(false);
    expect(stage.says('a', 'anna', 'secret')).toBe(false);
    expect(stage.says('b', 'anna', 'another person')).toBe(true);
    expect(stage.guard.wish(stage.definition, 'a', anna, 'start')).toMatchObject({ key: 'relay-carried' });
    expect(stage.says('a', 'anna', 'hello again')).toBe(true);
  });

  it('is not quoted by others, nor shown as he types, reacts or comes', () => {
    const stage = guardStage({}, Date.now);
    stage.guard.wish(stage.definition, 'a', ann, 'stop');
    const words = { kind: 'said', speaker: ann, words: { text: 'secret' } } as const;
    stage.happens('a', { content: words, ids: ['s1', 's2'] });
    const bob = { key: 'bob', nick: 'bob' };
    const replyTo = { id: 's2', quote: 'secret' };
    const answer = { kind: 'said', speaker: bob, words: { text: 'no' }, replyTo } as const;
    const tamed = stage.guard.tamed(stage.definition, 'a', { content: answer, ids: ['s3'] });
    expect(tamed.content).toMatchObject({ replyTo: { id: 's2' } });
    expect(JSON.stringify(tamed)).not.toContain('secret');
    const reacted = { kind: 'reacted', speaker: ann, target: { id: 'x' }, emojis: ['👍'] } as const;
    const joined = { kind: 'presence', speaker: ann, change: 'joined' } as const;
    for (const content of [reacted, joined]) expect(stage.happens('a', { content, ids: [] })).toBe(false);
    expect(stage.guard.shows(stage.definition, 'a', ann)).toBe(false);
  });
});

describe('private words', () => {
  const ann = { key: 'ann', nick: 'ann' };
  const bob = { key: 'bob', nick: 'bob' };
  type Stage = ReturnType<typeof guardStage>;
  const whispers = ({ guard, definition }: Stage, who = ann) =>
    guard.requireWhisper(definition, 'a', 'b', who);

  it('of somebody who does not want to be carried are not carried either', () => {
    const stage = guardStage({}, Date.now);
    stage.guard.wish(stage.definition, 'a', ann, 'stop');
    expect(() => whispers(stage)).toThrow(expect.objectContaining({ code: 'forbidden' }));
    whispers(stage, bob);
    stage.guard.wish(stage.definition, 'a', ann, 'start');
    whispers(stage);
  });

  it('of somebody who is blocked there are not carried', () => {
    const stage = guardStage({}, Date.now, [], (from, { key }, to) =>
      from === 'a' && key === 'ann' && to === 'b' ? 'blocked' : undefined,
    );
    expect(() => whispers(stage)).toThrow(expect.objectContaining({ code: 'forbidden' }));
    whispers(stage, bob);
  });

  it('are limited for each person, and nobody else is told of it', () => {
    const stage = guardStage({ perMinute: 60, burst: 10 }, Date.now);
    for (let count = 0; count < 10; count += 1) whispers(stage);
    expect(() => whispers(stage)).toThrow(expect.objectContaining({ code: 'limit' }));
    whispers(stage, bob);
    expect(stage.told).toEqual([]);
    stage.guard.stop();
  });
});

describe('a leg that lies about the time', () => {
  it('tells nothing from the future', () => {
    const stage = guardStage({}, () => 1_000);
    const content = { kind: 'subject', text: 'x' } as const;
    const told = stage.guard.tamed(stage.definition, 'a', { content, ids: [], time: 5_000_000_000_000 });
    expect(told.time).toBe(1_000);
  });
});
