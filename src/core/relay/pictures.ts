import type { Log } from '../../gateway/gateway.js';
import type { AvatarPicture } from '../../xmpp/xep/0084-user-avatar/avatar.js';
import { PictureFetch } from '../profile/picture-fetch.js';
import type { HubDomain } from './hub-services.js';
import type { Leg } from './leg.js';
import type { Speaker } from './model.js';

/** Pictures of speakers, made small and safe, each fetched once for all legs. */
export class Pictures {
  #fetch: PictureFetch | undefined;

  constructor(
    private readonly domains: ReadonlyMap<string, HubDomain>,
    private readonly log: Log,
  ) {}

  /** The picture of a person of a leg; undefined: there is none to be had. Rejects with GatewayError. */
  async of(speaker: Speaker, leg: Leg | undefined): Promise<AvatarPicture | undefined> {
    const fetch = this.#source;
    const picture = await leg?.picture?.(speaker);
    if (!fetch || !leg || !picture) return undefined;
    return fetch.picture(`${leg.id}\n${speaker.key}\n${picture.name}`, '', () => picture.open());
  }

  /** Any network's domain can keep them. */
  get #source(): PictureFetch | undefined {
    if (this.#fetch) return this.#fetch;
    for (const { port } of this.domains.values()) {
      if (!port) continue;
      this.#fetch = new PictureFetch({ media: port.media, log: this.log });
      return this.#fetch;
    }
    return undefined;
  }
}
