import type ICAL from 'ical.js';
import type { Text } from '../../../src/gateway/text.js';

const DAYS = new Set(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']);
const WORKDAYS = 'FR,MO,TH,TU,WE';
/** More is no number that anybody counts. */
const MAX_NUMBER = 10_000;
/** Parts of a rule that a simple sentence tells. */
const SIMPLE = new Set(['freq', 'interval', 'byday', 'bymonthday', 'bymonth', 'count', 'until', 'wkst']);

/** How an event is repeated (RFC 5545 §3.8.5.3), in words where that is simple; nothing where it is not repeated. */
export function readRecurrence(event: InstanceType<typeof ICAL.Component>): Text[] {
  const rule: unknown = event.getFirstProperty('rrule')?.toJSON()[3];
  if (typeof rule !== 'object' || rule === null) return [];
  const parts = rule as Readonly<Record<string, unknown>>;
  return [sentence(parts), ...bound(parts)];
}

function sentence(parts: Readonly<Record<string, unknown>>): Text {
  const interval = numberOf(parts.interval) ?? 1;
  const days = listOf(parts.byday);
  const monthDays = listOf(parts.bymonthday);
  if (Object.keys(parts).every((name) => SIMPLE.has(name)))
    switch (parts.freq) {
      case 'DAILY':
        if (days.length === 0) return { key: 'email-event-daily', args: { interval } };
        break;
      case 'WEEKLY':
        if (days.sort().join() === WORKDAYS && interval === 1) return { key: 'email-event-workdays' };
        if (days.length === 0) return { key: 'email-event-weekly', args: { interval, day: 'none' } };
        if (days.length === 1 && DAYS.has(days[0] ?? ''))
          return { key: 'email-event-weekly', args: { interval, day: (days[0] ?? '').toLowerCase() } };
        break;
      case 'MONTHLY':
        if (days.length === 0 && monthDays.length <= 1)
          return { key: 'email-event-monthly', args: { interval } };
        break;
      case 'YEARLY':
        if (days.length === 0 && monthDays.length <= 1)
          return { key: 'email-event-yearly', args: { interval } };
        break;
    }
  return { key: 'email-event-repeated' };
}

function bound(parts: Readonly<Record<string, unknown>>): Text[] {
  const count = numberOf(parts.count);
  if (count !== undefined) return [{ key: 'email-event-count', args: { count } }];
  const until = /^\d{4}-\d\d-\d\d/.exec(String(parts.until))?.[0];
  return until === undefined ? [] : [{ key: 'email-event-until', args: { until } }];
}

function numberOf(value: unknown): number | undefined {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 && number <= MAX_NUMBER ? number : undefined;
}

function listOf(value: unknown): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}
