import { describe, expect, it, vi } from 'vitest';
import { FormPictures } from '../../../src/core/command/form-pictures.js';
import { fileErrors } from '../../../src/core/media/file-errors.js';
import type { FileOwner, Media, PublishedFile } from '../../../src/core/media/media.js';
import type { InboundAttachment } from '../../../src/gateway/attachment.js';
import { el, type XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { contentId } from '../../../src/xmpp/xep/0231-bits-of-binary/bits-of-binary.js';
import { paintingOf } from '../../support/memory-network/commands.js';
import { MemoryPictures } from '../../support/memory-pictures.js';
import { NoMedia } from '../../support/no-media.js';
import { DOMAIN, ROMEO, ServiceStage } from '../../support/service-stage.js';

const LOOK = 'isthmus:memory:look';
const JULIET = 'juliet@example.org/balcony';
const URL_OF_ALL = 'https://files.example.org/painting.png';

/** Puts every file at one address, and tells whose and what they were. */
class OnePlace implements Media {
  readonly pictures = new MemoryPictures();
  readonly published: (readonly [string, string])[] = [];

  async publish({ owner }: FileOwner, file: InboundAttachment): Promise<PublishedFile> {
    const parts: Buffer[] = [];
    for await (const part of await file.open()) parts.push(part);
    this.published.push([owner, Buffer.concat(parts).toString()]);
    const { name = '', mediaType = '', size = 0 } = file;
    return { kind: 'file', url: URL_OF_ALL, name, mediaType, size, sha256: '' };
  }

  openFiles(): Promise<never> {
    return Promise.reject(fileErrors.unreadable());
  }

  async forget(): Promise<void> {}
}

const command = (attrs: Record<string, string | undefined>, ...children: XmlElement[]) =>
  el('command', NS.COMMANDS, { node: LOOK, ...attrs }, ...children);
const fieldOf = (shown: XmlElement) => shown.child('x', NS.DATA)?.child('field', NS.DATA);
const urisOf = (shown: XmlElement) =>
  fieldOf(shown)
    ?.child('media', NS.MEDIA_ELEMENT)
    ?.childrenNamed('uri', NS.MEDIA_ELEMENT)
    .map((uri) => uri.text());
const cidOf = (letter: string) => contentId(paintingOf(letter).bytes);
const ask = (cid: string) => el('data', NS.BOB, { cid });

describe('pictures in forms', () => {
  it('C21 are in the form by content id, beside it as bytes, and in characters', async () => {
    const stage = new ServiceStage();
    const shown = await stage.ok('set', ROMEO, command({}));
    expect(fieldOf(shown)?.attrs).toEqual({ var: 'painting', type: 'fixed' });
    expect(fieldOf(shown)?.childText('value')).toBe('A painting\naa\naa');
    const media = fieldOf(shown)?.child('media', NS.MEDIA_ELEMENT);
    expect(media?.attrs).toEqual({ width: '16', height: '8' });
    expect(media?.child('uri', NS.MEDIA_ELEMENT)?.attrs.type).toBe('image/png');
    expect(urisOf(shown)).toEqual([`cid:${cidOf('a')}`]);
    const data = shown.child('data', NS.BOB);
    expect(data?.attrs).toEqual({ cid: cidOf('a'), type: 'image/png', 'max-age': '60' });
    expect(Buffer.from(data?.text() ?? '', 'base64').toString()).toBe('a picture of a');
  });

  it('are had by their content id too, by those only to whom they were shown', async () => {
    const stage = new ServiceStage();
    await stage.ok('set', ROMEO, command({}));
    const data = await stage.ok('get', ROMEO, ask(cidOf('a')));
    expect(Buffer.from(data.text(), 'base64').toString()).toBe('a picture of a');
    expect((await stage.fails('get', JULIET, ask(cidOf('a')))).condition).toBe('item-not-found');
    expect((await stage.fails('get', ROMEO, ask(cidOf('b')))).condition).toBe('item-not-found');
    expect((await stage.fails('get', ROMEO, el('data', NS.BOB))).condition).toBe('item-not-found');
    const info = await stage.ok('get', ROMEO, el('query', NS.DISCO_INFO));
    expect(info.childrenNamed('feature', NS.DISCO_INFO).map(({ attrs }) => attrs.var)).toContain(NS.BOB);
  });

  it('have a link where there is a place for files, and lie there once however often they are shown', async () => {
    const media = new OnePlace();
    const stage = new ServiceStage({ media });
    const shown = await stage.ok('set', ROMEO, command({}));
    expect(urisOf(shown)).toEqual([`cid:${cidOf('a')}`, URL_OF_ALL]);
    const { sessionid } = shown.attrs;
    await stage.ok('set', ROMEO, command({ sessionid, action: 'next' }));
    expect(media.published).toEqual([['romeo@example.org', 'a picture of a']]);
    await stage.ok('set', ROMEO, command({ sessionid, action: 'next' }));
    expect(media.published.map(([, picture]) => picture)).toEqual(['a picture of a', 'a picture of b']);
    const end = await stage.ok('set', ROMEO, command({ sessionid, action: 'next' }));
    expect(end.attrs.status).toBe('completed');
  });

  it('wait for no link that does not come', async () => {
    class NoAnswer extends NoMedia {
      override publish(): Promise<never> {
        return new Promise(() => undefined);
      }
    }
    const { context } = new ServiceStage({ media: new NoAnswer() });
    const pictures = new FormPictures(context, 1);
    const field = {
      name: 'painting',
      type: 'picture',
      label: { key: 'x' },
      picture: paintingOf('a'),
    } as const;
    const { media } = await pictures.show('romeo@example.org', { title: { key: 'x' }, fields: [field] });
    expect(media.get('painting')?.uris).toEqual([`cid:${cidOf('a')}`]);
  });

  it('go by link alone when they are too large for a stanza', async () => {
    const { context } = new ServiceStage({ media: new OnePlace() });
    const pictures = new FormPictures(context);
    const picture = { ...paintingOf('a'), bytes: Buffer.alloc(8_193) };
    const field = { name: 'painting', type: 'picture', label: { key: 'x' }, picture } as const;
    const { media, attached } = await pictures.show('romeo@example.org', {
      ...{ title: { key: 'x' }, fields: [field] },
    });
    expect(media.get('painting')?.uris).toEqual([URL_OF_ALL]);
    expect(attached).toEqual([]);
  });

  it('K06 C21 come in chat as characters and as a file of their own; again only when they are others', async () => {
    const stage = new ServiceStage({ media: new OnePlace() });
    const said = async (text: string, pictures = 0) => {
      let sent = (await stage.chat(ROMEO, text)).join('');
      await vi.waitFor(() => {
        sent += stage.sink.take().join('');
        expect(sent.split('</message>')).toHaveLength(2 + pictures);
      }, 20_000);
      return sent;
    };
    const first = await said('look', 1);
    expect(first).toContain('A painting\n```\naa\naa\n```\n');
    expect(first).toContain(`<body>${URL_OF_ALL}</body><x xmlns='${NS.OOB}'><url>${URL_OF_ALL}</url></x>`);
    expect(first).toContain(`from='${DOMAIN}' to='${ROMEO}' type='chat'`);
    const second = await said('yes');
    expect(second).toContain('Look again.');
    expect(second).not.toContain('aa\naa');
    expect(second).not.toContain(URL_OF_ALL);
    const third = await said('yes', 1);
    expect(third).toContain('Look again.');
    expect(third).toContain('bb\nbb');
    expect(third).toContain(URL_OF_ALL);
    expect(await said('yes')).toContain('You have arrived.');
  });
});
