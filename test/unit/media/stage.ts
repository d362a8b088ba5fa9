import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Media } from '../../../src/core/media/media.js';
import type { InboundAttachment } from '../../../src/gateway/attachment.js';
import { MediaService } from '../../../src/media/media-service.js';
import { type MediaLimits, mediaLimits } from '../../../src/media/options.js';
import { el, type XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { StanzaError } from '../../../src/xmpp/stanza-error.js';

/** The gateway's domain. */
export const DOMAIN = 'sms.example.org';
/** A user of the attached server. */
export const ANNA = { owner: 'anna@example.org' };

/** A web server that does as a test says, on a free port of 127.0.0.1. */
export class WebServer {
  readonly requests: IncomingMessage[] = [];
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<WebServer> {
    const server = createServer();
    const web = new WebServer(server);
    server.on('request', (request, response) => {
      web.requests.push(request);
      web.answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return web;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Upload services by the server that has them, as XMPP shows them. */
class UploadWorld {
  /** What was asked, in order: `server disco#items` and the like. */
  readonly asked: { readonly from: string; readonly to: string; readonly payload: XmlElement }[] = [];
  /** Servers with an upload service at `upload.<server>`. */
  readonly services = new Map<
    string,
    { readonly maxFileSize?: number; readonly slot: (request: XmlElement) => XmlElement | StanzaError }
  >();

  async request(_type: 'get' | 'set', from: string, to: string, payload: XmlElement): Promise<XmlElement> {
    this.asked.push({ from, to, payload });
    const service = this.services.get(to.replace(/^upload\./, ''));
    if (!service) throw new StanzaError('remote-server-not-found');
    if (payload.ns === NS.HTTP_UPLOAD) {
      if (!to.startsWith('upload.')) throw new StanzaError('service-unavailable');
      const answer = service.slot(payload);
      if (answer instanceof StanzaError) throw answer;
      return el('iq', NS.COMPONENT, null, answer);
    }
    if (payload.ns === NS.DISCO_ITEMS)
      return result(NS.DISCO_ITEMS, el('item', NS.DISCO_ITEMS, { jid: `upload.${to}` }));
    if (!to.startsWith('upload.')) return result(NS.DISCO_INFO);
    const field = (name: string, value: string) =>
      el('field', NS.DATA, { var: name }, el('value', NS.DATA, null, value));
    return result(
      NS.DISCO_INFO,
      el('feature', NS.DISCO_INFO, { var: NS.HTTP_UPLOAD }),
      service.maxFileSize !== undefined &&
        el(
          'x',
          NS.DATA,
          { type: 'result' },
          field('FORM_TYPE', NS.HTTP_UPLOAD),
          field('max-file-size', String(service.maxFileSize)),
        ),
    );
  }

  /** How many places were asked for. */
  get slots(): number {
    return this.asked.filter(({ payload }) => payload.ns === NS.HTTP_UPLOAD).length;
  }
}

function result(ns: string, ...children: Parameters<typeof el>[3][]): XmlElement {
  return el('iq', NS.COMPONENT, null, el('query', ns, null, ...children));
}

/** A place at a web server. */
export function slotAt(url: string, ...headers: (readonly [string, string])[]): XmlElement {
  return el(
    'slot',
    NS.HTTP_UPLOAD,
    null,
    el(
      'put',
      NS.HTTP_UPLOAD,
      { url },
      ...headers.map(([name, value]) => el('header', NS.HTTP_UPLOAD, { name }, value)),
    ),
    el('get', NS.HTTP_UPLOAD, { url }),
  );
}

/** What differs between tests. */
export interface MediaStageOptions {
  readonly limits?: Partial<MediaLimits>;
  readonly publicUrl?: string;
  readonly allowHosts?: readonly string[];
  readonly ports?: readonly number[];
  /** Addresses by name; a function for names that change. */
  readonly names?: Readonly<Record<string, readonly string[] | 'silent'>>;
}

/** Files both ways on a folder of their own. */
export class MediaStage {
  readonly uploads = new UploadWorld();
  readonly warnings: string[] = [];
  #media: Media | undefined;

  private constructor(
    readonly folder: string,
    public service: MediaService,
    private readonly options: MediaStageOptions,
  ) {}

  static async start(options: MediaStageOptions = {}): Promise<MediaStage> {
    const folder = await mkdtemp(join(tmpdir(), 'isthmus-media-'));
    const warnings: string[] = [];
    const stage = new MediaStage(folder, await open(folder, options, warnings), options);
    stage.warnings.push(...warnings);
    return stage;
  }

  /** The part of the gateway's domain, since the last start. */
  get media(): Media {
    this.#media ??= this.service.forDomain(DOMAIN, this.uploads);
    return this.#media;
  }

  async restart(): Promise<void> {
    await this.service.close();
    this.#media = undefined;
    this.service = await open(this.folder, this.options, this.warnings);
  }

  /** Names of files below a folder of the data folder. */
  async files(below: 'moving' | 'links'): Promise<readonly string[]> {
    return readdir(join(this.folder, 'media', below)).catch(() => []);
  }

  async stop(): Promise<void> {
    await this.service.close();
    await rm(this.folder, { recursive: true });
  }
}

function open(folder: string, options: MediaStageOptions, warnings: string[]): Promise<MediaService> {
  const note = (_fields: object, message: string) => void warnings.push(message);
  const quiet = () => undefined;
  return MediaService.open({
    dataFolder: folder,
    publicUrl: options.publicUrl,
    allowHosts: options.allowHosts ?? [],
    ports: options.ports ?? [80, 443],
    limits: { ...mediaLimits, retryPauseMs: 1, ...options.limits },
    serverDomain: 'example.org',
    userAgent: 'Isthmus/test',
    log: { debug: quiet, info: quiet, warn: note, error: note },
    resolve: (host) => {
      const found = options.names?.[host];
      if (found === 'silent') return new Promise(() => undefined);
      if (!found) return Promise.reject(new Error(`unknown name ${host}`));
      return Promise.resolve(found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    },
  });
}

/** An attachment that holds these bytes. */
export function attachmentOf(
  bytes: Buffer,
  facts: Partial<InboundAttachment> = {},
): InboundAttachment & { opened: number } {
  const attachment = {
    opened: 0,
    ...facts,
    open: async () => {
      attachment.opened += 1;
      return Readable.from([bytes], { objectMode: false });
    },
  };
  return attachment;
}

/** SHA-256 in base64. */
export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}
