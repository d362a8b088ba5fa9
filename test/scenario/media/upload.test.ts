import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Media } from '../../../src/core/media/media.js';
import { MediaService } from '../../../src/media/media-service.js';
import { LINK_PORTS, mediaLimits } from '../../../src/media/options.js';
import { IqRequests } from '../../../src/xmpp/iq.js';
import { ComponentStream } from '../../../src/xmpp/stream/component-stream.js';
import { startEjabberd } from '../../servers/ejabberd.js';
import { startProsody } from '../../servers/prosody.js';
import type { XmppServer } from '../../servers/xmpp-server.js';
import { faultLog } from '../../support/fault-log.js';

const DOMAIN = 'gw.localhost';
const SECRET = 'secret';
const PUBLIC_URL = 'https://gateway.example.org';
const ALICE = { owner: 'alice@localhost' };
/** More than either server takes as it is set up here. */
const TOO_LARGE = 110 * 1_048_576;

describe.each([
  ['Prosody', startProsody],
  ['ejabberd', startEjabberd],
] as const)('files and the upload service of %s', (_, start) => {
  let server: XmppServer;
  let folder: string;
  let service: MediaService;
  let stream: ComponentStream;
  let media: Media;
  const warnings: object[] = [];

  beforeAll(async () => {
    server = await start({ components: [{ domain: DOMAIN, secret: SECRET }], httpUpload: true });
    folder = await mkdtemp(join(tmpdir(), 'isthmus-media-'));
    service = await MediaService.open({
      dataFolder: folder,
      publicUrl: PUBLIC_URL,
      allowHosts: [],
      ports: LINK_PORTS,
      limits: { ...mediaLimits, maxBytes: TOO_LARGE },
      serverDomain: server.domain,
      userAgent: 'Isthmus/test',
      log: { ...faultLog([]), warn: (fields) => warnings.push(fields) },
    });
    stream = new ComponentStream({
      domain: DOMAIN,
      secret: SECRET,
      host: server.host,
      port: server.componentPort,
      serverDomain: server.domain,
    });
    const requests = new IqRequests((xml) => stream.send(xml));
    stream.on('stanza', (stanza) => requests.settle(stanza));
    const online = once(stream, 'online');
    stream.start();
    await online;
    media = service.forDomain(DOMAIN, requests);
  });
  afterAll(async () => {
    await stream?.stop();
    await service?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('G03 G04 a file goes up, anybody can fetch it, and a link to it comes back', async () => {
    const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer();
    const file = await media.publish(ALICE, {
      name: 'très cool & schön.png',
      open: async () => Readable.from([picture], { objectMode: false }),
    });
    expect(warnings).toEqual([]);
    expect(file).toMatchObject({ kind: 'file', mediaType: 'image/jpeg', width: 40, height: 30 });
    if (file.kind !== 'file') return;
    expect(file.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\x21-\x7e]+\.jpg$/);
    const fetched = await fetch(file.url);
    expect(fetched.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await fetched.arrayBuffer()).equals(picture)).toBe(true);

    // The server's own files lie on a private address here, and may be fetched all the same.
    const opened = await media.openFiles(ALICE, [{ url: file.url }]);
    const [attachment] = opened.attachments;
    expect(attachment).toMatchObject({
      mediaType: 'image/jpeg',
      size: picture.length,
      width: 40,
      height: 30,
    });
    expect((await attachment?.open().then(buffer))?.equals(picture)).toBe(true);
    await opened.close();
    const elsewhere = media.openFiles(ALICE, [{ url: `http://127.0.0.1:${server.c2sPort}/` }]);
    await expect(elsewhere).rejects.toMatchObject({ text: { key: 'file-forbidden' } });
  });

  it('G03 what the service does not take is served by the gateway', async () => {
    const piece = Buffer.alloc(1_048_576);
    let left = TOO_LARGE;
    const source = new Readable({
      read() {
        this.push(left > 0 ? piece : null);
        left -= piece.length;
      },
    });
    const file = await media.publish(ALICE, { name: 'film.mp4', open: async () => source });
    expect(file).toMatchObject({ kind: 'file', url: expect.stringContaining(`${PUBLIC_URL}/media/`) });
  });
});
