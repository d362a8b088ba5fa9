import type { Readable } from 'node:stream';
import type { AvatarPicture } from '../../xmpp/xep/0084-user-avatar/avatar.js';
import type { DomainContext } from '../domain.js';
import { BoundedMap } from '../limit/bounded-map.js';
import { WorkSlots } from '../limit/work-slots.js';

/** Pictures fetched from the network at a time, and further ones that wait; whoever comes later waits to be shown again. */
const FETCHES = 4;
const WAITING = 20_000;
/** How long the network may take to begin a picture, in milliseconds. */
const FETCH_TIMEOUT_MS = 30_000;
/** Pictures whose hash is remembered by the network's id of them. */
const REMEMBERED = 50_000;

/** Fetches pictures of people and rooms: a few at a time, each once for all who want it. */
export class PictureFetch {
  readonly #slots = new WorkSlots(FETCHES, WAITING);
  /** SHA-1 by what the picture is called; empty where there is no usable one. */
  readonly #hashes = new BoundedMap<string, string>(REMEMBERED);
  readonly #fetching = new Map<string, Promise<AvatarPicture | undefined>>();

  constructor(private readonly context: Pick<DomainContext, 'media' | 'log'>) {}

  /** Whether it would be worth to ask now: not for what was no picture, nor while too much waits. */
  worthwhile(name: string): boolean {
    return this.#hashes.get(name) !== '' && (!this.#slots.full || this.#fetching.has(name));
  }

  /**
   * The picture called so among all of the domain. What is refused or no picture is not asked for again while that is
   * remembered. Never rejects.
   * @param hash SHA-1, where it is known
   * @param open asks the network; undefined: it cannot be asked
   */
  async picture(
    name: string,
    hash: string,
    open: (() => Promise<Readable | undefined>) | undefined,
  ): Promise<AvatarPicture | undefined> {
    const known = hash || this.#hashes.get(name);
    const kept = known ? await this.context.media.pictures.read(known) : undefined;
    return kept ?? (open && this.#fetch(name, open));
  }

  /** One at a time for all who want the same. */
  #fetch(name: string, open: () => Promise<Readable | undefined>): Promise<AvatarPicture | undefined> {
    const running = this.#fetching.get(name);
    if (running) return running;
    const fetching = this.#slots
      .run(() => this.#ask(name, open))
      .catch((error: unknown) => {
        this.context.log.debug({ err: error }, 'a picture could not be had');
        return undefined;
      })
      .finally(() => this.#fetching.delete(name));
    this.#fetching.set(name, fetching);
    return fetching;
  }

  async #ask(name: string, open: () => Promise<Readable | undefined>): Promise<AvatarPicture | undefined> {
    let picture: AvatarPicture | undefined;
    try {
      const source = await inTime(open());
      picture = source && (await this.context.media.pictures.take(source));
    } finally {
      this.#hashes.set(name, picture?.hash ?? '');
    }
    return picture;
  }
}

/** A picture that comes too late is closed. */
async function inTime(asked: Promise<Readable | undefined>): Promise<Readable | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      over = true;
      reject(new Error('the network sends no picture'));
    }, FETCH_TIMEOUT_MS);
  });
  asked.then(
    (source) => over && source?.destroy(),
    () => undefined,
  );
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
