import { Api } from 'telegram';
import { addDocument, addPhoto, type FileSource, type NewPhoto } from './files.js';
import { long } from './peers.js';
import type { Words } from './posting.js';
import { type Person, randomLong, type World } from './world.js';

/** What a file in a message may be. */
export interface FileFacts {
  readonly source: Buffer | FileSource;
  readonly mediaType?: string;
  readonly name?: string;
  readonly centre?: number;
  /** Seconds. */
  readonly duration?: number;
  readonly width?: number;
  readonly height?: number;
  /** Destroys itself so many seconds after it was seen; 0x7fffffff: at once. */
  readonly vanishes?: number;
}

/** Media as scripted people send them; the bytes are whatever the test wants them to be. */
export class Samples {
  constructor(private readonly world: World) {}

  photo(photo: NewPhoto & { readonly vanishes?: number }): Words {
    const shown = addPhoto(this.world, photo);
    return { media: new Api.MessageMediaPhoto({ photo: shown, ...ttl(photo.vanishes) }) };
  }

  document(facts: FileFacts): Words {
    return this.#file(facts, 'application/octet-stream', [], {});
  }

  video(facts: FileFacts): Words {
    return this.#file(facts, 'video/mp4', [videoOf(facts)], { video: true });
  }

  /** A round video. */
  round(facts: FileFacts): Words {
    const flags = { video: true, round: true };
    return this.#file(facts, 'video/mp4', [videoOf({ width: 240, height: 240, ...facts }, true)], flags);
  }

  voice({ duration = 3, ...facts }: FileFacts): Words {
    const attribute = new Api.DocumentAttributeAudio({ voice: true, duration });
    return { ...this.#file(facts, 'audio/ogg', [attribute], { voice: true }), mediaUnread: true };
  }

  music({ duration = 180, ...facts }: FileFacts, title?: string, performer?: string): Words {
    const named = { ...(title !== undefined && { title }), ...(performer !== undefined && { performer }) };
    return this.#file(facts, 'audio/mpeg', [new Api.DocumentAttributeAudio({ duration, ...named })], {});
  }

  gif(facts: FileFacts): Words {
    return this.#file(facts, 'video/mp4', [videoOf(facts), new Api.DocumentAttributeAnimated()], {
      video: true,
    });
  }

  /** `image/webp` is a picture, `application/x-tgsticker` animated by vectors, `video/webm` a video. */
  sticker(facts: FileFacts, emoji = '👋'): Words {
    const stickerset = new Api.InputStickerSetShortName({ shortName: 'samples' });
    return this.#file(
      { width: 512, height: 512, ...facts },
      'image/webp',
      [new Api.DocumentAttributeSticker({ alt: emoji, stickerset })],
      {},
    );
  }

  /** A custom emoji; returns its number. */
  customEmoji(emoji: string, source: Buffer, mediaType = 'image/webp'): bigint {
    const stickerset = new Api.InputStickerSetShortName({ shortName: 'samples' });
    const document = addDocument(this.world, {
      ...{ source, mediaType },
      attributes: [new Api.DocumentAttributeCustomEmoji({ alt: emoji, stickerset, free: true })],
    });
    return BigInt(document.id.toString());
  }

  location(
    lat: number,
    longitude: number,
    venue?: { readonly title: string; readonly address: string },
  ): Words {
    const geo = new Api.GeoPoint({ lat, long: longitude, accessHash: long(0) });
    if (!venue) return { media: new Api.MessageMediaGeo({ geo }) };
    return { media: new Api.MessageMediaVenue({ geo, ...venue, provider: '', venueId: '', venueType: '' }) };
  }

  liveLocation(lat: number, longitude: number, period = 900): Words {
    const geo = new Api.GeoPoint({ lat, long: longitude, accessHash: long(0) });
    return { media: new Api.MessageMediaGeoLive({ geo, period }) };
  }

  contact(phoneNumber: string, firstName: string, person?: Person): Words {
    const userId = long(person?.id ?? 0);
    return {
      media: new Api.MessageMediaContact({ phoneNumber, firstName, lastName: '', vcard: '', userId }),
    };
  }

  dice(emoticon: string, value: number): Words {
    return { media: new Api.MessageMediaDice({ emoticon, value }) };
  }

  page(url: string, title: string): Words {
    const webpage = new Api.WebPage({ id: long(randomLong()), url, displayUrl: url, hash: 0, title });
    return { text: url, media: new Api.MessageMediaWebPage({ webpage }) };
  }

  poll(
    question: string,
    answers: readonly string[],
    { multiple = false, open = true, correct }: { multiple?: boolean; open?: boolean; correct?: number } = {},
  ): Words {
    const id = randomLong();
    const text = (words: string) => new Api.TextWithEntities({ text: words, entities: [] });
    const options = answers.map((_answer, index) => Buffer.from([index]));
    const poll = {
      poll: new Api.Poll({
        ...{ id: long(id), question: text(question), multipleChoice: multiple, publicVoters: open },
        quiz: correct !== undefined,
        answers: answers.map(
          (answer, index) =>
            new Api.PollAnswer({ text: text(answer), option: options[index] ?? Buffer.alloc(0) }),
        ),
      }),
      correct: correct === undefined ? [] : options.slice(correct, correct + 1),
      ...{ solution: undefined, votes: new Map() },
    };
    this.world.polls.set(id, poll);
    return { poll };
  }

  /** Something that clients of today do not know. */
  unsupported(): Words {
    return { media: new Api.MessageMediaUnsupported() };
  }

  #file(
    facts: FileFacts,
    mediaType: string,
    attributes: readonly Api.TypeDocumentAttribute[],
    flags: { readonly video?: boolean; readonly round?: boolean; readonly voice?: boolean },
  ): Words {
    const { source, name, width, height, vanishes, centre = 1 } = facts;
    const pictured = width !== undefined && height !== undefined && !flags.video;
    const document = addDocument(this.world, {
      ...{ source, centre, mediaType: facts.mediaType ?? mediaType },
      attributes: [
        ...attributes,
        ...(pictured ? [new Api.DocumentAttributeImageSize({ w: width, h: height })] : []),
        ...(name === undefined ? [] : [new Api.DocumentAttributeFilename({ fileName: name })]),
      ],
    });
    return { media: new Api.MessageMediaDocument({ document, ...flags, ...ttl(vanishes) }) };
  }
}

function videoOf({ width = 320, height = 240, duration = 5 }: Partial<FileFacts>, round = false) {
  return new Api.DocumentAttributeVideo({ w: width, h: height, duration, roundMessage: round });
}

function ttl(seconds: number | undefined): { readonly ttlSeconds?: number } {
  return seconds === undefined ? {} : { ttlSeconds: seconds };
}
