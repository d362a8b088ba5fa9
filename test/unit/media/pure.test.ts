import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileErrors, fileNotice } from '../../../src/core/media/file-errors.js';
import { fileNoticeBody, fileStanzaParts } from '../../../src/core/media/file-stanza.js';
import type { PublishedFile } from '../../../src/core/media/media.js';
import { loadCoreLocales } from '../../../src/core/translation/core-locales.js';
import { FluentTranslator } from '../../../src/core/translation/fluent-translator.js';
import { safeFileName } from '../../../src/media/file-name.js';
import { realMediaType } from '../../../src/media/media-type.js';
import { isPublicAddress, isPublicName } from '../../../src/media/public-address.js';
import { checkTarget } from '../../../src/media/target-policy.js';
import { el, type XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { StanzaError } from '../../../src/xmpp/stanza-error.js';
import { StanzaParser } from '../../../src/xmpp/stream/parser.js';
import {
  parseSlot,
  parseUploadOffer,
  tooLargeLimit,
} from '../../../src/xmpp/xep/0363-http-file-upload/upload-slot.js';

const MAX_NAME_BYTES = 120;
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');

describe('names of files', () => {
  it.each([
    ['../../etc/passwd', 'text/plain', 'passwd.txt'],
    ['C:\\Users\\x\\photo.JPG', 'image/jpeg', 'photo.JPG'],
    ['\u202egpj.exe', 'image/jpeg', 'gpj.exe.jpg'],
    ['a\u0000b\r\nc.png', 'image/png', 'abc.png'],
    ['.htaccess', 'text/plain', 'htaccess.txt'],
    ['CON.txt', 'text/plain', '_CON.txt'],
    ['Фото 1.jpeg', 'image/jpeg', 'Фото 1.jpeg'],
    ['report.pdf', 'application/pdf', 'report.pdf'],
    ['song', 'audio/mpeg', 'song.mp3'],
    [undefined, 'image/jpeg', 'file.jpg'],
    ['..', 'application/octet-stream', 'file'],
    ['data.xyz', 'application/octet-stream', 'data.xyz'],
    ['a?b#c%2f.png', 'image/png', 'a_b_c_2f.png'],
  ])('G05 %j as %s becomes %j', (claimed, mediaType, name) => {
    expect(safeFileName(claimed, mediaType)).toBe(name);
  });

  it('G05 whatever comes, a name is short, one line, visible and no path', () => {
    const anyName = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.string({ unit: fc.constantFrom('.', '/', '\\', '\u202e', '\ud800', '\n', 'ж', '😀', ' ', '~') }),
    );
    const types = fc.constantFrom('image/jpeg', 'text/plain', 'application/octet-stream');
    fc.assert(
      fc.property(anyName, types, (claimed, mediaType) => {
        const name = safeFileName(claimed, mediaType);
        expect(name).toMatch(/^[^\p{C}\p{Zl}\p{Zp}<>:"|?*%#&/\\]+$/u);
        expect(name).not.toMatch(/^[.~\s]|[.\s]$/);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(MAX_NAME_BYTES);
        if (mediaType === 'image/jpeg') expect(name).toMatch(/\.(jpg|jpeg|jpe|jfif)$/i);
      }),
    );
  });
});

describe('types of files', () => {
  it.each([
    ['what content tells', PNG, 'text/html', 'image/png'],
    ['what is called otherwise', PNG, 'image/x-png; charset=x', 'image/png'],
    [
      'an exacter claim about a container',
      Buffer.from('504b0304140000000000', 'hex'),
      'application/vnd.oasis.opendocument.text',
      'application/vnd.oasis.opendocument.text',
    ],
    ['no picture in a container', Buffer.from('504b0304140000000000', 'hex'), 'image/png', 'application/zip'],
    ['text as claimed', Buffer.from('BEGIN:VCARD'), 'text/x-vcard', 'text/vcard'],
    ['text that claims to be a picture', Buffer.from('hello ü'), 'image/png', 'text/plain'],
    ['a picture that is none', Buffer.from([0, 1, 2, 3]), 'image/png', 'application/octet-stream'],
    ['sound without a look', Buffer.from([0, 1, 2, 3]), 'audio/basic', 'audio/basic'],
    ['nothing', Buffer.alloc(0), 'image/png', 'application/octet-stream'],
    ['rubbish for a claim', Buffer.from([0, 1, 2, 3]), 'x\r\ny: z', 'application/octet-stream'],
  ])('%s', async (_, sample, claimed, real) => {
    expect(await realMediaType(sample, claimed)).toBe(real);
  });

  it('never throws, and gives a type that fits into a header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.string(), async (bytes, claimed) => {
        expect(await realMediaType(Buffer.from(bytes), claimed)).toMatch(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/);
      }),
    );
  });
});

