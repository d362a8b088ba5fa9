import { createReadStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileErrors, fileNotice } from '../core/media/file-errors.js';
import type {
  FileNotice,
  FileOwner,
  LinkedFile,
  Media,
  OpenedFiles,
  PublishedFile,
} from '../core/media/media.js';
import type { Pictures } from '../core/profile/pictures.js';
import type { InboundAttachment, OutboundAttachment } from '../gateway/attachment.js';
import { GatewayError } from '../gateway/error.js';
import type { MediaFacet } from '../gateway/session.js';
import { MEDIA } from '../http/media-routes.js';
import type { IqRequests } from '../xmpp/iq.js';
import { escapeLocal } from '../xmpp/jid-escaping.js';
import { safeFileName } from './file-name.js';
import { guardedFetch } from './guarded-fetch.js';
import type { SharedMedia } from './media-service.js';
import { realMediaType } from './media-type.js';
import { putFile } from './put-file.js';
import { checkTarget, type TargetPolicy } from './target-policy.js';
import type { TempFile } from './temp-folder.js';
import { UploadServices } from './upload-services.js';

/** A file on disk with what is known of it for sure. */
interface KnownFile {
  readonly temp: TempFile;
  readonly name: string;
  readonly mediaType: string;
}

/** Files of the users of one gateway domain. */
export class DomainMedia implements Media {
  readonly pictures: Pictures;
  readonly #services: UploadServices;

  constructor(
    private readonly domain: string,
    requests: Pick<IqRequests, 'request'>,
    private readonly shared: SharedMedia,
  ) {
    this.pictures = shared.avatars;
    this.#services = new UploadServices({ domain, requests, ...shared.limits, now: Date.now });
  }

