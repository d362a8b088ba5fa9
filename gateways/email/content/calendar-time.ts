import type ICAL from 'ical.js';

type Component = InstanceType<typeof ICAL.Component>;

/** When something is, in words of numbers only, such as `2026-05-04 14:00`. */
export interface Span {
  readonly start: string;
  /** Empty: not told. Without its date where that is the one of the start. */
  readonly end: string;
  /** Name of the time zone; empty for a day, and for a time that is local everywhere (RFC 5545 §3.3.5). */
  readonly zone: string;
  /** Undefined where the offset is not known. */
  readonly utcStart?: string;
  readonly utcEnd?: string;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const MAX_ZONE = 60;
const MAX_OBSERVANCES = 20;
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** A time as it stands in a calendar: its digits as if they were UTC. */
interface Local {
  readonly at: number;
  readonly day: boolean;
  readonly utc: boolean;
  readonly zone: string;
}

/** Start and end of an event; undefined without a start. */
export function readSpan(calendar: Component, event: Component): Span | undefined {
  const start = localOf(event, 'dtstart');
  if (!start) return undefined;
  const end = endOf(event, start);
  if (start.day) {
    // The end of a day is the day after (RFC 5545 §3.6.1).
    const last = end === undefined ? start.at : Math.max(start.at, end - DAY);
    return { start: dayOf(start.at), end: last === start.at ? '' : dayOf(last), zone: '' };
  }
  const zone = start.utc ? 'UTC' : start.zone;
  const offset = start.utc ? 0 : offsetOf(calendar, start.zone, start.at);
  const utc =
    offset === undefined || start.utc
      ? {}
      : {
          utcStart: minuteOf(start.at - offset),
          ...(end !== undefined && { utcEnd: after(start.at - offset, end - offset) }),
        };
  return { start: minuteOf(start.at), end: end === undefined ? '' : after(start.at, end), zone, ...utc };
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const minuteOf = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');

function after(start: number, end: number): string {
  return dayOf(start) === dayOf(end) ? minuteOf(end).slice(11) : minuteOf(end);
}

function localOf(component: Component, name: string): Local | undefined {
  const property = component.getFirstProperty(name);
  const value: unknown = property?.toJSON()[3];
  const match =
    typeof value === 'string' ? /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(Z?))?$/.exec(value) : null;
  if (!match) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', utc] = match;
  const at = Date.UTC(+(year ?? 0), +(month ?? 1) - 1, +(day ?? 1), +hour, +minute, +second);
  const zone: unknown = property?.getParameter('tzid');
  return {
    at,
    day: match[4] === undefined,
    utc: utc === 'Z',
    zone:
      typeof zone === 'string'
        ? zone
            .slice(0, MAX_ZONE)
            .replace(/[\s\p{Cc}]+/gu, ' ')
            .trim()
        : '',
  };
}

/** The end in the clock of the start. */
function endOf(event: Component, start: Local): number | undefined {
  const end = localOf(event, 'dtend');
  if (end && end.at >= start.at && end.utc === start.utc && end.zone === start.zone) return end.at;
  const duration: unknown = event.getFirstProperty('duration')?.toJSON()[3];
  const match =
    typeof duration === 'string'
      ? /^P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:\d{1,6}S)?)?$/.exec(duration)
      : null;
  if (!match) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0] = match.slice(1).map((digits) => Number(digits ?? 0));
  return start.at + (weeks * 7 + days) * DAY + (hours * 60 + minutes) * MINUTE;
}

/** Milliseconds that a zone is ahead of UTC at a local time: by the zone's name, else by what the calendar tells. */
function offsetOf(calendar: Component, zone: string, local: number): number | undefined {
  if (zone === '') return undefined;
  return namedOffset(zone, local) ?? toldOffset(calendar, zone, local);
}

function namedOffset(zone: string, local: number): number | undefined {
  try {
    const clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    const read = (at: number): number => {
      const part = Object.fromEntries(
        clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
      );
      const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
      return Date.UTC(year, month - 1, day, hour, minute, second) - at;
    };
    // The second look is for times near a change of the clock.
    return read(local - read(local));
  } catch {
    return undefined;
  }
}

/** VTIMEZONE (RFC 5545 §3.6.5): the observance that began last; yearly rules only, which is what there is. */
function toldOffset(calendar: Component, zone: string, local: number): number | undefined {
  const timezone = calendar
    .getAllSubcomponents('vtimezone')
    .find((one) => one.getFirstProperty('tzid')?.toJSON()[3] === zone);
  let best: { readonly onset: number; readonly offset: number } | undefined;
  for (const observance of timezone?.getAllSubcomponents().slice(0, MAX_OBSERVANCES) ?? []) {
    const offset = utcOffset(observance.getFirstProperty('tzoffsetto')?.toJSON()[3]);
    const first = localOf(observance, 'dtstart');
    if (offset === undefined || !first) continue;
    const year = new Date(local).getUTCFullYear();
    const rule: unknown = observance.getFirstProperty('rrule')?.toJSON()[3];
    const onsets = [first.at, yearly(rule, first.at, year - 1), yearly(rule, first.at, year)];
    for (const onset of onsets)
      if (onset !== undefined && onset <= local && (!best || onset > best.onset)) best = { onset, offset };
  }
  return best?.offset;
}

function utcOffset(value: unknown): number | undefined {
  const match = typeof value === 'string' ? /^([+-])(\d\d):?(\d\d)/.exec(value) : null;
  if (!match) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * MINUTE;
}

/** `FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU` in one year, at the time of day of the first. */
function yearly(rule: unknown, first: number, year: number): number | undefined {
  if (typeof rule !== 'object' || rule === null) return undefined;
  const { freq, bymonth, byday } = rule as Readonly<Record<string, unknown>>;
  const month = Number(Array.isArray(bymonth) ? bymonth[0] : bymonth);
  const match = /^([+-]?[1-5])([A-Z]{2})$/.exec(String(Array.isArray(byday) ? byday[0] : byday));
  const weekday = WEEKDAYS.indexOf(match?.[2] ?? '');
  if (freq !== 'YEARLY' || !(month >= 1 && month <= 12) || !match || weekday < 0) return undefined;
  const nth = Number(match[1]);
  const edge = new Date(nth > 0 ? Date.UTC(year, month - 1, 1) : Date.UTC(year, month, 0));
  const days =
    nth > 0
      ? ((weekday - edge.getUTCDay() + 7) % 7) + (nth - 1) * 7
      : -((edge.getUTCDay() - weekday + 7) % 7) + (nth + 1) * 7;
  return edge.getTime() + days * DAY + (first % DAY);
}
