import { Readable } from 'node:stream';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { XmppClient } from '../../client/xmpp-client.js';
import { freePort } from '../../servers/process.js';
import { DomainStage, type DomainStageOptions } from '../../support/domain-stage.js';
import { MemoryMessaging } from '../../support/memory-network/messaging.js';
import { contactOf } from '../../support/memory-network/world.js';

const TAKEN_BYTES = 1_000_000;

async function startStage(options: DomainStageOptions = {}): Promise<{
  stage: DomainStage;
  messaging: MemoryMessaging;
  publicUrl: string;
}> {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const messaging = new MemoryMessaging({
    media: { maxBytes: TAKEN_BYTES, accepts: (mediaType) => mediaType.startsWith('image/') },
  });
  const stage = await DomainStage.start({
    network: { messaging },
    config: { http: { enabled: true, port, publicUrl } },
    ...options,
  });
  return { stage, messaging, publicUrl };
}

function picture(colour: string): Promise<Buffer> {
  return sharp({ create: { width: 60, height: 40, channels: 3, background: colour } })
    .png()
    .toBuffer();
}

/** A person of the network sends a file; resolves with the message that the user's client gets. */
async function receive(stage: DomainStage, user: XmppClient, bytes: Buffer) {
  stage.world.connected.get(contactOf('alice'))?.observe({
    type: 'direct-message',
    from: contactOf('Carol'),
    nick: 'Carol',
    text: 'look',
    style: 'text',
    attachments: [{ name: 'sea.png', open: async () => Readable.from([bytes], { objectMode: false }) }],
  });
  const from = stage.contact('Carol');
  const caption = await user.waitFor({ name: 'message', from }, 'the words');
  expect(caption.getChildText('body')).toBe('look');
  return user.waitFor({ name: 'message', from }, 'the file');
}

describe('files in a conversation', () => {
  let stage: DomainStage;
  let messaging: MemoryMessaging;
  let alice: XmppClient;

  beforeAll(async () => {
    ({ stage, messaging } = await startStage({ server: { httpUpload: true } }));
    alice = await stage.user('alice');
    await stage.register(alice);
    stage.world.person('Carol');
  });
  afterAll(() => stage?.stop());

  it('G01 G02 a picture of the network lies on the server of the user, with its words beside it', async () => {
    const bytes = await picture('navy');
    const message = await receive(stage, alice, bytes);
    const url = message.getChildText('body') ?? '';
    expect(message.getChild('x', 'jabber:x:oob')?.getChildText('url')).toBe(url);
    const sharing = message.getChild('file-sharing', 'urn:xmpp:sfs:0');
    const file = sharing?.getChild('file');
    expect(['media-type', 'name', 'size', 'width', 'height'].map((name) => file?.getChildText(name))).toEqual(
      ['image/png', 'sea.png', String(bytes.length), '60', '40'],
    );
    expect(file?.getChild('thumbnail', 'urn:xmpp:thumbs:1')?.attrs.uri).toMatch(/^data:image\/jpeg;base64,/);
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(bytes)).toBe(true);
    expect(stage.faults).toEqual([]);
  });

  it('G04 a picture that the user uploads reaches the network as one; what it does not take, as a link', async () => {
    const bytes = await picture('maroon');
    const upload = async (name: string, type: string, content: Buffer): Promise<string> => {
      const answer = await alice.iq(
        'get',
        'upload.localhost',
        `<request xmlns='urn:xmpp:http:upload:0' filename='${name}' size='${content.length}' content-type='${type}'/>`,
      );
      const slot = answer.getChild('slot');
      const authorization = slot?.getChild('put')?.getChildText('header') ?? '';
      const url = slot?.getChild('get')?.attrs.url ?? '';
      const headers = { authorization, 'content-type': type };
      const put = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(content) });
      expect(put.status).toBe(201);
      return url;
    };
    const share = async (url: string): Promise<void> => {
      const oob = `<x xmlns='jabber:x:oob'><url>${url}</url></x>`;
      await alice.send(
        `<message type='chat' to='${stage.contact('Carol')}'><body>${url}</body>${oob}</message>`,
      );
    };
    await share(await upload('wine.png', 'image/png', bytes));
    await expect.poll(() => messaging.sent.length).toBe(1);
    const [sent] = messaging.sent;
    expect(sent?.text).toBe('');
    const [attachment] = sent?.attachments ?? [];
    expect(attachment).toMatchObject({
      name: 'wine.png',
      mediaType: 'image/png',
      size: bytes.length,
      width: 60,
      height: 40,
    });
    // The user's server is a private host here, so the network is given a link of the gateway.
    const linked = await fetch(attachment?.link ?? '');
    expect(Buffer.from(await linked.arrayBuffer()).equals(bytes)).toBe(true);

    const text = await upload('note.png', 'image/png', Buffer.from('only words'));
    await share(text);
    await expect.poll(() => messaging.sent.length).toBe(2);
    expect(messaging.sent[1]).toMatchObject({ text });
    expect(messaging.sent[1]).not.toHaveProperty('attachments');

    await share(`http://127.0.0.1:${stage.server.c2sPort}/secret.png`);
    await expect.poll(() => messaging.sent.length).toBe(3);
    expect(messaging.sent[2]).not.toHaveProperty('attachments');
    expect(stage.faults).toEqual([]);
  });
});

describe('files where the server takes none', () => {
  it('G03 are served by the gateway, over a restart, until the user goes', async () => {
    const { stage, publicUrl } = await startStage();
    const alice = await stage.user('alice');
    await stage.register(alice);
    stage.world.person('Carol');
    const bytes = await picture('olive');
    const message = await receive(stage, alice, bytes);
    const url = message.getChildText('body') ?? '';
    expect(url).toMatch(new RegExp(`^${publicUrl}/media/[\\w-]{32}/sea\\.png$`));
    await stage.stopGateway();
    await stage.startGateway();
    const fetched = await fetch(url);
    expect(fetched.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await fetched.arrayBuffer()).equals(bytes)).toBe(true);
    expect(await (await fetch(`${publicUrl}/health`)).json()).toEqual({
      status: 'ok',
      components: { [stage.domain]: 'online' },
    });
    const removed = await alice.iq(
      'set',
      stage.domain,
      "<query xmlns='jabber:iq:register'><remove/></query>",
    );
    expect(removed.attrs.type).toBe('result');
    expect((await fetch(url)).status).toBe(404);
    await stage.stop();
    expect(stage.faults).toEqual([]);
  });
});