describe('where links may lead to', () => {
  const policy = {
    ports: [80, 443],
    trusts: (host: string, port: string) => `${host}:${port}` === 'upload.local:5281',
  };

  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f.0.0.1/',
    'http://2130706433/',
    'http://017700000001/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://169.254.169.254/latest/meta-data',
    'http://10.1.2.3/',
    'http://100.64.0.1/',
    'http://224.0.0.1/',
    'http://0.0.0.0/',
    'http://localhost/',
    'http://db.internal/',
    'http://printer.local/',
    'http://intranet/',
    'http://user:pass@example.org/',
    'http://example.org:22/',
    'http://upload.local:5282/',
  ])('G05 %s is refused', (link) => {
    expect(() => checkTarget(link, policy)).toThrow('file-forbidden');
  });

  it.each([
    ['ftp://example.org/x', 'file-not-http'],
    ['file:///etc/passwd', 'file-not-http'],
    ['javascript:alert(1)', 'file-not-http'],
    ['nonsense', 'file-not-http'],
    [`https://example.org/${'x'.repeat(5000)}`, 'file-not-http'],
    ['aesgcm://example.org/x#00', 'file-encrypted'],
    [' AESGCM://example.org/x#00', 'file-encrypted'],
  ])('G05 %s is refused with words of its own', (link, key) => {
    expect(() => checkTarget(link, policy)).toThrow(key);
  });

  it('public hosts and what the operator lists are allowed', () => {
    expect(checkTarget('https://example.org/a.png', policy)).toMatchObject({ trusted: false });
    expect(checkTarget('http://93.184.216.34/', policy)).toMatchObject({ trusted: false });
    expect(checkTarget('http://upload.local:5281/x', policy)).toMatchObject({ trusted: true });
  });

  it('G05 nothing but public unicast addresses is public', () => {
    for (const address of [
      '::',
      '::1',
      '2002:7f00:1::',
      '2001:db8::1',
      'ff02::1',
      '192.0.2.1',
      '255.255.255.255',
      '',
    ])
      expect([address, isPublicAddress(address)]).toEqual([address, false]);
    expect(isPublicAddress('2606:4700::1111')).toBe(true);
    expect(isPublicName('1.2.3.4.')).toBe(false);
  });
});

describe('stanzas', () => {
  const file: PublishedFile = {
    kind: 'file',
    url: 'https://upload.example.org/x/a%20b.jpg?y&z',
    name: "a b's <1>.jpg",
    mediaType: 'image/jpeg',
    size: 1234,
    sha256: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    width: 40,
    height: 30,
    thumbnail: { uri: 'data:image/jpeg;base64,AAAA', mediaType: 'image/jpeg', width: 20, height: 15 },
  };

  function parsed({ body, payload }: { body: string; payload: string }): XmlElement {
    const found: XmlElement[] = [];
    const parser = new StanzaParser({
      streamOpen: () => {},
      element: (element) => found.push(element),
      streamClose: () => {},
    });
    const text = el('body', NS.COMPONENT, null, body).toString(NS.COMPONENT);
    const open = `<stream:stream xmlns='${NS.COMPONENT}' xmlns:stream='${NS.STREAM}'>`;
    parser.write(Buffer.from(`${open}<message>${text}${payload}</message>`));
    const [message] = found;
    if (!message) throw new Error('no message');
    return message;
  }

  it('G01 body and out-of-band address are the same', () => {
    const message = parsed(fileStanzaParts(file));
    expect(message.childText('body')).toBe(file.url);
    expect(message.child('x', NS.OOB)?.childText('url')).toBe(file.url);
  });

  it('G02 the file is described', () => {
    const sharing = parsed(fileStanzaParts(file)).child('file-sharing', NS.SFS);
    const described = sharing?.child('file', NS.FILE_METADATA);
    expect(sharing?.attrs.disposition).toBe('inline');
    expect(sharing?.child('sources')?.child('url-data', NS.URL_DATA)?.attrs.target).toBe(file.url);
    const texts = ['name', 'media-type', 'size', 'width', 'height'].map((name) => described?.childText(name));
    expect(texts).toEqual([file.name, 'image/jpeg', '1234', '40', '30']);
    expect(described?.child('hash', NS.HASHES)?.attrs.algo).toBe('sha-256');
    expect(described?.child('hash', NS.HASHES)?.text()).toBe(file.sha256);
    expect({ ...described?.child('thumbnail', NS.THUMBS)?.attrs }).toEqual({
      uri: 'data:image/jpeg;base64,AAAA',
      'media-type': 'image/jpeg',
      width: '20',
      height: '15',
    });
  });

  it('G03 what cannot be shown is told in words', () => {
    const translator = new FluentTranslator([loadCoreLocales()]);
    const notice = fileNotice('a.mp4', 64_200_000, fileErrors.tooLarge(50_000_000).text);
    const strip = (text: string) => text.replace(/[\u2068\u2069]/g, '');
    expect(strip(fileNoticeBody(notice, translator, 'en'))).toBe(
      'A file came that cannot be shown here: a.mp4 (64.2 MB). It is too large: at most 50 MB can be passed on.',
    );
    expect(strip(fileNoticeBody(notice, translator, 'ru'))).toContain('64,2 МБ');
    expect(fileNotice('a', undefined, { key: 'file-gone' }).text.key).toBe('file-came');
  });
});