  async publish({ owner }: FileOwner, attachment: InboundAttachment): Promise<PublishedFile | FileNotice> {
    try {
      return await this.shared.slots.run(owner, () => this.#publish(owner, attachment));
    } catch (error) {
      if (this.shared.temp.stopped.aborted) throw fileErrors.unreadable();
      if (!(error instanceof GatewayError))
        this.shared.log.warn({ domain: this.domain, err: error }, 'a file could not be published');
      const reason = error instanceof GatewayError ? error : fileErrors.unreadable();
      const name = safeFileName(attachment.name, attachment.mediaType ?? '');
      return fileNotice(name, attachment.size, reason.text);
    }
  }

  async openFiles(
    { owner }: FileOwner,
    files: readonly LinkedFile[],
    network?: MediaFacet,
  ): Promise<OpenedFiles> {
    const opened: { attachment: OutboundAttachment; temp: TempFile }[] = [];
    const close = async () => {
      await Promise.all(opened.map(({ temp }) => temp.remove()));
    };
    try {
      for (const file of files)
        opened.push(await this.shared.slots.run(owner, () => this.#openFile(owner, file, network)));
    } catch (error) {
      await close();
      throw error;
    }
    return { attachments: opened.map(({ attachment }) => attachment), close };
  }

  forget({ owner }: FileOwner): Promise<void> {
    return this.shared.links.forget(this.domain, owner);
  }

  async #publish(owner: string, attachment: InboundAttachment): Promise<PublishedFile> {
    const temp = await this.#take(owner, attachment);
    try {
      const mediaType = await realMediaType(temp.sample, attachment.mediaType);
      const name = safeFileName(attachment.name, mediaType);
      const picture = await this.shared.pictures.look(temp.path, mediaType, this.shared.limits);
      const { width = attachment.width, height = attachment.height } = picture ?? {};
      const url =
        (await this.#upload(owner, { temp, name, mediaType })) ??
        (await this.#serve(owner, { temp, name, mediaType }));
      if (url === undefined) throw fileErrors.noPlace();
      return {
        kind: 'file',
        url,
        name,
        mediaType,
        size: temp.size,
        sha256: temp.sha256,
        ...(width !== undefined && height !== undefined && { width, height }),
        ...(picture?.thumbnail && { thumbnail: picture.thumbnail }),
      };
    } finally {
      await temp.remove();
    }
  }

  /** Reads a file from the network, again where that may help. */
  async #take(owner: string, attachment: InboundAttachment): Promise<TempFile> {
    const { limits, bytesIn, temp } = this.shared;
    const { maxBytes } = limits;
    const { size = 0 } = attachment;
    if (size > maxBytes) throw fileErrors.tooLarge(maxBytes);
    if (!bytesIn.has(owner, size)) throw fileErrors.quota();
    for (let attempt = 1; ; attempt += 1) {
      try {
        const source = await attachment.open();
        return await temp.receive(source, { ...limits, take: (bytes) => bytesIn.take(owner, bytes) });
      } catch (error) {
        const final = error instanceof GatewayError && (!error.retryable || error.code === 'limit');
        if (final || attempt >= limits.attempts || temp.stopped.aborted) throw error;
        await pause(limits.retryPauseMs, undefined, { signal: temp.stopped });
      }
    }
  }

  /** Undefined when neither the user's server nor the attached one takes it. */
  async #upload(owner: string, { temp, name, mediaType }: KnownFile): Promise<string | undefined> {
    const { serverDomain, limits, allowHosts, log } = this.shared;
    const home = owner.slice(owner.indexOf('@') + 1);
    // A name per user at the gateway's domain: services count what each address has uploaded.
    const from = `${escapeLocal(owner)}@${this.domain}`;
    for (const server of new Set([home, serverDomain])) {
      const service = await this.#services.find(server);
      if (!service || temp.size > (service.maxFileSize ?? Number.POSITIVE_INFINITY)) continue;
      try {
        const request = { filename: name, size: temp.size, contentType: mediaType };
        const slot = await this.#services.slot(server, service, from, request);
        await putFile(
          slot,
          { path: temp.path, size: temp.size, mediaType },
          {
            ...limits,
            userAgent: this.shared.userAgent,
            mayBePlain: ({ host, hostname }) =>
              allowHosts.some((listed) => listed === host || listed === hostname),
          },
          this.shared.temp.stopped,
        );
        return slot.get;
      } catch (error) {
        log.warn(
          { domain: this.domain, service: service.jid, reason: error instanceof Error ? error.message : '' },
          'the upload service has not taken a file',
        );
      }
    }
    return undefined;
  }

  /** A link to the gateway's own HTTP server; undefined where there is none. */
  async #serve(owner: string, { temp, name, mediaType }: KnownFile): Promise<string | undefined> {
    const { publicUrl, links } = this.shared;
    if (publicUrl === undefined) return undefined;
    const token = await links.add(temp.path, {
      name,
      mediaType,
      size: temp.size,
      domain: this.domain,
      owner,
    });
    return `${publicUrl}${MEDIA}/${token}/${encodeURIComponent(name)}`;
  }

  async #openFile(
    owner: string,
    file: LinkedFile,
    network: MediaFacet | undefined,
  ): Promise<{ attachment: OutboundAttachment; temp: TempFile }> {
    const { limits, bytesOut, temp: folder } = this.shared;
    if (!bytesOut.has(owner, file.size ?? 0)) throw fileErrors.quota();
    const maxBytes = Math.min(limits.maxBytes, network?.maxBytes ?? limits.maxBytes);
    if ((file.size ?? 0) > maxBytes) throw fileErrors.tooLarge(maxBytes);
    // What can be refused without asking anybody is.
    checkTarget(file.url, { ports: this.shared.ports, trusts: () => true });
    const signal = AbortSignal.any([folder.stopped, AbortSignal.timeout(limits.transferTimeoutMs)]);
    const policy = await this.#policy();
    const fetched = await guardedFetch(file.url, { ...this.shared, ...limits, maxBytes, policy }, signal);
    let temp: TempFile;
    try {
      const take = (bytes: number) => bytesOut.take(owner, bytes);
      temp = await folder.receive(fetched.body, { ...limits, maxBytes, take });
    } finally {
      await fetched.close();
    }
    try {
      const mediaType = await realMediaType(temp.sample, fetched.mediaType ?? file.mediaType);
      if (network && !network.accepts(mediaType)) throw fileErrors.notTaken(mediaType);
      const name = safeFileName(file.name ?? fetched.name, mediaType);
      const picture = await this.shared.pictures.look(temp.path, mediaType, {
        ...limits,
        thumbnailPixels: 0,
      });
      const { width = file.width, height = file.height } = picture ?? {};
      const link = fetched.public ? file.url : await this.#serve(owner, { temp, name, mediaType });
      const { path, size } = temp;
      const attachment: OutboundAttachment = {
        name,
        mediaType,
        size,
        ...(width !== undefined && height !== undefined && { width, height }),
        ...(link !== undefined && { link }),
        open: async () => createReadStream(path),
      };
      return { attachment, temp };
    } catch (error) {
      await temp.remove();
      throw error;
    }
  }

  /** Where links may lead to: anywhere public, to what the operator lists, and to his own server's files. */
  async #policy(): Promise<TargetPolicy> {
    const { allowHosts, ports, serverDomain } = this.shared;
    const uploads = await this.#services.hosts(serverDomain);
    return {
      ports,
      trusts: (host, port) =>
        allowHosts.includes(host) || allowHosts.includes(`${host}:${port}`) || uploads.has(`${host}:${port}`),
    };
  }
}
