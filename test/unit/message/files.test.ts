import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Media, OpenedFiles, PublishedFile } from '../../../src/core/media/media.js';
import type { InboundAttachment } from '../../../src/gateway/attachment.js';
import { GatewayError } from '../../../src/gateway/error.js';
import type { NetworkMessageId } from '../../../src/gateway/ids.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { bob, TalkStage } from '../../support/core/talk-stage.js';
import { EVERYTHING } from '../../support/memory-network/messaging.js';
import { MemoryPictures } from '../../support/memory-pictures.js';

const CAT = 'https://files.example.org/cat.jpg';
const oob = (url: string) => `<x xmlns='${NS.OOB}'><url>${url}</url></x>`;
const sharing = (url: string) =>
  `<file-sharing xmlns='${NS.SFS}'><file xmlns='${NS.FILE_METADATA}'><name>cat.jpg</name>` +
  `<media-type>image/jpeg</media-type><size>9</size></file>` +
  `<sources><url-data xmlns='${NS.URL_DATA}' target='${url}'/></sources></file-sharing>` +
  `<fallback xmlns='${NS.FALLBACK}' for='${NS.SFS}'><body/></fallback>`;

const picture: InboundAttachment = { name: 'dog.jpg', open: async () => Readable.from(['dog']) };

/** Files that are always there, and how often they were handled. */
class ReadyMedia implements Media {
  readonly pictures = new MemoryPictures();
  published = 0;
  closed = 0;
  readonly opened: object[] = [];

  async publish(_owner: object, { name = 'file' }: InboundAttachment): Promise<PublishedFile> {
    this.published += 1;
    const url = `https://upload.example.org/${this.published}/${name}`;
    return { kind: 'file', url, name, mediaType: 'image/jpeg', size: 3, sha256: 'aGFzaA==' };
  }

  async openFiles(_owner: object, files: readonly { url: string }[]): Promise<OpenedFiles> {
    if (files.some(({ url }) => url.includes('gone')))
      throw new GatewayError('not-found', { key: 'file-gone' });
    this.opened.push(...files);
    return {
      attachments: files.map(({ url }) => ({
        name: 'cat.jpg',
        mediaType: 'image/jpeg',
        size: 9,
        link: url,
        open: picture.open,
      })),
      close: async () => {
        this.closed += 1;
      },
    };
  }

  async forget(): Promise<void> {}
}

async function start(media = new ReadyMedia()) {
  const abilities = {
    ...EVERYTHING,
    media: { maxBytes: 100, accepts: (type: string) => type.startsWith('image/') },
  };
  return { stage: await TalkStage.start(abilities, { media }), media };
}

describe('files of users', () => {
  it('G04 a link by itself goes as a file, and what was opened is closed', async () => {
    const { stage, media } = await start();
    await stage.write(`<body>${CAT}</body>${oob(CAT)}`, 'm1');
    expect(stage.messaging.sent).toEqual([
      { text: '', attachments: [expect.objectContaining({ name: 'cat.jpg', link: CAT })] },
    ]);
    expect(media.closed).toBe(1);
  });

  it('G04 what is said of the file is known before it is fetched; words beside it stay', async () => {
    const { stage, media } = await start();
    await stage.write(`<body>look</body>${sharing(CAT).replace(/<fallback.*/, '')}${oob(CAT)}`, 'm1');
    expect(media.opened).toEqual([{ url: CAT, name: 'cat.jpg', mediaType: 'image/jpeg', size: 9 }]);
    expect(stage.messaging.sent[0]?.text).toBe('look');
    await stage.write(`<body>file: ${CAT}</body>${sharing(CAT)}`, 'm2');
    expect(stage.messaging.sent[1]?.text).toBe('');
  });

  it.each([
    [
      'cannot be fetched',
      `<body>https://x.example/gone</body>${oob('https://x.example/gone')}`,
      'https://x.example/gone',
    ],
    [
      'are none that the network takes',
      `<body>look</body>${sharing(CAT).replace('image/jpeg', 'text/plain')}`,
      'look',
    ],
    ['have no words', oob('https://x.example/gone'), 'https://x.example/gone'],
  ])('Q12 links that %s are text', async (_name, children, text) => {
    const { stage } = await start();
    await stage.write(children);
    expect(stage.messaging.sent).toEqual([{ text }]);
  });

  it('F08 words do not overtake a file', async () => {
    const { stage } = await start();
    const message = (id: string, inside: string) =>
      `<message from='romeo@example.org/orchard' to='bob@memory.example.org' type='chat' id='${id}'>${inside}</message>`;
    await stage.receive(
      message('m1', `<body>${CAT}</body>${oob(CAT)}`) + message('m2', '<body>nice?</body>'),
    );
    expect(stage.messaging.sent.map(({ text, attachments }) => attachments?.length ?? text)).toEqual([
      1,
      'nice?',
    ]);
  });

  it('Q12 a network without files gets the link', async () => {
    const stage = await TalkStage.start({});
    await stage.write(oob(CAT));
    expect(stage.messaging.sent).toEqual([{ text: CAT }]);
  });
});

describe('files of people', () => {
  const event = {
    type: 'direct-message',
    from: bob,
    nick: 'Bob',
    style: 'text',
    id: 'n1' as NetworkMessageId,
    attachments: [picture, picture],
  } as const;

  it('G01 come as messages whose body is the address; words come in one beside them', async () => {
    const { stage } = await start();
    const stanzas = await stage.hear({ ...event, text: 'two dogs' });
    expect(stanzas.map((stanza) => stanza.childText('body'))).toEqual([
      'two dogs',
      'https://upload.example.org/1/dog.jpg',
      'https://upload.example.org/2/dog.jpg',
    ]);
    expect(stanzas[1]?.child('x', NS.OOB)?.childText('url')).toBe('https://upload.example.org/1/dog.jpg');
    expect(new Set(stanzas.map(({ attrs }) => attrs.id)).size).toBe(3);
  });

  it('F08 are not fetched again for a message that is there', async () => {
    const { stage, media } = await start();
    expect(await stage.hear({ ...event, text: '' })).toHaveLength(2);
    expect(await stage.hear({ ...event, text: '' })).toEqual([]);
    expect(media.published).toBe(2);
  });

  it('F32 of the user himself are a copy that says so', async () => {
    const { stage } = await start();
    const [copy] = await stage.hear({ ...event, text: '', attachments: [picture], own: true });
    expect(copy?.childText('body')).toBe('You, from another device: https://upload.example.org/1/dog.jpg');
    expect(copy?.child('x', NS.OOB)).toBeUndefined();
  });

  it('G03 that cannot be shown are told of', async () => {
    const stage = await TalkStage.start();
    const [notice] = await stage.hear({ ...event, text: '', attachments: [picture] });
    expect(notice?.childText('body')).toContain('dog.jpg');
  });
});
