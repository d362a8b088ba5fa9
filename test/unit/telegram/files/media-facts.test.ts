import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  factReader,
  type MediaFacts,
} from '../../../../gateways/telegram/client/gramjs/files/media-facts.js';
import { box, movie, page, voiceNote } from '../../../support/telegram/media-bytes.js';

function factsOf(mediaType: string, bytes: Buffer, each = bytes.length): MediaFacts | undefined {
  const reader = factReader(mediaType);
  for (let at = 0; at < bytes.length; at += each) reader?.push(bytes.subarray(at, at + each));
  return reader?.facts();
}

const film = (facts: Partial<Parameters<typeof movie>[0]> = {}) =>
  movie({ seconds: 90, width: 1_280, height: 720, ...facts });
const start = box('ftyp', Buffer.from('isom\0\0\0\0'));
const media = box('mdat', Buffer.alloc(5_000, 1));

describe('a video', () => {
  it.each([0, 1] as const)('tells its length and size, version %i', (version) => {
    expect(factsOf('video/mp4', Buffer.concat([start, film({ version }), media]))).toEqual({
      seconds: 90,
      width: 1_280,
      height: 720,
    });
  });

  it('tells them behind its media as well, be they in a box of more than 4 GiB', () => {
    const large = box('mdat', Buffer.alloc(5_000), true);
    expect(factsOf('video/quicktime', Buffer.concat([start, large, film()]), 1_000)).toMatchObject({
      seconds: 90,
    });
  });

  it('is as wide as it is shown when it was filmed upright', () => {
    expect(factsOf('video/mp4', film({ turned: true }))).toMatchObject({ width: 720, height: 1_280 });
  });

  it('has no size where there is nothing to be seen', () => {
    expect(factsOf('audio/mp4', film({ width: 0, height: 0 }))).toEqual({ seconds: 90 });
  });
});

describe('a voice note', () => {
  it('tells its length', () => {
    expect(factsOf('audio/ogg; codecs=opus', voiceNote(7))).toEqual({ seconds: 7 });
  });

  it('tells it for Vorbis, and that of the first of several streams', () => {
    const first = Buffer.alloc(30);
    first.write('\x01vorbis', 'latin1');
    first.writeUInt32LE(44_100, 12);
    const bytes = [page(0n, first), page(88_200n, Buffer.alloc(400)), page(9_999_999n, Buffer.alloc(9), 8)];
    expect(factsOf('audio/ogg', Buffer.concat(bytes))).toEqual({ seconds: 2 });
  });
});

it('reads the same in whatever pieces it comes', () => {
  const files = [
    ['video/mp4', Buffer.concat([start, media, film()])],
    ['audio/ogg', voiceNote(3)],
  ] as const;
  fc.assert(
    fc.property(fc.constantFrom(...files), fc.integer({ min: 1, max: 700 }), ([type, bytes], each) => {
      expect(factsOf(type, bytes, each)).toEqual(factsOf(type, bytes));
    }),
  );
});

it('bears whatever bytes come', () => {
  const types = fc.constantFrom('video/mp4', 'audio/ogg');
  const begun = fc.constantFrom(Buffer.alloc(0), start, film(), voiceNote(1), Buffer.from('OggS'));
  fc.assert(
    fc.property(types, begun, fc.uint8Array({ maxLength: 300 }), fc.nat(200), (type, head, tail, cut) => {
      const bytes = Buffer.concat([head.subarray(0, head.length - cut), tail, head]);
      const facts = factsOf(type, bytes, 64);
      expect(facts === undefined || facts.seconds >= 0).toBe(true);
    }),
  );
});

it('reads nothing of what it does not know', () => {
  expect(factReader('video/webm')).toBeUndefined();
  expect(factsOf('video/mp4', Buffer.from('no video at all'))).toBeUndefined();
});
