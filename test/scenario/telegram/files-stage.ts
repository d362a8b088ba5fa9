import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Media } from '../../../src/core/media/media.js';
import { MediaService } from '../../../src/media/media-service.js';
import { type MediaLimits, mediaLimits } from '../../../src/media/options.js';
import { DOMAIN } from '../../support/telegram/gateway-stage.js';

const PUBLIC_URL = 'https://files.example.org';

/** A place for files: what the gateway shows to its users, and a web server where they put what they send. */
export interface FilesStage {
  readonly media: Media;
  /** Folder in which files are on their way. */
  readonly folder: string;
  /** The bytes behind a link that the gateway has made. */
  shown(link: string): Buffer;
  /** Puts a file on the web; returns its link. */
  put(name: string, mediaType: string, bytes: Buffer): string;
  close(): Promise<void>;
}

/** Makes it; the gateway takes files over as in production. */
export async function filesStage(limits: Partial<MediaLimits> = {}): Promise<FilesStage> {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-telegram-files-'));
  const put = new Map<string, { readonly mediaType: string; readonly bytes: Buffer }>();
  const web = createServer((request, response) => {
    const file = put.get(request.url ?? '');
    if (!file) response.writeHead(404).end();
    else
      response
        .writeHead(200, { 'content-type': file.mediaType, 'content-length': file.bytes.length })
        .end(file.bytes);
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const { port } = web.address() as AddressInfo;
  const quiet = (): void => undefined;
  const service = await MediaService.open({
    dataFolder: folder,
    publicUrl: PUBLIC_URL,
    allowHosts: [`127.0.0.1:${port}`],
    ports: [443],
    limits: { ...mediaLimits, retryPauseMs: 1, ...limits },
    serverDomain: 'example.org',
    userAgent: 'test',
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  const nobody = { request: () => Promise.reject(new Error('no service for uploads')) };
  return {
    folder,
    media: service.forDomain(DOMAIN, nobody),
    shown: (link) => {
      const token = new RegExp(`^${PUBLIC_URL}/media/([^/]+)/`).exec(link)?.[1] ?? '';
      const file = service.files.find(token);
      if (!file) throw new Error(`nothing behind ${link}`);
      return readFileSync(file.path);
    },
    put: (name, mediaType, bytes) => {
      put.set(`/${name}`, { mediaType, bytes });
      return `http://127.0.0.1:${port}/${name}`;
    },
    close: async () => {
      await service.close();
      web.closeAllConnections();
      await new Promise((resolve) => web.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
