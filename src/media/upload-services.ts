import { BoundedMap } from '../core/limit/bounded-map.js';
import { el, type XmlElement } from '../xmpp/element.js';
import type { IqRequests } from '../xmpp/iq.js';
import { NS } from '../xmpp/namespace.js';
import { StanzaError } from '../xmpp/stanza-error.js';
import {
  parseSlot,
  parseUploadOffer,
  type SlotRequest,
  slotRequestElement,
  tooLargeLimit,
  type UploadSlot,
} from '../xmpp/xep/0363-http-file-upload/upload-slot.js';

/** Servers that are remembered at most. */
const REMEMBERED_SERVERS = 1_000;
/** Items of a server that are asked what they are. */
const MAX_ITEMS = 50;
/** A file that is asked a place for only to see where the service keeps its files. */
const PROBE: SlotRequest = { filename: 'probe.txt', size: 1, contentType: 'text/plain' };

/** An upload service (XEP-0363). */
export interface UploadService {
  readonly jid: string;
  /** Bytes; undefined: no limit known. */
  readonly maxFileSize: number | undefined;
}

interface Remembered {
  readonly service: Promise<UploadService | undefined>;
  /** UTC milliseconds; set when the answer is there. */
  until: number;
}

/** What finding services runs on. */
export interface UploadServicesOptions {
  /** The gateway's domain, in whose name servers are asked. */
  readonly domain: string;
  readonly requests: Pick<IqRequests, 'request'>;
  /** How long a service is remembered, and how long that there is none or that it refuses (ms). */
  readonly serviceCacheMs: number;
  readonly refusalCacheMs: number;
  /** UTC milliseconds. */
  readonly now: () => number;
}

/** Finds the upload services of servers, and asks them for places. */
export class UploadServices {
  readonly #known = new BoundedMap<string, Remembered>(REMEMBERED_SERVERS);
  /** `host:port` where services keep their files, by the JID of the service. */
  readonly #hosts = new BoundedMap<string, ReadonlySet<string>>(REMEMBERED_SERVERS);

  constructor(private readonly options: UploadServicesOptions) {}

  /** The service of a server; undefined when it has none, does not answer, or refuses the gateway. Never rejects. */
  async find(server: string): Promise<UploadService | undefined> {
    const known = this.#known.get(server);
    if (known && known.until > this.options.now()) return known.service;
    const service = this.#discover(server).catch(() => undefined);
    const remembered: Remembered = { service, until: Number.POSITIVE_INFINITY };
    this.#known.set(server, remembered);
    const found = await service;
    const { serviceCacheMs, refusalCacheMs, now } = this.options;
    remembered.until = now() + (found ? serviceCacheMs : refusalCacheMs);
    return found;
  }

  /**
   * Asks for a place, in the name of `from` at the gateway's domain.
   * @throws {StanzaError} the service's refusal
   */
  async slot(
    server: string,
    service: UploadService,
    from: string,
    request: SlotRequest,
  ): Promise<UploadSlot> {
    try {
      const result = await this.options.requests.request(
        'get',
        from,
        service.jid,
        slotRequestElement(request),
      );
      const slot = parseSlot(result);
      if (!slot) throw new StanzaError('undefined-condition');
      this.#hosts.set(service.jid, new Set([hostAndPort(slot.put), hostAndPort(slot.get)]));
      return slot;
    } catch (error) {
      this.#learn(server, service, error);
      throw error;
    }
  }

  /** Where a server keeps its users' files, as `host:port`; a service that was never used is asked. Never rejects. */
  async hosts(server: string): Promise<ReadonlySet<string>> {
    const service = await this.find(server);
    if (!service) return new Set();
    if (!this.#hosts.get(service.jid))
      await this.slot(server, service, this.options.domain, PROBE).catch(() => undefined);
    return this.#hosts.get(service.jid) ?? new Set();
  }

  /** What a refusal says about later files. */
  #learn(server: string, service: UploadService, error: unknown): void {
    if (!(error instanceof StanzaError)) return;
    const { now, refusalCacheMs, serviceCacheMs } = this.options;
    const limit = tooLargeLimit(error);
    if (limit !== undefined && Number.isFinite(limit)) {
      const smaller = { ...service, maxFileSize: limit };
      this.#known.set(server, { service: Promise.resolve(smaller), until: now() + serviceCacheMs });
    } else if (REFUSALS.has(error.condition)) {
      this.#known.set(server, { service: Promise.resolve(undefined), until: now() + refusalCacheMs });
    }
  }

  async #discover(server: string): Promise<UploadService | undefined> {
    const items = await this.#ask(server, NS.DISCO_ITEMS);
    const listed = (items?.child('query', NS.DISCO_ITEMS)?.childrenNamed('item', NS.DISCO_ITEMS) ?? [])
      .flatMap(({ attrs: { jid, node } }) => (jid === undefined || node !== undefined ? [] : [jid]))
      .filter((jid) => jid !== this.options.domain)
      .slice(0, MAX_ITEMS);
    const asked = [...new Set([server, ...listed])].map(async (jid) => {
      const info = await this.#ask(jid, NS.DISCO_INFO);
      const offer = info && parseUploadOffer(info);
      return offer && { jid, maxFileSize: offer.maxFileSize };
    });
    return (await Promise.all(asked)).find((service) => service !== undefined);
  }

  /** Undefined when the answer is an error or does not come. */
  async #ask(jid: string, ns: string): Promise<XmlElement | undefined> {
    try {
      return await this.options.requests.request('get', this.options.domain, jid, el('query', ns));
    } catch {
      return undefined;
    }
  }
}

/** Conditions that will be the same for the next file: the gateway may not upload, or nobody is there. */
const REFUSALS: ReadonlySet<string> = new Set([
  'forbidden',
  'not-allowed',
  'not-authorized',
  'registration-required',
  'service-unavailable',
  'item-not-found',
  'remote-server-not-found',
  'remote-server-timeout',
  'feature-not-implemented',
]);

function hostAndPort(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname.replace(/^\[|\]$/g, '')}:${port || (protocol === 'https:' ? '443' : '80')}`;
}
