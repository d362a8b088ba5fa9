import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LinkedFile, OpenedFiles } from '../../../src/core/media/media.js';
import { ANNA, MediaStage, type MediaStageOptions, slotAt, WebServer } from './stage.js';

const PUBLIC_URL = 'https://gateway.example.org';
/** A name that the operator lists; it leads to this machine. */
const LISTED = 'files.example.org';

let stage: MediaStage;
/** Where the listed name leads to. */
let web: WebServer;
/** What no user may reach. */
let secret: WebServer;

beforeEach(async () => {
  web = await WebServer.start();
  secret = await WebServer.start();
});
afterEach(async () => {
  await stage.stop();
  await web.stop();
  await secret.stop();
});

async function start(options: MediaStageOptions = {}): Promise<void> {
  stage = await MediaStage.start({
    allowHosts: [`${LISTED}:${web.port}`],
    ports: [80, 443, secret.port],
    ...options,
    names: { [LISTED]: ['127.0.0.1'], ...options.names },
  });
}

function open(path: string, facts: Partial<LinkedFile> = {}): Promise<OpenedFiles> {
  return stage.media.openFiles(ANNA, [{ url: `http://${LISTED}:${web.port}${path}`, ...facts }]);
}

function send(response: ServerResponse, body: Buffer, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-length': body.length, ...headers }).end(body);
}

/** Nothing was left on the disk, and nothing was asked of what is private. */
async function clean(): Promise<void> {
  expect(await stage.files('moving')).toEqual([]);
  expect(secret.requests).toEqual([]);
}

