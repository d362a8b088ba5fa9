import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FetchedFile, guardedFetch } from '../../../src/media/guarded-fetch.js';

/** Enough for everything that has come to be handled. */
const TURNS = 50;
const AT_ONCE = 'HTTP/1.1 200 OK\r\nConnection: close\r\n';

describe('a server behind a link that closes', () => {
  let server: Server;
  let answer: (socket: Socket) => void;

  beforeEach(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => answer(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.close();
  });

  const fetch = (): Promise<FetchedFile> => {
    const { port } = server.address() as AddressInfo;
    return guardedFetch(
      `http://files.example.org:${port}/a`,
      {
        policy: { ports: [], trusts: () => true },
        resolve: async () => [{ address: '127.0.0.1', family: 4 }],
        redirects: 0,
        connectTimeoutMs: 10_000,
        silenceTimeoutMs: 10_000,
        userAgent: 'test',
        maxBytes: 10_000_000,
      },
      new AbortController().signal,
    );
  };
  /** The body, begun to be read only after the server has long closed. */
  const lateRead = async (): Promise<Buffer> => {
    const ended = new Promise<void>((resolve) => {
      const send = answer;
      answer = (socket) => {
        socket.once('finish', resolve);
        send(socket);
      };
    });
    const fetched = await fetch();
    await ended;
    for (let count = 0; count < TURNS; count += 1) await turn();
    try {
      return await buffer(fetched.body);
    } finally {
      await fetched.close();
    }
  };

  it.each([65_535, 65_536, 65_537, 200_000])(
    'G04 S23 while its file of %i bytes waits to be read has sent all of it',
    async (size) => {
      answer = (socket) => socket.end(`${AT_ONCE}Content-Length: ${size}\r\n\r\n${'a'.repeat(size)}`);
      expect(await lateRead()).toHaveLength(size);
      answer = (socket) => socket.end(`${AT_ONCE}\r\n${'a'.repeat(size)}`);
      expect(await lateRead()).toHaveLength(size);
      const chunk = `${size.toString(16)}\r\n${'a'.repeat(size)}\r\n0\r\n\r\n`;
      answer = (socket) => socket.end(`${AT_ONCE}Transfer-Encoding: chunked\r\n\r\n${chunk}`);
      expect(await lateRead()).toHaveLength(size);
    },
  );

  it.each([
    ['a length', `Content-Length: 100000\r\n\r\n${'a'.repeat(65_536)}`],
    ['chunks', `Transfer-Encoding: chunked\r\n\r\nfffff\r\n${'a'.repeat(65_536)}`],
  ])('G04 too early has not sent all of it: by %s', async (_, rest) => {
    answer = (socket) => socket.end(AT_ONCE + rest);
    await expect(lateRead()).rejects.toThrow();
  });

  it('G04 before it answers, or that wants another protocol, cannot be read', async () => {
    answer = (socket) => socket.end();
    await expect(fetch()).rejects.toMatchObject({ code: 'network-unreachable' });
    answer = (socket) => socket.end('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n');
    await expect(fetch()).rejects.toMatchObject({ code: 'network-unreachable' });
  });
});
