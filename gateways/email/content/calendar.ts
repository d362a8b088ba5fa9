import ICAL from 'ical.js';
import type { Text } from '../../../src/gateway/text.js';
import { readRecurrence } from './calendar-recurrence.js';
import { readSpan, type Span } from './calendar-time.js';

type Component = InstanceType<typeof ICAL.Component>;

/** A longer calendar is no invitation. */
const MAX_CALENDAR = 200_000;
/** Events of one calendar that are told. */
const MAX_EVENTS = 5;
/** Characters of a title, a place, a name. */
const MAX_WORDS = 300;

/**
 * What a calendar says (RFC 5545, RFC 5546), line by line; nothing for what cannot be read. Never throws. Of the
 * library only its parser is used: its expansion of rules runs as long as a hostile rule says.
 */
export function readCalendar(text: string): readonly Text[] {
  if (text.length > MAX_CALENDAR) return [];
  try {
    const parsed: unknown = ICAL.parse(text);
    if (!Array.isArray(parsed)) return [];
    const calendar = new ICAL.Component(typeof parsed[0] === 'string' ? parsed : parsed[0]);
    const method = textOf(calendar, 'method').toUpperCase();
    return calendar
      .getAllSubcomponents('vevent')
      .slice(0, MAX_EVENTS)
      .flatMap((event) => readEvent(calendar, event, method));
  } catch {
    return [];
  }
}

function readEvent(calendar: Component, event: Component, method: string): Text[] {
  const title = textOf(event, 'summary');
  const head = headOf(event, method, title);
  const span = readSpan(calendar, event);
  const place = textOf(event, 'location');
  const organizer = nameOf(event, 'organizer');
  return [
    head,
    ...(span ? [whenOf(span)] : []),
    ...(method === 'REPLY' ? [] : readRecurrence(event)),
    ...(place !== '' ? [{ key: 'email-event-where', args: { place } }] : []),
    ...(organizer !== '' && method !== 'REPLY'
      ? [{ key: 'email-event-organizer', args: { organizer } }]
      : []),
  ];
}

function headOf(event: Component, method: string, title: string): Text {
  const args = { title };
  if (method === 'CANCEL' || textOf(event, 'status').toUpperCase() === 'CANCELLED')
    return { key: 'email-event-cancelled', args };
  switch (method) {
    case 'REQUEST':
      return Number(textOf(event, 'sequence')) > 0
        ? { key: 'email-event-updated', args }
        : { key: 'email-event-invitation', args };
    case 'REPLY': {
      const answer = parameterOf(event, 'attendee', 'partstat').toLowerCase();
      return { key: 'email-event-reply', args: { ...args, who: nameOf(event, 'attendee'), answer } };
    }
    case 'COUNTER':
      return { key: 'email-event-counter', args };
    default:
      return { key: 'email-event', args };
  }
}

function whenOf({ start, end, zone, utcStart, utcEnd }: Span): Text {
  const times = end === '' ? start : `${start} – ${end}`;
  if (utcStart === undefined || zone === 'UTC')
    return { key: 'email-event-when', args: { times: zone === '' ? times : `${times} ${zone}` } };
  const utc = end === '' || utcEnd === undefined ? utcStart : `${utcStart} – ${utcEnd}`;
  return { key: 'email-event-when-utc', args: { times: `${times} ${zone}`, utc } };
}

function textOf(component: Component, name: string): string {
  const value: unknown = component.getFirstProperty(name)?.toJSON()[3];
  return typeof value === 'string' || typeof value === 'number' ? oneLine(String(value)) : '';
}

function parameterOf(component: Component, property: string, name: string): string {
  const value: unknown = component.getFirstProperty(property)?.getParameter(name);
  return typeof value === 'string' ? oneLine(value) : '';
}

/** The common name of a calendar user, else his address. */
function nameOf(component: Component, property: string): string {
  const address = textOf(component, property).replace(/^mailto:/i, '');
  const name = parameterOf(component, property, 'cn');
  return name !== '' && name !== address && address !== '' ? `${name} <${address}>` : name || address;
}

function oneLine(text: string): string {
  return text
    .slice(0, MAX_WORDS)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