describe('XEP-0363', () => {
  const slot = (put: string, get: string, ...headers: XmlElement[]) =>
    el(
      'iq',
      NS.COMPONENT,
      null,
      el(
        'slot',
        NS.HTTP_UPLOAD,
        null,
        el('put', NS.HTTP_UPLOAD, { url: put }, ...headers),
        el('get', NS.HTTP_UPLOAD, { url: get }),
      ),
    );
  const header = (name: string, value: string) => el('header', NS.HTTP_UPLOAD, { name }, value);

  it('G03 only Authorization, Cookie and Expires are sent, in their order, without line ends', () => {
    const read = parseSlot(
      slot(
        'https://u.example/1',
        'https://u.example/très',
        header('Cookie', 'a=1'),
        header('Host', 'evil'),
        header('auThorization\n', 'Basic\r\nX-Evil: 1'),
        header('cookie', 'b=2'),
      ),
    );
    expect(read).toEqual({
      put: 'https://u.example/1',
      get: 'https://u.example/tr%C3%A8s',
      headers: [
        ['cookie', 'a=1'],
        ['authorization', 'BasicX-Evil: 1'],
        ['cookie', 'b=2'],
      ],
    });
  });

  it.each([
    ['file:///etc/passwd', 'https://u.example/1'],
    ['https://u.example/1', 'javascript:x'],
    ['', ''],
  ])('a slot at %s and %s is none', (put, get) => {
    expect(parseSlot(slot(put, get))).toBeUndefined();
  });

  it('reads what a service offers, and its limit in an error', () => {
    const info = (...children: XmlElement[]) =>
      el('iq', NS.COMPONENT, null, el('query', NS.DISCO_INFO, null, ...children));
    const feature = el('feature', NS.DISCO_INFO, { var: NS.HTTP_UPLOAD });
    const field = (name: string, value: string) =>
      el('field', NS.DATA, { var: name }, el('value', NS.DATA, null, value));
    const form = (limit: string) =>
      el('x', NS.DATA, { type: 'result' }, field('FORM_TYPE', NS.HTTP_UPLOAD), field('max-file-size', limit));
    expect(parseUploadOffer(info())).toBeUndefined();
    expect(parseUploadOffer(info(feature))).toEqual({ maxFileSize: undefined });
    expect(parseUploadOffer(info(feature, form('5242880')))).toEqual({ maxFileSize: 5_242_880 });
    expect(parseUploadOffer(info(feature, form('-1')))).toEqual({ maxFileSize: undefined });
    const tooLarge = (...children: XmlElement[]) =>
      new StanzaError('not-acceptable', {
        appConditions: [el('file-too-large', NS.HTTP_UPLOAD, null, ...children)],
      });
    expect(tooLargeLimit(tooLarge(el('max-file-size', NS.HTTP_UPLOAD, null, '20000')))).toBe(20_000);
    expect(tooLargeLimit(tooLarge())).toBe(Number.POSITIVE_INFINITY);
    expect(tooLargeLimit(new StanzaError('forbidden'))).toBeUndefined();
  });
});
