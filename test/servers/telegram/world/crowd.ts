import type { TelegramServer } from '../telegram-server.js';
import type { Group } from './groups.js';
import type { Person } from './world.js';

/** Puts so many people into a group, of whom nobody is told and who do nothing. */
export function crowd(server: TelegramServer, place: Group, count: number): readonly Person[] {
  return Array.from({ length: count }, (_unused, index) => {
    const person = server.world.addPerson({ firstName: `Member ${index + 1}` });
    server.world.join(place, person, {});
    return person;
  });
}

/** Names as nobody should have them, and somebody does. */
export const HOSTILE_NAMES: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'A\u0007l\u001bi\u007fce',
  '\u202Eecila',
  '\u2066Alice\u2069\u2067',
  '\u200b\u200c\u200d\ufeff',
  'Zalgo\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a\u030b',
  'Two\nlines\r\nof name',
  '<b>Alice</b> & "Bob" \'s',
  '@someone',
  '+49 170 1234567',
  'alice@example.org/resource',
  '👩‍👩‍👧‍👦'.repeat(20),
  'x'.repeat(10_000),
  '\ufffe\uffff',
  '\ue000\uf8ff',
  'ﷺ',
];
