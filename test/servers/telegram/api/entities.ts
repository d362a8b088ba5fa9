import { Api } from 'telegram';
import { long } from '../world/peers.js';
import type { Person } from '../world/world.js';
import { type Call, refuse } from './call.js';
import { personOf } from './users.js';

/** Parts of one text that may be styled. */
const MAX_ENTITIES = 100;

/** Text as it is kept, and whom it mentions. */
export interface CheckedText {
  readonly text: string;
  readonly entities: readonly Api.TypeMessageEntity[];
  readonly mentions: readonly Person[];
}

/** What the server finds by itself, first come first served (core.telegram.org/api/entities). */
const FOUND: readonly (readonly [
  RegExp,
  new (args: { offset: number; length: number }) => Api.TypeMessageEntity,
])[] = [
  [/\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g, Api.MessageEntityEmail],
  [
    /\b(?:https?|ftp|tg|ton):\/\/[^\s<>"]+[^\s<>".,!?:;)\]]|\b(?:[a-z0-9-]+\.)+(?:com|org|net|de|ru|me|io|example)\b(?:\/[^\s<>"]*[^\s<>".,!?:;)\]])?/gi,
    Api.MessageEntityUrl,
  ],
  [/(?<![\w/])@[a-z]\w{3,31}\b/gi, Api.MessageEntityMention],
  [/(?<![\w/])#[\p{L}\d_]*[\p{L}_][\p{L}\d_]*/gu, Api.MessageEntityHashtag],
  [/(?<![\w/])\$[A-Z]{3,8}\b/g, Api.MessageEntityCashtag],
  [/(?<![\w/@])\/[a-z]\w{0,63}(?:@\w{4,32})?\b/gi, Api.MessageEntityBotCommand],
];

/** Text without space around it, with what is styled in it. @throws {RpcFailure} for entities outside of it */
export function checkedText(
  raw: string,
  given: readonly Api.TypeMessageEntity[] | undefined | null,
  call: Call,
): CheckedText {
  const cleaned = raw.replace(/\p{Cc}/gu, (character) => (character === '\n' ? character : ' '));
  const text = cleaned.trim();
  const before = cleaned.length - cleaned.trimStart().length;
  const mentions = new Set<Person>();
  const entities = (given ?? []).slice(0, MAX_ENTITIES).flatMap((entity) => {
    checkBounds(entity, cleaned);
    // What was around the text is no part of what was styled.
    const start = Math.max(0, entity.offset - before);
    const end = Math.min(text.length, entity.offset + entity.length - before);
    if (end <= start) return [];
    const resolved = resolve(entity, call, mentions);
    return [Object.assign(resolved, { offset: start, length: end - start })];
  });
  const found = FOUND.flatMap(([pattern, Entity]) =>
    [...text.matchAll(pattern)].map(
      ({ 0: words, index = 0 }) => new Entity({ offset: index, length: words.length }),
    ),
  );
  for (const one of found) if (!entities.some((other) => overlaps(one, other))) entities.push(one);
  for (const entity of entities)
    if (entity instanceof Api.MessageEntityMention) {
      const name = text.slice(entity.offset + 1, entity.offset + entity.length);
      const person = call.server.world.byUsername(name);
      if (person?.kind === 'person') mentions.add(person);
    }
  entities.sort((one, other) => one.offset - other.offset || other.length - one.length);
  return { text, entities, mentions: [...mentions] };
}

function checkBounds({ offset, length }: Api.TypeMessageEntity, text: string): void {
  if (offset < 0 || length <= 0 || offset + length > text.length) refuse('ENTITY_BOUNDS_INVALID');
  if (splits(text, offset) || splits(text, offset + length)) refuse('ENTITY_BOUNDS_INVALID');
}

/** Whether a place lies between the halves of one character. */
function splits(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return at > 0 && code >= 0xdc00 && code <= 0xdfff;
}

function resolve(entity: Api.TypeMessageEntity, call: Call, mentions: Set<Person>): Api.TypeMessageEntity {
  const { offset, length } = entity;
  if (entity instanceof Api.InputMessageEntityMentionName || entity instanceof Api.MessageEntityMentionName) {
    const person =
      entity instanceof Api.InputMessageEntityMentionName
        ? personOf(entity.userId, call)
        : (call.server.world.people.get(entity.userId.toJSNumber()) ?? refuse('ENTITY_MENTION_USER_INVALID'));
    mentions.add(person);
    return new Api.MessageEntityMentionName({ offset, length, userId: long(person.id) });
  }
  if (entity instanceof Api.MessageEntityTextUrl && !/^(?:[a-z]+:)?\S+\.?\S*$/i.test(entity.url))
    return refuse('ENTITY_TEXTURL_INVALID');
  return entity;
}

function overlaps(one: Api.TypeMessageEntity, other: Api.TypeMessageEntity): boolean {
  return one.offset < other.offset + other.length && other.offset < one.offset + one.length;
}
