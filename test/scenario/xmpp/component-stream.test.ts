import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { el, type XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { ComponentStream } from '../../../src/xmpp/stream/component-stream.js';
import type { ComponentStreamOptions } from '../../../src/xmpp/stream/options.js';
import type { Undeliverable } from '../../../src/xmpp/stream/stream-events.js';
import { startEjabberd } from '../../servers/ejabberd.js';
import { startProsody } from '../../servers/prosody.js';
import type { XmppServer } from '../../servers/xmpp-server.js';

const DOMAIN = 'gw.localhost';
const SECRET = 'secret';

/** To ourselves, so that the server has to route it and we see what became of it. */
function message(id: string, body: string): XmlElement {
  return el(
    'message',
    NS.COMPONENT,
    { id, from: DOMAIN, to: `reader@${DOMAIN}`, type: 'chat' },
    el('body', NS.COMPONENT, null, body),
  );
}

describe.each([
  ['Prosody', startProsody],
  ['ejabberd', startEjabberd],
] as const)('ComponentStream and %s', (name, start) => {
  let server: XmppServer;
  const streams: ComponentStream[] = [];

  beforeAll(async () => {
    server = await start({ components: [{ domain: DOMAIN, secret: SECRET }] });
  });
  afterEach(async () => {
    await Promise.all(streams.splice(0).map((stream) => stream.stop()));
  });
  afterAll(() => server?.stop());

  function open(options: Partial<ComponentStreamOptions> = {}): ComponentStream {
    const stream = new ComponentStream({
      domain: DOMAIN,
      secret: SECRET,
      host: server.host,
      port: server.componentPort,
      serverDomain: server.domain,
      backoff: { initialMs: 50, maxMs: 200 },
      times: { refusedMs: 50 },
      ...options,
    });
    streams.push(stream);
    stream.start();
    return stream;
  }

  it('A01 stanzas go both ways in order, and are confirmed', async () => {
    const stream = open();
    const seen: string[] = [];
    const all = new Promise<void>((resolve) => {
      stream.on('stanza', (stanza) => {
        if (seen.push(stanza.attrs.id ?? '') === 2_000) resolve();
      });
    });
    for (let index = 0; index < 2_000; index += 1) stream.sendElement(message(String(index), `№ ${index}`));
    await Promise.all([all, stream.whenConfirmed()]);
    expect(seen).toEqual(Array.from({ length: 2_000 }, (_, index) => String(index)));
    await stream.stop();
  });

  it('S08 S09 hostile text does not end the stream', async () => {
    const stream = open();
    let offline = 0;
    stream.on('offline', () => {
      offline += 1;
    });
    const arrived = once(stream, 'stanza');
    stream.sendElement(
      message('1', '\u0002bold\u0000 \ud800 \ufffe ]]> </body></message></stream:stream> &#1; 😀'),
    );
    const [stanza] = (await arrived) as [XmlElement];
    expect(stanza.childText('body')).toBe(
      '\ufffdbold\ufffd \ufffd \ufffd ]]> </body></message></stream:stream> &#1; 😀',
    );
    expect(offline).toBe(0);
  });

  it('A02 a wrong secret is refused as not-authorized', async () => {
    const stream = open({ secret: 'wrong' });
    const [refusal] = await once(stream, 'refused');
    expect(refusal).toMatchObject({ condition: 'not-authorized' });
  });

  it('A02 a domain that the server does not know is refused as host-unknown', async () => {
    // Prosody closes the connection, ejabberd says so; both name it in the stream error.
    const stream = open({ domain: 'other.localhost' });
    const [refusal] = await once(stream, 'refused');
    expect(['host-unknown', 'not-authorized']).toContain((refusal as { condition: string }).condition);
  });

  it('S11 one stanza that the server refuses does not take its neighbours with it', async () => {
    const stream = open();
    await once(stream, 'online');
    const seen: string[] = [];
    stream.on('stanza', (stanza) => seen.push(stanza.attrs.id ?? ''));
    const lost: Undeliverable[] = [];
    stream.on('undeliverable', (stanza) => lost.push(stanza));
    stream.sendElement(message('before', 'a'));
    stream.send(
      `<message from='${DOMAIN}' to='reader@${DOMAIN}' id='bad'><body>a &undeclared; b</body></message>`,
    );
    stream.sendElement(message('after', 'c'));
    await stream.whenConfirmed();
    while (!seen.includes('after')) await once(stream, 'stanza');
    expect(lost).toMatchObject([{ reason: 'refused', xml: expect.stringContaining("id='bad'") }]);
    expect(new Set(seen)).toEqual(new Set(['before', 'after']));
  });

  it('A04 nothing is lost when the server is killed and comes back', async () => {
    const stream = open();
    await once(stream, 'online');
    const seen = new Set<string>();
    const firsts: string[] = [];
    const reached = new Map<number, () => void>();
    stream.on('stanza', (stanza) => {
      const id = stanza.attrs.id ?? '';
      if (stanza.attrs.type === 'error' || seen.has(id)) return;
      seen.add(id);
      firsts.push(id);
      reached.get(seen.size)?.();
    });
    const count = (total: number): Promise<void> =>
      seen.size >= total ? Promise.resolve() : new Promise((resolve) => reached.set(total, resolve));
    const body = 'x'.repeat(1_000);
    for (let index = 0; index < 1_000; index += 1) stream.sendElement(message(String(index), body));
    await count(100);
    const offline = once(stream, 'offline');
    await server.kill();
    expect((await offline)[0]).toMatchObject({ clean: false });
    for (let index = 1_000; index < 1_100; index += 1) stream.sendElement(message(String(index), body));
    await server.restart();
    await count(1_100);
    expect(firsts).toEqual(Array.from({ length: 1_100 }, (_, index) => String(index)));
  });

  if (name === 'Prosody') {
    // ejabberd accepts both and shares the traffic between them.
    it('A02 a second instance is told of the conflict', async () => {
      const first = open();
      await once(first, 'online');
      const second = open();
      const [refusal] = await once(second, 'refused');
      expect(refusal).toMatchObject({ condition: 'conflict' });
      expect(first.online).toBe(true);
    });
  }
});
