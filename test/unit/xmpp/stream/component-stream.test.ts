import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { XmlElement } from '../../../../src/xmpp/element.js';
import { ComponentStream } from '../../../../src/xmpp/stream/component-stream.js';
import type { ComponentStreamOptions } from '../../../../src/xmpp/stream/options.js';
import type { Undeliverable } from '../../../../src/xmpp/stream/stream-events.js';
import type { WireEnd } from '../../../../src/xmpp/stream/wire.js';
import { FakeServer, type FakeServerOptions } from './fake-server.js';

const SECRET = 'shared secret';
const QUICK: Partial<ComponentStreamOptions> = {
  backoff: { initialMs: 5, maxMs: 20, jitter: 0 },
  times: { refusedMs: 10, closeMs: 200, stopMs: 1_000, watchMs: 5 },
  ack: { intervalMs: 0 },
};

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(
  options: Partial<FakeServerOptions> = {},
): Promise<{ server: FakeServer; port: number }> {
  const server = new FakeServer({ secret: SECRET, ...options });
  const port = await server.listen();
  cleanups.push(() => server.close());
  return { server, port };
}

function open(port: number, options: Partial<ComponentStreamOptions> = {}): ComponentStream {
  const stream = new ComponentStream({
    domain: 'gw.example',
    secret: SECRET,
    host: '127.0.0.1',
    port,
    serverDomain: 'example',
    ...QUICK,
    ...options,
  });
  cleanups.push(() => stream.stop());
  return stream;
}

function message(body: string): string {
  return `<message from='gw.example' to='u@example' id='${body.slice(0, 20)}'><body>${body}</body></message>`;
}

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `m${from + index}`);