describe("G04 files behind users' links", () => {
  it('are fetched, looked at, and can be read more than once', async () => {
    await start({ publicUrl: PUBLIC_URL });
    const picture = await sharp({ create: { width: 30, height: 20, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    web.answer = (_, response) => send(response, picture, { 'content-type': 'text/html' });
    const opened = await open('/a/%D1%84%D0%BE%D1%82%D0%BE.png?x', {
      size: 1,
      width: 1,
      mediaType: 'image/gif',
    });
    const [file] = opened.attachments;
    expect(file).toMatchObject({
      name: 'фото.png',
      mediaType: 'image/png',
      size: picture.length,
      width: 30,
      height: 20,
    });
    for (let round = 0; round < 2; round += 1)
      expect((await file?.open().then(buffer))?.equals(picture)).toBe(true);
    expect(web.requests[0]?.headers).toMatchObject({
      'accept-encoding': 'identity',
      'user-agent': 'Isthmus/test',
    });
    // The link is no public one, so the network is given another.
    expect(file?.link).toMatch(new RegExp(`^${PUBLIC_URL}/media/[\\w-]{32}/`));
    await opened.close();
    expect(await stage.files('moving')).toEqual([]);
    const token = file?.link?.split('/').at(-2) ?? '';
    expect(stage.service.files.find(token)?.size).toBe(picture.length);
  });

  it('have no link where the gateway has no HTTP server', async () => {
    await start();
    web.answer = (_, response) => send(response, Buffer.from('text'));
    const opened = await open('/x.txt');
    expect(opened.attachments[0]).not.toHaveProperty('link');
    await opened.close();
  });

  it.each([
    ["the client's", { name: 'mine.txt' }, 'attachment; filename="theirs.txt"', 'mine.txt'],
    ["the server's", {}, 'attachment; filename="../a \\"b\\".txt"', 'a _b_.txt'],
    ["the server's in full", {}, `attachment; filename="x"; filename*=UTF-8''%D1%84.txt`, 'ф.txt'],
    ['what the path says where the rest is rubbish', {}, `x; filename*=UTF-8''%ff`, 'path.txt'],
  ])('are called by %s name', async (_, facts, disposition, name) => {
    await start();
    web.answer = (_request, response) =>
      send(response, Buffer.from('text'), { 'content-disposition': disposition });
    const opened = await open('/path.txt', facts);
    expect(opened.attachments[0]?.name).toBe(name);
    await opened.close();
  });

  it('follow redirects, a few', async () => {
    await start();
    web.answer = ({ url }, response) => {
      if (url === '/end') send(response, Buffer.from('text'));
      else response.writeHead(302, { location: url === '/loop' ? '/loop' : '/end' }).end();
    };
    await (await open('/start')).close();
    await expect(open('/loop')).rejects.toMatchObject({ text: { key: 'file-unreadable' } });
    expect(web.requests).toHaveLength(2 + 5);
    await clean();
  });

  it.each([
    [404, 'file-gone'],
    [410, 'file-gone'],
    [403, 'file-unreadable'],
    [500, 'file-unreadable'],
    [206, 'file-unreadable'],
  ])('an answer %s is told as %s', async (status, key) => {
    await start();
    web.answer = (_, response) => response.writeHead(status).end('x');
    await expect(open('/x')).rejects.toMatchObject({ text: { key } });
    await clean();
  });

  it('of several, one that fails takes the others with it', async () => {
    await start();
    web.answer = ({ url }, response) =>
      url === '/good' ? send(response, Buffer.from('x')) : response.writeHead(404).end();
    const url = (path: string) => ({ url: `http://${LISTED}:${web.port}${path}` });
    const both = stage.media.openFiles(ANNA, [url('/good'), url('/bad')]);
    await expect(both).rejects.toMatchObject({ text: { key: 'file-gone' } });
    await clean();
  });

  it("may lie on the server's own upload service, wherever that is", async () => {
    await start({ allowHosts: [], names: { [LISTED]: ['127.0.0.1'] } });
    stage.uploads.services.set('example.org', { slot: () => slotAt(`http://${LISTED}:${web.port}/slot`) });
    web.answer = (_, response) => send(response, Buffer.from('text'));
    for (let round = 0; round < 2; round += 1) await (await open('/x')).close();
    // Asked once, when it was not known yet.
    expect(stage.uploads.slots).toBe(1);
    const other = stage.media.openFiles(ANNA, [{ url: `http://${LISTED}:${secret.port}/` }]);
    await expect(other).rejects.toMatchObject({ text: { key: 'file-forbidden' } });
    await clean();
  });
});

describe('G05 S21 where users may not send the gateway', () => {
  it('a private address, by whatever name', async () => {
    await start({
      names: {
        'rebind.example.com': ['127.0.0.1'],
        'mapped.example.com': ['::ffff:127.0.0.1', '::1'],
        'cloud.example.com': ['169.254.169.254'],
      },
    });
    for (const host of [
      '127.0.0.1',
      '[::1]',
      'localhost',
      'rebind.example.com',
      'mapped.example.com',
      'cloud.example.com',
    ]) {
      const refused = stage.media.openFiles(ANNA, [{ url: `http://${host}:${secret.port}/` }]);
      await expect(refused, host).rejects.toMatchObject({ text: { key: 'file-forbidden' } });
    }
    await clean();
  });

  it('a redirect to one', async () => {
    await start({ names: { 'rebind.example.com': ['127.0.0.1'] } });
    for (const location of [
      `http://127.0.0.1:${secret.port}/`,
      `http://rebind.example.com:${secret.port}/`,
      `http://${LISTED}:${secret.port}/`,
      `//localhost:${secret.port}/`,
    ]) {
      web.answer = (_, response) => response.writeHead(302, { location }).end();
      await expect(open('/x'), location).rejects.toMatchObject({ text: { key: 'file-forbidden' } });
    }
    web.answer = (_, response) => response.writeHead(307, { location: 'file:///etc/passwd' }).end();
    await expect(open('/x')).rejects.toMatchObject({ text: { key: 'file-not-http' } });
    await clean();
  });

  it('all failures to reach a server read the same', async () => {
    await start({ allowHosts: [LISTED] });
    web.answer = (request) => request.socket.destroy();
    // Nobody listens on port 1; a name that nobody knows; a server that hangs up.
    for (const url of [
      `http://${LISTED}:1/`,
      'https://unknown.example.com/',
      `http://${LISTED}:${web.port}/`,
    ]) {
      const refused = stage.media.openFiles(ANNA, [{ url }]);
      await expect(refused, url).rejects.toMatchObject({ text: { key: 'file-unreadable' } });
    }
    await clean();
  });

  it('other kinds of links, before anybody is asked', async () => {
    await start();
    for (const [url, key] of [
      ['ftp://example.com/x', 'file-not-http'],
      ['aesgcm://example.com/x#0011', 'file-encrypted'],
      ['https://user:password@example.com/', 'file-forbidden'],
    ] as const)
      await expect(stage.media.openFiles(ANNA, [{ url }])).rejects.toMatchObject({ text: { key } });
    expect(stage.uploads.asked).toEqual([]);
  });
});

describe('G04 what the network takes', () => {
  it('is decided by what a file really is, not by what was said of it', async () => {
    await start();
    const network = { maxBytes: 100, accepts: (mediaType: string) => mediaType === 'text/plain' };
    const url = `http://${LISTED}:${web.port}/x`;
    const openFor = (body: Buffer) => {
      web.answer = (_, response) => send(response, body, { 'content-type': 'text/plain' });
      return stage.media.openFiles(ANNA, [{ url, mediaType: 'text/plain', size: 1 }], network);
    };
    await (await openFor(Buffer.from('words'))).close();
    await expect(openFor(Buffer.alloc(101))).rejects.toMatchObject({ text: { key: 'file-too-large' } });
    await expect(openFor(gzipSync('words'))).rejects.toMatchObject({
      text: { key: 'file-not-taken', args: { mediaType: 'application/gzip' } },
    });
    await clean();
  });
});

describe('G05 what does not end', () => {
  it('a body without end, and one that is announced as too long', async () => {
    await start({ limits: { maxBytes: 100_000 } });
    web.answer = (_, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(10_000)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    await expect(open('/x')).rejects.toMatchObject({ text: { key: 'file-too-large' } });
    web.answer = (_, response) => response.writeHead(200, { 'content-length': '100001' }).write('x');
    await expect(open('/x')).rejects.toMatchObject({ text: { key: 'file-too-large' } });
    await expect(open('/x', { size: 100_001 })).rejects.toMatchObject({ text: { key: 'file-too-large' } });
    expect(web.requests).toHaveLength(2);
    await clean();
  });

  it('a bomb is not unpacked', async () => {
    await start({ limits: { maxBytes: 100_000 } });
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    web.answer = (_, response) => send(response, bomb, { 'content-encoding': 'gzip' });
    await expect(open('/x')).rejects.toMatchObject({ text: { key: 'file-unreadable' } });
    web.answer = (_, response) => send(response, bomb);
    const opened = await open('/x.gz');
    expect(opened.attachments[0]).toMatchObject({ size: bomb.length, mediaType: 'application/gzip' });
    await opened.close();
    await clean();
  });

  it.each([
    ['a name that is never resolved', {}],
    ['no answer', { headers: false }],
    ['silence within the file', { headers: true }],
    ['a byte now and then', { trickle: true }],
  ])('%s', async (_, { headers, trickle }: { headers?: boolean; trickle?: boolean }) => {
    const limits = { connectTimeoutMs: 100, silenceTimeoutMs: 100, transferTimeoutMs: 300 };
    await start({ limits, names: headers === undefined && !trickle ? { [LISTED]: 'silent' } : {} });
    let timer: NodeJS.Timeout | undefined;
    web.answer = (_request, response) => {
      if (headers || trickle) response.writeHead(200).write('x');
      if (trickle) timer = setInterval(() => response.write('x'), 20);
    };
    await expect(open('/x')).rejects.toMatchObject({ text: { key: 'file-unreadable' } });
    clearInterval(timer);
    await clean();
  });

  it('S17 a user may fetch so much in a day, and others go on', async () => {
    await start({ limits: { bytesPerDayOut: 10 } });
    web.answer = (_, response) => send(response, Buffer.alloc(8));
    await (await open('/x')).close();
    await expect(open('/x')).rejects.toMatchObject({ text: { key: 'file-quota' } });
    const url = `http://${LISTED}:${web.port}/x`;
    await (await stage.media.openFiles({ owner: 'bob@example.org' }, [{ url }])).close();
    await clean();
  });

  it('the gateway stops', async () => {
    await start();
    const asked = new Promise<void>((resolve) => {
      web.answer = (_, response) => {
        response.writeHead(200).write('x');
        resolve();
      };
    });
    const refused = expect(open('/x')).rejects.toMatchObject({ retryable: true });
    await asked;
    await stage.service.close();
    await refused;
  });
});
