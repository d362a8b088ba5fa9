import { lookup } from 'node:dns/promises';
import type { Media } from '../core/media/media.js';
import type { Log } from '../gateway/gateway.js';
import type { ServedFiles } from '../http/media-routes.js';
import type { IqRequests } from '../xmpp/iq.js';
import { DailyBytes } from './daily-bytes.js';
import { DomainMedia } from './domain-media.js';
import type { Resolver } from './guarded-fetch.js';
import { LinkStore } from './link-store.js';
import type { MediaLimits } from './options.js';
import { PictureDesk } from './picture.js';
import { PictureCache } from './picture-cache.js';
import { TempFolder } from './temp-folder.js';
import { TransferSlots } from './transfer-slots.js';

/** What files run on. */
export interface MediaServiceOptions {
  /** Absolute; files lie in `media` below it, on their way and to be served. */
  readonly dataFolder: string;
  /** What the gateway's HTTP server is called outside, without a slash at the end; undefined: there is none. */
  readonly publicUrl: string | undefined;
  /** `host` or `host:port`, in lower case, that links of users may lead to although they are private. */
  readonly allowHosts: readonly string[];
  /** Ports on public hosts that links of users may lead to. */
  readonly ports: readonly number[];
  readonly limits: MediaLimits;
  /** The domain of the attached server, whose upload service is trusted. */
  readonly serverDomain: string;
  readonly userAgent: string;
  readonly log: Log;
  /** Default: as the system resolves names. */
  readonly resolve?: Resolver;
}

/** What all domains share of files: disk, limits, links. */
export interface SharedMedia extends Required<MediaServiceOptions> {
  readonly temp: TempFolder;
  readonly links: LinkStore;
  readonly slots: TransferSlots;
  readonly pictures: PictureDesk;
  readonly avatars: PictureCache;
  readonly bytesIn: DailyBytes;
  readonly bytesOut: DailyBytes;
}

/** Files both ways for the whole process. */
export class MediaService {
  private constructor(private readonly shared: SharedMedia) {}

  /** Makes its folders. @throws {Error} when they cannot be made */
  static async open(options: MediaServiceOptions): Promise<MediaService> {
    const { dataFolder, limits, log } = options;
    const temp = await TempFolder.open(dataFolder, limits.tempBytes);
    const pictures = new PictureDesk();
    return new MediaService({
      resolve: (host) => lookup(host, { all: true }),
      ...options,
      temp,
      links: await LinkStore.open(dataFolder, limits),
      slots: new TransferSlots(limits),
      pictures,
      avatars: await PictureCache.open(dataFolder, limits, temp, pictures, log),
      bytesIn: new DailyBytes(limits.bytesPerDayIn),
      bytesOut: new DailyBytes(limits.bytesPerDayOut),
    });
  }

  /** What the HTTP server serves. */
  get files(): ServedFiles {
    return this.shared.links;
  }

  /** The part of one gateway domain. */
  forDomain(domain: string, requests: Pick<IqRequests, 'request'>): Media {
    return new DomainMedia(domain, requests, this.shared);
  }

  /** Breaks off what is under way and removes it. Never rejects. */
  async close(): Promise<void> {
    this.shared.links.close();
    await this.shared.temp.close();
  }
}
