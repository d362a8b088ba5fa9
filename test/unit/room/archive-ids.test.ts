import { afterEach, expect, it, vi } from 'vitest';
import { ArchiveIds } from '../../../src/core/room/archive-ids.js';

const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

afterEach(() => {
  vi.useRealTimers();
});

it('I19 ids are UUIDv7, all different, and sort as they were made', () => {
  const ids = new ArchiveIds();
  const made = Array.from({ length: 5_000 }, () => ids.next());
  expect(made.every((id) => V7.test(id))).toBe(true);
  expect(new Set(made).size).toBe(made.length);
  expect([...made].sort()).toEqual(made);
});

it('I19 ids go on in order when the clock is set back', () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(2_000_000);
  const ids = new ArchiveIds();
  const before = ids.next();
  vi.setSystemTime(1_000_000);
  const after = ids.next();
  expect(after > before).toBe(true);
});

it('I19 two sources in the same millisecond do not make the same ids', () => {
  const [one, other] = [new ArchiveIds(), new ArchiveIds()];
  expect(one.next()).not.toBe(other.next());
});
