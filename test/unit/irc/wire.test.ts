import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodingFor } from '../../../gateways/irc/wire/encoding.js';
import {
  emptyFrame,
  frame,
  nickOf,
  paramsOf,
  serverTimeOf,
  userHostOf,
} from '../../../gateways/irc/wire/line.js';
import { LineReader, maxLineBytes } from '../../../gateways/irc/wire/line-reader.js';
import { Outbox } from '../../../gateways/irc/wire/outbox.js';
import { isPublicAddress, mayDial } from '../../../gateways/irc/wire/target-policy.js';

const utf8 = encodingFor(undefined, undefined);

describe('reading lines', () => {
  it('gives the same lines however the bytes are cut', () => {
    const lines = fc.array(
      fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replace(/[\r\n]/g, '')),
    );
    fc.assert(
      fc.property(lines, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (texts, sizes) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\r\n`).join(''));
        const reader = new LineReader();
        const read: string[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          expect(reader.read(bytes.subarray(at, at + size), utf8, (line) => read.push(line))).toBe(true);
          at += size;
        }
        expect(read).toEqual(texts.filter((text) => text !== ''));
      }),
    );
  });

  it('refuses a line longer than the protocol allows, at once or bit by bit', () => {
    const reader = new LineReader();
    expect(reader.read(Buffer.alloc(maxLineBytes + 1, 65), utf8, () => undefined)).toBe(false);
    const slow = new LineReader();
    let taken = 0;
    while (slow.read(Buffer.alloc(100, 65), utf8, () => undefined)) taken += 100;
    expect(taken).toBeLessThanOrEqual(maxLineBytes);
  });

  it('takes the parts of a line', () => {
    const read = frame(
      '@time=2026-01-01T00:00:00.000Z;account=a :bob!u@h.x PRIVMSG #a :hello  there',
      emptyFrame(),
    );
    if (read === undefined) throw new Error('not read');
    expect(read.command).toBe('PRIVMSG');
    expect(nickOf(read)).toBe('bob');
    expect(userHostOf(read)).toBe('u@h.x');
    expect(paramsOf(read)).toEqual(['#a', 'hello  there']);
    expect(serverTimeOf(read.tags)).toBe(Date.UTC(2026, 0, 1));
    const server = frame(':irc.example.org 005 a B=c  D :e', emptyFrame());
    if (server === undefined) throw new Error('not read');
    expect(userHostOf(server)).toBeUndefined();
    expect(paramsOf(server)).toEqual(['a', 'B=c', 'D', 'e']);
  });

  it('never throws at anything, and takes at most 15 parameters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...': @!abc#\0é'.split('')), maxLength: 100 }),
        (line) => {
          const read = frame(line, emptyFrame());
          if (read === undefined) return;
          nickOf(read);
          userHostOf(read);
          serverTimeOf(read.tags);
          expect(paramsOf(read).length).toBeLessThanOrEqual(15);
        },
      ),
    );
  });
});

describe('S17 flood control', () => {
  it('lets a burst through, then so many lines a second, in order', () => {
    const box = new Outbox({ linesPerSecond: 2, burst: 3 }, 10, 0);
    const now = ['a', 'b', 'c', 'd', 'e', 'f'].map((line) => box.offer(line, 0, false));
    expect(now).toEqual(['a', 'b', 'c', undefined, undefined, undefined]);
    expect(box.release(0)).toEqual([]);
    expect(box.release(500)).toEqual(['d']);
    expect(box.release(1500)).toEqual(['e', 'f']);
    expect(box.release(9000)).toEqual([]);
  });

  it('what is free takes no token but waits for its turn', () => {
    const box = new Outbox({ linesPerSecond: 1, burst: 1 }, 10, 0);
    box.offer('a', 0, false);
    expect(box.offer('ping', 0, true)).toBe('ping');
    box.offer('b', 0, false);
    expect(box.offer('ping2', 0, true)).toBeUndefined();
    expect(box.release(1000)).toEqual(['b', 'ping2']);
  });

  it('is bounded', () => {
    const box = new Outbox({ linesPerSecond: 1, burst: 1 }, 5, 0);
    for (let i = 0; i < 100; i++) box.offer(`${i}`, 0, false);
    expect(box.hasRoom(1)).toBe(false);
    expect(box.waiting).toBeLessThanOrEqual(10);
    expect(new Outbox(undefined, 1, 0).hasRoom(1000)).toBe(true);
  });
});

describe('S21 targets chosen by users', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '192.168.0.1',
    '172.16.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    'ff02::1',
    '2002:7f00:1::',
    'nonsense',
    '',
  ])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '2001:4860:4860::8888', '::ffff:8.8.8.8'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it('odd ports and near names are refused unless the operator has listed the server', () => {
    const endpoint = { host: 'irc.example.org', port: 6697, tls: true, verify: true, listed: false };
    const ports = [6697];
    expect(mayDial(endpoint, ports)).toBe(true);
    for (const host of [
      'localhost',
      'router',
      'a.local',
      'a.internal',
      '1.in-addr.arpa',
      '127.1',
      '0x7f.0x1',
    ])
      expect(mayDial({ ...endpoint, host }, ports)).toBe(false);
    expect(mayDial({ ...endpoint, port: 25 }, ports)).toBe(false);
    expect(mayDial({ ...endpoint, host: '10.0.0.1', port: 25, listed: true }, ports)).toBe(true);
  });
});
