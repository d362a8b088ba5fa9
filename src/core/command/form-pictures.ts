import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { Field, Form, FormPicture } from '../../gateway/form.js';
import type { XmlElement } from '../../xmpp/element.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { FieldMedia } from '../../xmpp/xep/0221-media-element/media-element.js';
import { bitsElement, contentId } from '../../xmpp/xep/0231-bits-of-binary/bits-of-binary.js';
import type { DomainContext } from '../domain.js';
import type { IqHandler } from '../iq-router.js';
import { BoundedMap } from '../limit/bounded-map.js';
import type { PublishedFile } from '../media/media.js';

/** Bytes that go into a stanza at most (XEP-0231 §2.1). */
const MOST_INLINE_BYTES = 8_192;
/** Pictures that clients can still ask for. */
const MOST_KEPT = 200;
/** Milliseconds that a form waits for the link of its picture; it can be seen without. */
const LINK_PATIENCE_MS = 3_000;
const MS_PER_SECOND = 1_000;

interface Kept {
  readonly picture: FormPicture;
  /** Put where clients fetch files from, once somebody wanted it there. Never rejects. */
  published?: Promise<PublishedFile | undefined>;
}

/** The pictures of a form, made ready. */
export interface ShownPictures {
  /** By the name of the field. */
  readonly media: ReadonlyMap<string, FieldMedia>;
  /** What goes beside the form. */
  readonly attached: readonly XmlElement[];
}

/**
 * Pictures in forms: within the stanza, by their content id and, where there is a place for files, by a link. Clients
 * differ in which of them they show.
 */
export class FormPictures {
  /** By user and content id. */
  readonly #kept = new BoundedMap<string, Kept>(MOST_KEPT);
  readonly #maxAge: number;

  constructor(
    private readonly context: Pick<DomainContext, 'media' | 'options'>,
    private readonly linkPatienceMs = LINK_PATIENCE_MS,
  ) {
    this.#maxAge = Math.floor(context.options.limits.dialogueIdleMs / MS_PER_SECOND);
  }

  /** For a data form that is shown to `owner`, a bare JID. Never rejects. */
  async show(owner: string, form: Form): Promise<ShownPictures> {
    const media = new Map<string, FieldMedia>();
    const attached: XmlElement[] = [];
    for (const { name, picture } of picturesOf(form)) {
      const { mediaType, bytes, width, height } = picture;
      const cid = contentId(bytes);
      const small = bytes.length <= MOST_INLINE_BYTES;
      const link = await Promise.race([
        this.published(owner, name, picture),
        pause(this.linkPatienceMs, undefined, { ref: false }),
      ]);
      const uris = [...(small ? [`cid:${cid}`] : []), ...(link ? [link.url] : [])];
      if (uris.length > 0) media.set(name, { width, height, mediaType, uris });
      if (small) attached.push(bitsElement(cid, picture, this.#maxAge));
    }
    return { media, attached };
  }

  /** Puts a picture where the user's clients fetch files from; undefined where there is no such place. Never rejects. */
  published(owner: string, name: string, picture: FormPicture): Promise<PublishedFile | undefined> {
    const key = keyOf(owner, contentId(picture.bytes));
    const kept = this.#kept.get(key) ?? { picture };
    this.#kept.set(key, kept);
    kept.published ??= this.#publish(owner, name, picture);
    return kept.published;
  }

  /** Pictures by their content id (XEP-0231 §3), for those only to whom they were shown. */
  handler(): IqHandler {
    return {
      ns: NS.BOB,
      name: 'data',
      targets: ['service', 'place'],
      get: ({ payload, from }) => {
        const { cid = '' } = payload.attrs;
        const kept = this.#kept.get(keyOf(from.bare, cid));
        if (!kept || kept.picture.bytes.length > MOST_INLINE_BYTES) throw new StanzaError('item-not-found');
        return bitsElement(cid, kept.picture, this.#maxAge);
      },
    };
  }

  async #publish(owner: string, name: string, picture: FormPicture): Promise<PublishedFile | undefined> {
    const { mediaType, bytes, width, height } = picture;
    const file = { name, mediaType, size: bytes.length, width, height };
    const open = async (): Promise<Readable> => Readable.from([Buffer.from(bytes)]);
    const published = await this.context.media.publish({ owner }, { ...file, open }).catch(() => undefined);
    return published?.kind === 'file' ? published : undefined;
  }
}

/** The fields of a form that are pictures. */
export function picturesOf(form: Form): readonly (Field & { readonly picture: FormPicture })[] {
  return form.fields.flatMap((field) => {
    const { type, picture } = field;
    return type === 'picture' && picture ? [{ ...field, picture }] : [];
  });
}

const keyOf = (owner: string, cid: string): string => `${owner} ${cid}`;
