import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebhookRequest, WebhookResponse } from '../../../src/gateway/webhook.js';
import { HttpStartError } from '../../../src/http/error.js';
import { httpLimits } from '../../../src/http/options.js';
import { startHttp } from '../../../src/http/server.js';
import { type HttpStage, PUBLIC_URL, startHttpStage } from './stage.js';

const DOMAIN = 'sms.example.org';
const BODY_LIMIT = 1_000;

describe('webhooks', () => {
  let stage: HttpStage;
  let seen: WebhookRequest[];
  const serve = (path: string, answer: Partial<WebhookResponse> = {}) =>
    stage.webhooks.forDomain(DOMAIN).serve(path, async (request) => {
      seen.push(request);
      return { status: 200, ...answer };
    });

  beforeEach(async () => {
    stage = await startHttpStage({ maxBodyBytes: BODY_LIMIT, handlerTimeoutMs: 50, webhooksAtOnce: 1 });
    seen = [];
  });
  afterEach(() => stage.server.stop());

  it('hands over the raw body, the headers and the address as the provider called it', async () => {
    serve('twilio/in', { status: 200, contentType: 'text/xml', body: '<Response/>' });
    const response = await fetch(`${stage.url}/hooks/${DOMAIN}/twilio/in?a=%E9+b&a=2&B=x%20y`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Signature': 's' },
      body: '{"not": parsed',
    });
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'text/xml',
      '<Response/>',
    ]);
    const [request] = seen;
    expect(request?.url).toBe(`${PUBLIC_URL}/hooks/${DOMAIN}/twilio/in?a=%E9+b&a=2&B=x%20y`);
    expect(request?.method).toBe('POST');
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json', 'x-signature': 's' });
    expect(request?.query).toEqual({ a: '\ufffd b', B: 'x y' });
    expect(request?.body.toString()).toBe('{"not": parsed');
  });

  it('is called at the address that it tells, whether or not the proxy cuts off the path', async () => {
    serve('in');
    const address = stage.webhooks.forDomain(DOMAIN).address('in');
    expect(address).toBe(`${PUBLIC_URL}/hooks/${DOMAIN}/in`);
    await fetch(`${stage.url}${new URL(address ?? '').pathname}?x=1`);
    await fetch(`${stage.url}/hooks/${DOMAIN}/in?x=1`);
    expect(seen.map(({ url }) => url)).toEqual([`${address}?x=1`, `${address}?x=1`]);
    expect(seen.map(({ body }) => body.length)).toEqual([0, 0]);
  });

  it('keeps names such as __proto__ as plain names', async () => {
    serve('in');
    await fetch(`${stage.url}/hooks/${DOMAIN}/in?__proto__=x&constructor=y`);
    expect(Object.entries(seen[0]?.query ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });

  it('answers 404 for what nobody serves, without reading the body', async () => {
    serve('in')();
    stage.webhooks.started(DOMAIN);
    for (const path of ['in', 'other', '../in', '%2e%2e/in']) {
      const response = await fetch(`${stage.url}/hooks/${DOMAIN}/${path}`, {
        method: 'POST',
        body: 'x'.repeat(BODY_LIMIT * 2),
      });
      expect(response.status).toBe(404);
    }
    expect((await fetch(`${stage.url}/hooks/irc.example.org/in`)).status).toBe(404);
    expect((await fetch(`${stage.url}/`)).status).toBe(404);
  });

  it('tells providers to come again until the network has been started', async () => {
    stage.webhooks.forDomain(DOMAIN);
    const response = await fetch(`${stage.url}/hooks/${DOMAIN}/in`);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('answers 500 when the handler fails, at once or later, and goes on', async () => {
    const hooks = stage.webhooks.forDomain(DOMAIN);
    hooks.serve('throws', () => {
      throw new Error('at once');
    });
    hooks.serve('rejects', () => Promise.reject(new Error('later')));
    for (const path of ['throws', 'rejects', 'throws'])
      expect((await fetch(`${stage.url}/hooks/${DOMAIN}/${path}`)).status).toBe(500);
  });

  it('S17 refuses a body beyond the limit, also one without a length', async () => {
    serve('in');
    const url = `${stage.url}/hooks/${DOMAIN}/in`;
    const tooLong = 'x'.repeat(BODY_LIMIT + 1);
    expect((await fetch(url, { method: 'POST', body: tooLong })).status).toBe(413);
    const chunked = await stage.raw(
      `POST /hooks/${DOMAIN}/in HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n${tooLong.length.toString(16)}\r\n${tooLong}\r\n0\r\n\r\n`,
    );
    expect(chunked).toMatch(/^HTTP\/1.1 413 /);
    expect(seen).toEqual([]);
  });

  it('S17 one that hangs is answered, and its address takes no more at a time than allowed', async () => {
    let release: (() => void) | undefined;
    stage.webhooks.forDomain(DOMAIN).serve('slow', async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return { status: 200 };
    });
    const url = `${stage.url}/hooks/${DOMAIN}/slow`;
    expect((await fetch(url)).status).toBe(500);
    expect((await fetch(url)).status).toBe(503);
    release?.();
    const again = fetch(url);
    await expect.poll(() => release).toBeDefined();
    expect((await again).status).toBe(500);
  });

  it('answers other methods and broken requests with an error, and lives', async () => {
    serve('in');
    expect((await fetch(`${stage.url}/hooks/${DOMAIN}/in`, { method: 'DELETE' })).status).toBe(404);
    expect(await stage.raw('GARBAGE\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    expect(await stage.raw(`GET /hooks/%zz/in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 400 /,
    );
    expect((await fetch(`${stage.url}/hooks/${DOMAIN}/in`)).status).toBe(200);
    expect(stage.faults).toEqual([]);
  });

  it('refuses the same address twice', () => {
    serve('in');
    expect(() => serve('in')).toThrow('served already');
  });

  it('has no address without a public one', async () => {
    const { WebhookRegistry } = await import('../../../src/http/webhook-registry.js');
    expect(new WebhookRegistry(undefined).forDomain(DOMAIN).address('in')).toBeUndefined();
  });
});

describe('start and stop', () => {
  it('names the port that is taken', async () => {
    const stage = await startHttpStage();
    const options = { host: '127.0.0.1', port: stage.server.port, trustedProxies: [], limits: httpLimits };
    const content = { webhooks: stage.webhooks, files: { find: () => undefined }, states: () => ({}) };
    const refused = startHttp(options, content, { ...console });
    await expect(refused).rejects.toThrow(HttpStartError);
    await expect(refused).rejects.toThrow(`port ${stage.server.port}: another program does`);
    await stage.server.stop();
  });

  it('lets a request that is under way end', async () => {
    const stage = await startHttpStage();
    let begin: (() => void) | undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    let release: (() => void) | undefined;
    stage.webhooks.forDomain(DOMAIN).serve('in', async () => {
      begin?.();
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return { status: 204 };
    });
    const answer = fetch(`${stage.url}/hooks/${DOMAIN}/in`);
    await begun;
    const stopped = stage.server.stop();
    release?.();
    expect((await answer).status).toBe(204);
    await stopped;
  });
});
