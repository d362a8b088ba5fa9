import type { Text } from '../../../src/gateway/text.js';
import type { PeerId, TgService } from '../client/model.js';
import { cleanLine } from './names.js';

/** People who are named in one sentence; the others are counted. */
const MAX_PEOPLE = 10;
const SECONDS = { month: 2_678_400, week: 604_800, day: 86_400, hour: 3_600, minute: 60, second: 1 } as const;

/** Something that happened in a chat, as a sentence. `by` is who did it, and `name` says what peers are called. */
export function serviceRemark(service: TgService, by: PeerId, name: (peer: PeerId) => string): Text {
  const who = name(by);
  switch (service.kind) {
    case 'created':
      return { key: 'telegram-service-created', args: { who } };
    case 'joined-by-link':
      return { key: 'telegram-service-joined-by-link', args: { who } };
    case 'joined-by-request':
      return { key: 'telegram-service-joined-by-request', args: { who } };
    case 'added':
      if (isOnly(by, service.people)) return { key: 'telegram-service-joined', args: { who } };
      return { key: 'telegram-service-added', args: { who, ...people(service.people, name) } };
    case 'removed':
      if (isOnly(by, service.people)) return { key: 'telegram-service-left', args: { who } };
      return { key: 'telegram-service-removed', args: { who, ...people(service.people, name) } };
    case 'title-changed':
      return { key: 'telegram-service-title', args: { who, title: cleanLine(service.title) } };
    case 'photo-changed':
      return { key: 'telegram-service-photo', args: { who } };
    case 'photo-removed':
      return { key: 'telegram-service-photo-removed', args: { who } };
    case 'pinned':
      return { key: 'telegram-service-pinned', args: { who } };
    case 'history-cleared':
      return { key: 'telegram-service-history-cleared' };
    case 'screenshot':
      return { key: 'telegram-service-screenshot', args: { who } };
    case 'contact-joined':
      return { key: 'telegram-service-contact-joined', args: { who } };
    case 'migrated-to':
    case 'migrated-from':
      return { key: 'telegram-service-migrated' };
    case 'topic-created':
      return { key: 'telegram-service-topic-created', args: { who, title: cleanLine(service.title) } };
    case 'topic-changed':
      return topicChange(service, who);
    case 'call':
      return call(service, who);
    case 'timer':
      return timer(service.seconds, who);
    case 'other':
      return { key: 'telegram-service-other', args: { name: cleanLine(service.name) } };
    default:
      return service satisfies never;
  }
}

function isOnly(by: PeerId, people: readonly PeerId[]): boolean {
  return people.length === 1 && people[0] === by;
}

function people(ids: readonly PeerId[], name: (peer: PeerId) => string): { names: string; more: number } {
  const names = ids.slice(0, MAX_PEOPLE).map(name).join(', ');
  return { names, more: Math.max(0, ids.length - MAX_PEOPLE) };
}

function topicChange(
  { title, closed }: Extract<TgService, { kind: 'topic-created' | 'topic-changed' }>,
  who: string,
): Text {
  if (closed === true) return { key: 'telegram-service-topic-closed', args: { who } };
  if (closed === false) return { key: 'telegram-service-topic-reopened', args: { who } };
  return { key: 'telegram-service-topic-renamed', args: { who, title: cleanLine(title) } };
}

function call({ video, seconds, missed }: Extract<TgService, { kind: 'call' }>, who: string): Text {
  const kind = video ? 'video' : 'voice';
  if (missed || seconds === undefined) return { key: 'telegram-service-call-missed', args: { kind, who } };
  return { key: 'telegram-service-call', args: { kind, who, duration: clock(seconds) } };
}

/** As `1:02:03` or `2:03`. */
function clock(seconds: number): string {
  const whole = Math.max(0, Math.trunc(seconds));
  const two = (part: number): string => String(part).padStart(2, '0');
  const hours = Math.trunc(whole / SECONDS.hour);
  const minutes = Math.trunc((whole % SECONDS.hour) / SECONDS.minute);
  const rest = two(whole % SECONDS.minute);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

function timer(seconds: number, who: string): Text {
  if (!(seconds > 0)) return { key: 'telegram-service-timer-off', args: { who } };
  for (const [unit, length] of Object.entries(SECONDS))
    if (seconds % length === 0)
      return { key: 'telegram-service-timer', args: { who, unit, count: seconds / length } };
  return { key: 'telegram-service-timer', args: { who, unit: 'second', count: Math.round(seconds) } };
}
