import bigInt from 'big-integer';
import { Api } from 'telegram';
import type { PeerId, TgEntity, TgReaction } from '../model.js';

/** Styled parts as requests want them; those that the server finds by itself, such as hashtags, are left out. */
export async function toInputEntities(
  entities: readonly TgEntity[],
  inputUser: (person: PeerId) => Promise<Api.TypeInputUser>,
): Promise<Api.TypeMessageEntity[]> {
  const made = await Promise.all(entities.map((entity) => toInputEntity(entity, inputUser)));
  return made.filter((entity) => entity !== undefined);
}

async function toInputEntity(
  { kind, offset, length, url, person, language, emoji }: TgEntity,
  inputUser: (person: PeerId) => Promise<Api.TypeInputUser>,
): Promise<Api.TypeMessageEntity | undefined> {
  const place = { offset, length };
  switch (kind) {
    case 'bold':
      return new Api.MessageEntityBold(place);
    case 'italic':
      return new Api.MessageEntityItalic(place);
    case 'underline':
      return new Api.MessageEntityUnderline(place);
    case 'strike':
      return new Api.MessageEntityStrike(place);
    case 'spoiler':
      return new Api.MessageEntitySpoiler(place);
    case 'code':
      return new Api.MessageEntityCode(place);
    case 'pre':
      return new Api.MessageEntityPre({ ...place, language: language ?? '' });
    case 'quote':
      return new Api.MessageEntityBlockquote(place);
    case 'link':
      return url === undefined ? undefined : new Api.MessageEntityTextUrl({ ...place, url });
    case 'emoji':
      return emoji === undefined
        ? undefined
        : new Api.MessageEntityCustomEmoji({ ...place, documentId: bigInt(emoji) });
    case 'person': {
      // A mention of somebody who cannot be named is words.
      const userId = person && (await inputUser(person).catch(() => undefined));
      return userId && new Api.InputMessageEntityMentionName({ ...place, userId });
    }
    default:
      return undefined;
  }
}

export function toInputReaction({ emoji, custom }: TgReaction): Api.TypeReaction {
  return custom
    ? new Api.ReactionCustomEmoji({ documentId: bigInt(emoji) })
    : new Api.ReactionEmoji({ emoticon: emoji });
}