describe('ComponentStream', () => {
  it('A01 opens the stream to its domain, proves the secret, and sends no stanza before it is accepted', async () => {
    const { server, port } = await serve();
    const stream = open(port);
    stream.send(message('queued before'));
    const [peer] = await Promise.all([server.nextPeer(), once(stream, 'online'), stream.start()]);
    await peer.received(1);
    expect(peer.raw).toMatch(/^<\?xml version='1.0'\?><stream:stream [^>]*to="gw.example"/);
    expect(peer.raw).toMatch(/<handshake[^>]*>[0-9a-f]{40}<\/handshake><message/);
  });

  it('A02 not-authorized is reported plainly, and tried again', async () => {
    const { port } = await serve();
    const stream = open(port, { secret: 'wrong' });
    const retries: number[] = [];
    stream.on('retry', ({ delayMs }) => retries.push(delayMs));
    stream.start();
    const [refusal] = await once(stream, 'refused');
    expect(refusal).toMatchObject({ condition: 'not-authorized' });
    await once(stream, 'refused');
    await once(stream, 'refused');
    expect(retries).toEqual([10, 10, 20]);
  });

  it('A02 conflict, at the start or later, is reported and not fought over', async () => {
    const options: { secret: string; refusal?: string } = { secret: SECRET, refusal: 'conflict' };
    const server = new FakeServer(options);
    const port = await server.listen();
    cleanups.push(() => server.close());
    const stream = open(port);
    stream.start();
    const [first] = await once(stream, 'refused');
    expect(first).toMatchObject({ condition: 'conflict' });
    delete options.refusal;
    const peer = await server.nextPeer();
    const refused = once(stream, 'refused');
    peer.end('conflict');
    expect((await refused)[0]).toMatchObject({ condition: 'conflict' });
  });

  it('reads a character split at every byte, and stanzas in the same read as the handshake', async () => {
    const { server, port } = await serve();
    const stream = open(port);
    const bytes = Buffer.from(message('жю€😀')).length;
    const seen: (string | undefined)[] = [];
    stream.on('stanza', (stanza) => seen.push(stanza.childText('body')));
    server.once('peer', (peer) => peer.write(message('with the handshake')));
    stream.start();
    const peer = await server.nextPeer();
    peer.socket.setNoDelay(true);
    for (let at = 1; at < bytes; at += 1) {
      const whole = Buffer.from(message('жю€😀'));
      peer.write(whole.subarray(0, at));
      await new Promise((resolve) => setImmediate(resolve));
      const arrived = once(stream, 'stanza');
      peer.write(whole.subarray(at));
      await arrived;
    }
    expect(seen).toEqual(['with the handshake', ...Array(bytes - 1).fill('жю€😀')]);
  });

  it.each([
    ['<a b=c/>', 'not-well-formed'],
    ['<message><body>&#1;</body></message>', 'not-well-formed'],
    ['<message><body>&#x110000;</body></message>', 'not-well-formed'],
    ['<message><!-- hidden --></message>', 'restricted-xml'],
    ['<message><body>&constructor;</body></message>', 'restricted-xml'],
    ["<!DOCTYPE a [<!ENTITY b 'c'>]>", 'restricted-xml'],
    [`${'<a>'.repeat(70)}`, 'policy-violation'],
  ])('S10 closes a stream with %s by the right error, and connects again', async (xml, condition) => {
    const { server, port } = await serve();
    const stream = open(port);
    stream.start();
    const peer = await server.nextPeer();
    const next = server.nextPeer();
    const closed = once(peer, 'close');
    peer.write(xml);
    await closed;
    expect(peer.raw).toContain(`<stream:error><${condition} xmlns=`);
    expect(peer.raw.endsWith('</stream:stream>')).toBe(true);
    const again = await next;
    const arrived = once(stream, 'stanza');
    again.write(message('still alive'));
    await arrived;
  });

  it('S10 a stanza beyond the size limit ends the stream, not the process', async () => {
    const { server, port } = await serve();
    const stream = open(port, { limits: { maxStanzaLength: 10_000 } });
    stream.start();
    const peer = await server.nextPeer();
    const closed = once(peer, 'close');
    peer.write(`<message><body>${'x'.repeat(100_000)}`);
    await closed;
    expect(peer.raw).toContain('<policy-violation');
  });

  it('a listener that throws is reported, and the next stanza arrives', async () => {
    const { server, port } = await serve();
    const stream = open(port);
    const seen: XmlElement[] = [];
    stream.on('stanza', (stanza) => {
      seen.push(stanza);
      if (seen.length === 1) throw new Error('listener');
    });
    stream.start();
    const peer = await server.nextPeer();
    const fault = once(stream, 'fault');
    peer.write(message('one') + message('two'));
    expect((await fault)[0]).toMatchObject({ message: 'listener' });
    if (seen.length < 2) await once(stream, 'stanza');
    expect(seen).toHaveLength(2);
  });

  it('A04 what was queued while offline arrives in order once connected', async () => {
    const { server, port } = await serve();
    const stream = open(port);
    for (const body of numbered(1, 50)) stream.send(message(body));
    stream.start();
    const peer = await server.nextPeer();
    await peer.received(50);
    await stream.whenConfirmed();
    expect(peer.bodies()).toEqual(numbered(1, 50));
    expect(stream.confirmedPosition()).toBe(50);
  });

  it('A04 what no ping has confirmed when the server vanishes mid-stanza is sent again, in order', async () => {
    const { server, port } = await serve({ answerPings: false });
    const stream = open(port);
    stream.start();
    const first = await server.nextPeer();
    for (const body of numbered(1, 3)) stream.send(message(body));
    await first.received(3);
    if (first.pings.length === 0) await once(first, 'ping');
    expect(stream.confirmedPosition()).toBe(0);
    const next = server.nextPeer();
    const offline = once(stream, 'offline');
    first.write("<message from='u@example' to='gw.ex");
    first.socket.resetAndDestroy();
    expect(((await offline)[0] as WireEnd).clean).toBe(false);
    for (const body of numbered(4, 5)) stream.send(message(body));
    const second = await next;
    await second.received(5);
    expect(second.bodies()).toEqual(numbered(1, 5));
  });

  it('A04 after a clean end nothing that was confirmed is sent again', async () => {
    const { server, port } = await serve();
    const stream = open(port);
    stream.start();
    const first = await server.nextPeer();
    stream.send(message('confirmed'));
    await stream.whenConfirmed();
    const next = server.nextPeer();
    first.end();
    const second = await next;
    stream.send(message('after'));
    await second.received(1);
    expect(second.bodies()).toEqual(['after']);
  });

  it('A04 after an unclean end the last confirmed stanzas are sent again before the rest', async () => {
    const { server, port } = await serve();
    const stream = open(port);
    stream.start();
    const first = await server.nextPeer();
    stream.send(message('confirmed'));
    await stream.whenConfirmed();
    const next = server.nextPeer();
    first.socket.resetAndDestroy();
    await once(stream, 'offline');
    stream.send(message('after'));
    const second = await next;
    await second.received(2);
    expect(second.bodies()).toEqual(['confirmed', 'after']);
  });

  it('an error in answer to the ping confirms as well; an answer from elsewhere does not', async () => {
    const { server, port } = await serve({ answerPings: false });
    const stream = open(port);
    stream.start();
    const peer = await server.nextPeer();
    const pinged = once(peer, 'ping');
    stream.send(message('one'));
    const [ping] = (await pinged) as [XmlElement];
    const stray = once(stream, 'stanza');
    peer.write(`<iq type='result' id='${ping.attrs.id}' from='evil.example' to='gw.example'/>`);
    await stray;
    expect(stream.confirmedPosition()).toBe(0);
    peer.answer(ping, 'error');
    await stream.whenConfirmed();
    expect(stream.confirmedPosition()).toBe(1);
  });

  it('A11 a peer that answers no ping is held for dead', async () => {
    const { server, port } = await serve({ answerPings: false });
    const stream = open(port, { ack: { intervalMs: 0, silenceMs: 20 } });
    stream.start();
    await server.nextPeer();
    const next = server.nextPeer();
    stream.send(message('one'));
    expect((await once(stream, 'offline'))[0]).toMatchObject({ reason: 'the server does not answer' });
    await next;
  });

  it('A11 an idle stream is kept alive by pings', async () => {
    const { server, port } = await serve();
    const stream = open(port, { ack: { intervalMs: 0, idleMs: 10 } });
    stream.start();
    const peer = await server.nextPeer();
    await once(peer, 'ping');
    await once(peer, 'ping');
    expect(peer.stanzas).toEqual([]);
    expect(stream.online).toBe(true);
  });

  it('a stalled peer makes it congested, bounds its memory, and it drains when the peer goes on', async () => {
    const { server, port } = await serve();
    const queue = { highWaterBytes: 1_000_000, lowWaterBytes: 500_000, maxBytes: 20_000_000 };
    const stream = open(port, { queue });
    stream.start();
    const peer = await server.nextPeer();
    peer.socket.pause();
    const lost: Undeliverable[] = [];
    stream.on('undeliverable', (stanza) => lost.push(stanza));
    const body = 'x'.repeat(10_000);
    let sent = 0;
    while (!stream.congested) {
      stream.send(message(body));
      sent += 1;
      if (sent % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const drained = stream.drained();
    while (lost.length === 0) {
      stream.send(message(body));
      sent += 1;
    }
    expect(lost[0]?.reason).toBe('queue-full');
    peer.socket.resume();
    await drained;
    await peer.received(sent - 1);
    expect(stream.congested).toBe(false);
  });

  it('S11 a stanza that the server refuses is found out and given up; its neighbours arrive', async () => {
    const { server, port } = await serve({ answerPings: false });
    const stream = open(port);
    const delivered = new Set<string>();
    server.on('peer', (peer) => {
      peer.on('stanza', (stanza) => {
        const body = stanza.childText('body') ?? '';
        if (body === 'poison') peer.end('policy-violation');
        else delivered.add(body);
      });
      peer.on('ping', (ping) => {
        if (peer.socket.writable) peer.answer(ping);
      });
    });
    const given = once(stream, 'undeliverable');
    for (const body of ['a', 'b', 'poison', 'c', 'd']) stream.send(message(body));
    stream.start();
    expect((await given)[0]).toMatchObject({
      reason: 'refused',
      condition: 'policy-violation',
      xml: message('poison'),
    });
    await stream.whenConfirmed();
    expect([...delivered]).toEqual(['a', 'b', 'c', 'd']);
  });

  it('S11 a stanza beyond the limit is not queued but reported', async () => {
    const stream = open(1, { queue: { maxStanzaBytes: 1_000 } });
    const lost: Undeliverable[] = [];
    stream.on('undeliverable', (stanza) => lost.push(stanza));
    stream.send(message('ж'.repeat(600)));
    stream.send(message('x'.repeat(600)));
    expect(lost.map(({ reason }) => reason)).toEqual(['stanza-too-large']);
    expect(stream.position()).toBe(1);
  });

  it('stop flushes, waits for the confirmation, closes the stream, and sends nothing more', async () => {
    const { server, port } = await serve();
    const stream = open(port);
    stream.start();
    const [peer] = await Promise.all([server.nextPeer(), once(stream, 'online')]);
    const lost: Undeliverable[] = [];
    stream.on('undeliverable', (stanza) => lost.push(stanza));
    for (const body of numbered(1, 100)) stream.send(message(body));
    await stream.stop();
    expect(peer.bodies()).toEqual(numbered(1, 100));
    expect(peer.closedStream).toBe(true);
    expect(stream.confirmedPosition()).toBe(100);
    await stream.whenConfirmed();
    stream.send(message('late'));
    expect(lost).toMatchObject([{ reason: 'stopped' }]);
    await expect(stream.whenConfirmed()).rejects.toThrow('stopped');
  });

  it('what does not fit is not confirmed, what is sent instead is', async () => {
    const { server, port } = await serve();
    const stream = open(port, { queue: { maxStanzaBytes: 1_000, maxBytes: 3_000 } });
    stream.on('undeliverable', ({ reason }) => {
      if (reason === 'stanza-too-large') stream.send(message('short'));
    });
    stream.send(message('x'.repeat(2_000)));
    const shortened = stream.whenConfirmed();
    for (const _ of numbered(1, 10)) stream.send(message('y'.repeat(500)));
    await expect(stream.whenConfirmed()).rejects.toThrow('not taken');
    stream.start();
    await server.nextPeer();
    await shortened;
  });

  it('stop while connecting or waiting to connect ends at once, and tells who waits', async () => {
    const { server, port } = await serve();
    await server.close();
    cleanups.splice(-1);
    const stream = open(port);
    stream.send(message('never'));
    const waiting = stream.whenConfirmed();
    stream.start();
    await once(stream, 'retry');
    await Promise.all([stream.stop(), expect(waiting).rejects.toThrow('stopped')]);
    const other = open(port);
    other.start();
    await other.stop();
  });
});
