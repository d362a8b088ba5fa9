import { readFileSync } from 'node:fs';
import { createServer as createTls, type Server } from 'node:https';
import { createServer as createTcp } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnswerLost, HttpCaller, NotReached } from '../../../../gateways/sms/carrier/http-call.js';
import { type Certificate, createCertificate } from '../../../servers/certificate.js';
import { createWorkspace, LOOPBACK } from '../../../servers/process.js';

const LIMITS = { connectMs: 2000, answerMs: 2000, answerBytes: 1000, concurrent: 2, queued: 1 };

function portOf(server: { address(): ReturnType<Server['address']> }): number {
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('HttpCaller', () => {
  let certificate: Certificate;
  let server: Server;
  let url: string;
  let requests = 0;
  const held: (() => void)[] = [];

  beforeAll(async () => {
    certificate = await createCertificate(createWorkspace('https'));
    const keys = { cert: readFileSync(certificate.certPath), key: readFileSync(certificate.keyPath) };
    server = createTls(keys, (request, response) => {
      requests += 1;
      if (request.url === '/long') response.end('x'.repeat(1001));
      else if (request.url === '/cut') response.writeHead(200, { 'content-length': '10' }).write('x');
      else if (request.url === '/held') held.push(() => response.end('late'));
      else response.end('fine');
      if (request.url === '/cut') setImmediate(() => request.socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
    url = `https://${LOOPBACK}:${portOf(server)}`;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const caller = (more: object = {}, ca?: string) => new HttpCaller({ ...LIMITS, ...more }, ca);
  const trusting = (more: object = {}) => caller(more, readFileSync(certificate.certPath, 'utf8'));
  const post = (path: string) => ({
    method: 'POST' as const,
    url: `${url}${path}`,
    headers: {},
    body: 'text',
  });

  it('S20 sends nothing to a server whose certificate it does not trust', async () => {
    const before = requests;
    const untrusting = caller();
    await expect(untrusting.call(post('/'))).rejects.toBeInstanceOf(NotReached);
    expect(requests).toBe(before);
    await untrusting.close();
    const one = trusting();
    expect(await one.call(post('/'))).toEqual({ status: 200, body: 'fine' });
    await one.close();
  });

  it.each(['/long', '/cut'])('calls the answer lost that is too long or ends early: %s', async (path) => {
    const one = trusting();
    await expect(one.call(post(path))).rejects.toBeInstanceOf(AnswerLost);
    await one.close();
  });

  it('calls a request lost whose answer does not come in time, and one unsent that was never written', async () => {
    const silent = createTcp();
    await new Promise<void>((resolve) => silent.listen(0, LOOPBACK, resolve));
    const one = caller({ connectMs: 200, answerMs: 200 });
    const at = `${LOOPBACK}:${portOf(silent)}`;
    const wanted = { method: 'POST' as const, headers: {}, body: 'x' };
    await expect(one.call({ ...wanted, url: `http://${at}/` })).rejects.toBeInstanceOf(AnswerLost);
    // A TLS handshake that is not answered.
    await expect(one.call({ ...wanted, url: `https://${at}/` })).rejects.toBeInstanceOf(NotReached);
    const broken = { ...wanted, url: `http://${at}/`, headers: { name: 'a\r\nb: c' } };
    await expect(one.call(broken)).rejects.toBeInstanceOf(NotReached);
    await one.close();
    silent.close();
  });

  it('lets a bounded number wait, and says of the others that they were not sent', async () => {
    const one = trusting();
    const under = [1, 2, 3].map(() => one.call(post('/held')));
    await expect(one.call(post('/held'))).rejects.toBeInstanceOf(NotReached);
    await expect.poll(() => held.length).toBe(2);
    for (const answer of held.splice(0)) answer();
    await expect.poll(() => held.length).toBe(1);
    for (const answer of held.splice(0)) answer();
    expect((await Promise.all(under)).map(({ body }) => body)).toEqual(['late', 'late', 'late']);
    await one.close();
  });
});
