import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRange } from '../../../src/http/byte-range.js';
import { contentDisposition } from '../../../src/http/content-disposition.js';
import { type HttpStage, startHttpStage } from './stage.js';

const CONTENT = 'twelve bytes';
const HOUR_MS = 3_600_000;

describe('links to files', () => {
  let stage: HttpStage;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'isthmus-http-'));
    stage = await startHttpStage();
    await put('t', 'picture.png', 'image/png');
  });
  afterEach(async () => {
    await stage.server.stop();
    await rm(folder, { recursive: true });
  });

  async function put(token: string, name: string, mediaType: string): Promise<void> {
    const path = join(folder, token);
    await writeFile(path, CONTENT);
    stage.files.set(token, { path, name, mediaType, size: CONTENT.length, expiresAt: Date.now() + HOUR_MS });
  }

  it('gives the file, and to HEAD what it is', async () => {
    const response = await fetch(`${stage.url}/media/t/picture.png`);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(CONTENT);
    const head = await fetch(`${stage.url}/media/t/picture.png`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), head.headers.get('content-type')]).toEqual([
      200,
      String(CONTENT.length),
      'image/png',
    ]);
  });

  it('gives parts of it', async () => {
    const part = await fetch(`${stage.url}/media/t/x`, { headers: { range: 'bytes=7-' } });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
      206,
      'bytes 7-11/12',
      'bytes',
    ]);
    const none = await fetch(`${stage.url}/media/t/x`, { headers: { range: 'bytes=99-' } });
    expect([none.status, none.headers.get('content-range')]).toEqual([416, 'bytes */12']);
  });

  it.each([
    ['image/png', 'inline'],
    ['video/mp4', 'inline'],
    ['text/plain', 'inline'],
    ['image/svg+xml', 'attachment'],
    ['text/html', 'attachment'],
    ['application/pdf', 'attachment'],
  ])('%s is served as %s, and nothing in it runs', async (mediaType, disposition) => {
    await put('u', 'name', mediaType);
    const { headers } = await fetch(`${stage.url}/media/u/name`, { method: 'HEAD' });
    expect(headers.get('content-disposition')).toMatch(new RegExp(`^${disposition};`));
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain('sandbox');
  });

  it('knows no other paths', async () => {
    for (const path of [
      'media/',
      'media/t',
      'media/other/x',
      'media/..%2f..%2fetc%2fpasswd/x',
      'media/%00/x',
    ])
      expect((await fetch(`${stage.url}/${path}`)).status, path).toBe(404);
    expect(
      await stage.raw('GET /media/../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
    ).toMatch(/^HTTP\/1.1 404 /);
  });

  it('a file that has gone from the disk ends the answer, not the server', async () => {
    await rm(join(folder, 't'));
    await fetch(`${stage.url}/media/t/x`).then((response) => expect(response.status).toBe(500));
    expect((await fetch(`${stage.url}/health`)).status).toBe(200);
  });
});

describe('health', () => {
  it('tells the state of components and nothing else of them', async () => {
    const stage = await startHttpStage();
    stage.states = { 'sms.example.org': 'online' };
    const well = await fetch(`${stage.url}/health`);
    expect([well.status, await well.json()]).toEqual([
      200,
      { status: 'ok', components: { 'sms.example.org': 'online' } },
    ]);
    stage.relays = { relays: 1, joined: 1, away: 1 };
    const relayed = await fetch(`${stage.url}/health`);
    expect(relayed.status).toBe(200);
    expect(await relayed.json()).toMatchObject({ relays: { relays: 1, joined: 1, away: 1 } });
    stage.relays = undefined;
    stage.states = { 'sms.example.org': 'online', 'irc.example.org': 'offline: 10.0.0.5 reset' };
    const ill = await fetch(`${stage.url}/health`);
    expect([ill.status, await ill.json()]).toEqual([
      503,
      { status: 'degraded', components: { 'sms.example.org': 'online', 'irc.example.org': 'offline' } },
    ]);
    await stage.server.stop();
  });
});

describe('headers', () => {
  it('a range never leaves the file', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`),
          fc.nat().map((a) => `bytes=-${a}`),
        ),
        fc.nat(),
        (header, size) => {
          const range = parseRange(header, size);
          if (typeof range !== 'object') return;
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.end).toBeGreaterThanOrEqual(range.start);
          expect(range.end).toBeLessThan(size);
        },
      ),
    );
  });

  it('a name never leaves its quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(contentDisposition('attachment', name)).toMatch(
          /^attachment; filename="[\x20\x21\x23-\x5b\x5d-\x7e]*"(; filename\*=UTF-8''[\w!~.%-]*)?$/,
        );
      }),
    );
    expect(contentDisposition('inline', 'Фото "1".jpg')).toBe(
      `inline; filename="____ _1_.jpg"; filename*=UTF-8''${encodeURIComponent('Фото "1".jpg')}`,
    );
  });
});
