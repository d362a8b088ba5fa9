import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LegPlaces } from '../../../src/core/relay/leg-places.js';
import { listId, readList, typedList } from '../../../src/core/relay/list/list-address.js';
import { ListLeg } from '../../../src/core/relay/list/list-leg.js';
import { digestOf, wishOf } from '../../../src/core/relay/list/list-words.js';
import type { LegEvent } from '../../../src/core/relay/model.js';
import { DEFAULT_LEG_SETTINGS, type LegSettings } from '../../../src/core/relay/settings.js';
import { GatewayError } from '../../../src/gateway/error.js';
import type { ContactId } from '../../../src/gateway/ids.js';
import { MemoryState } from '../../support/gateway-environment.js';

const ID = 'family%sms.example.org@relay.example.org';

interface Scene {
  readonly state: MemoryState;
  /** What each has got. */
  readonly got: Map<string, string[]>;
  repeatable: boolean;
  /** What happens to the next messages, instead of being taken. */
  readonly faults: (GatewayError | 'silence')[];
  settings: LegSettings;
}

const scene = (): Scene => ({
  ...{ state: new MemoryState(), got: new Map(), repeatable: false, faults: [] },
  settings: DEFAULT_LEG_SETTINGS,
});

function begin(now: Scene, more: object = {}) {
  const heard: LegEvent[] = [];
  const keys = new Set<string>();
  const session = {
    send: (target: { readonly id: string }, message: { readonly text: string; readonly key: string }) => {
      const fault = now.faults.shift();
      if (fault === 'silence') return { accepted: new Promise(() => undefined) };
      if (fault) return { accepted: Promise.reject(fault) };
      if (!keys.has(message.key)) now.got.set(target.id, [...(now.got.get(target.id) ?? []), message.text]);
      keys.add(message.key);
      return { accepted: Promise.resolve(undefined) };
    },
  };
  const leg = new ListLeg(
    ID,
    {
      ...{ perHour: 1_000, gatherMs: 0, retryFirstMs: 1, retryLastMs: 2, length: 400 },
      ...{
        language: 'en',
        mostLines: 100,
        mostMembers: 3,
        configured: [],
        settings: () => now.settings,
        ...more,
      },
    },
    {
      port: {
        gateway: {
          get repeatable() {
            return now.repeatable;
          },
          addresses: {
            parseInput: (text: string) => (/^\+\d+$/.test(text) ? { kind: 'contact', id: text } : undefined),
          },
        },
      } as never,
      bot: { session, attachList: async () => session, detachList: async () => undefined } as never,
      translator: {
        say: ({ key, args }) => `${key} ${JSON.stringify(args ?? {})}`,
        match: () => 'en',
        languages: ['en'],
      },
      state: now.state,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      addressOf: (contact) => `${contact}@sms.example.org`,
      now: Date.now,
    },
  );
  leg.start({
    happened: async (event: LegEvent) => void heard.push(event),
    ...{ signal() {}, changed() {}, ended() {}, congested: false },
    called: () => undefined,
    whispered: async () => undefined,
    relieved: async () => undefined,
  });
  let id = 0;
  return {
    leg,
    heard,
    says: (text: string) => {
      id += 1;
      const speaker = { key: 'ann', nick: 'Ann' };
      return leg.cross({
        id: `${Date.now()}-${id}-${text}`,
        from: 'room',
        content: { kind: 'said', speaker, words: { text } },
      });
    },
    writes: (from: string, text: string, more: object = {}) =>
      leg.event({
        type: 'direct-message',
        from: from as ContactId,
        nick: from,
        text,
        style: 'text',
        id: `m${text}` as never,
        ...more,
      }),
  };
}

describe('a list of people', () => {
  it('has one address, however it is typed', () => {
    const domains = new Map([['sms.example.org', { port: { domain: 'sms.example.org' } as never }]]);
    const places = new LegPlaces('relay.example.org', domains);
    expect(places.read('list:Family on sms.example.org')).toMatchObject({
      kind: 'list',
      id: ID,
      name: 'family',
    });
    expect(places.read(ID)).toMatchObject({ kind: 'list', id: ID });
    expect(() => places.read('family%other.example.org@relay.example.org')).toThrow('bad-address');
    expect(places.read('family@relay.example.org').kind).toBe('hosted');
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/), (name) => {
        const list = { name, network: 'sms.example.org' };
        expect(readList(listId(list, 'relay.example.org').split('@')[0] ?? '')).toEqual(list);
        expect(typedList(`list:${name}`)).toBe(name);
      }),
    );
  });

  it('asks who is put on it, and tells who wants it only', async () => {
    const now = scene();
    const { leg, says, writes, heard } = begin(now);
    await leg.add({ who: '+1', name: 'Carol' });
    await leg.add({ who: '+2', name: 'Dave', agreed: true });
    await expect(leg.add({ who: 'nonsense' })).rejects.toThrow('bad-address');
    expect(now.got.get('+1')).toEqual([expect.stringContaining('relay-list-invitation')]);
    await says('hello');
    await expect.poll(() => now.got.get('+2')).toEqual(['Ann: hello']);
    await writes('+1', 'who are you?');
    expect(heard).toEqual([]);
    await writes('+1', ' Start! ');
    await says('again');
    await expect.poll(() => now.got.get('+1')?.at(-1)).toBe('Ann: again');
    await writes('+1', 'STOP');
    await says('once more');
    await expect.poll(() => now.got.get('+2')?.at(-1)).toBe('Ann: once more');
    expect(now.got.get('+1')?.some((text) => text.includes('once more'))).toBe(false);
    expect(await leg.remove('+2')).toBe(true);
    expect(leg.members.map(({ state }) => state)).toEqual(['out']);
    await leg.stop();
  });

  it('says what members write as theirs, here and to each other, but nothing that a program says', async () => {
    const now = scene();
    const { leg, writes, heard } = begin(now);
    await leg.add({ who: '+1', name: 'Carol', agreed: true });
    await leg.add({ who: '+2', name: 'Dave', agreed: true });
    await writes('+1', 'dinner?');
    expect(heard).toMatchObject([
      {
        content: { kind: 'said', speaker: { key: '+1', nick: 'Carol' }, words: { text: 'dinner?' } },
        ids: ['mdinner?'],
      },
    ]);
    await expect.poll(() => now.got.get('+2')).toEqual(['Carol: dinner?']);
    expect(now.got.get('+1')).toBeUndefined();
    await writes('+1', 'I am on holiday', { automatic: true });
    await writes('+3', 'let me in');
    now.settings = { ...DEFAULT_LEG_SETTINGS, direction: 'from' };
    await writes('+2', 'yes, at eight');
    expect(heard).toHaveLength(2);
    expect(now.got.get('+1')).toBeUndefined();
    await leg.stop();
  });

  it('joins lines, sums up what is too much, and leaves out what was taken back', async () => {
    const now = scene();
    const { leg, says } = begin(now, { gatherMs: 40 });
    await leg.add({ who: '+1', agreed: true });
    await says('one');
    const [secret = ''] = await says('a secret');
    await leg.cross({
      id: 'x',
      from: 'room',
      content: { kind: 'retracted', target: { id: 'y' } },
      reference: { ids: [secret] },
    });
    await says('two');
    await expect.poll(() => now.got.get('+1')).toEqual(['Ann: one\nAnn: two']);
    await leg.stop();
    const many = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    expect(digestOf(many, 5, 40, (count) => `${count} more`)).toBe(
      '100 more\nline 95\nline 96\nline 97\nline 98\nline 99',
    );
    expect(digestOf(['x'.repeat(100)], 0, 10, String)).toBe(`${'x'.repeat(9)}…`);
  });

  it('holds up nobody for one who cannot be reached, and lets go of who cannot be told', async () => {
    const now = scene();
    const { leg, says } = begin(now);
    await leg.add({ who: '+1', agreed: true });
    await leg.add({ who: '+2', agreed: true });
    now.faults.push(new GatewayError('forbidden', { key: 'sms-opted-out' }));
    await says('one');
    await expect.poll(() => now.got.get('+2')).toEqual(['Ann: one']);
    await expect.poll(() => leg.members.map(({ state }) => state)).toEqual(['out', 'in']);
    now.faults.push(new GatewayError('network-unreachable', { key: 'away' }, 'not-sent', true));
    await says('two');
    await expect.poll(() => now.got.get('+2')).toEqual(['Ann: one', 'Ann: two']);
    // Nobody knows whether it went: twice would be worse.
    now.faults.push(new GatewayError('network-unreachable', { key: 'away' }, 'unknown', true));
    await says('three');
    await says('four');
    await expect.poll(() => now.got.get('+2')?.at(-1)).toContain('four');
    expect(now.got.get('+2')?.filter((text) => text.includes('three'))).toEqual([]);
    await leg.stop();
  });

  it('neither loses nor repeats anything over restarts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.constant('say' as const),
            fc.constant('restart' as const),
            fc.constant('fail' as const),
          ),
          {
            maxLength: 25,
          },
        ),
        async (steps) => {
          const now = scene();
          let current = begin(now);
          await current.leg.add({ who: '+1', agreed: true });
          await current.leg.add({ who: '+2', agreed: true });
          let said = 0;
          for (const step of steps) {
            if (step === 'say') {
              said += 1;
              await current.says(`line ${said}.`);
            } else if (step === 'fail')
              now.faults.push(new GatewayError('network-unreachable', { key: 'away' }, 'not-sent', true));
            else {
              await current.leg.stop();
              current = begin(now);
            }
          }
          const wanted = Array.from({ length: said }, (_, index) => `Ann: line ${index + 1}.`);
          for (const who of ['+1', '+2'])
            await expect
              .poll(() => (now.got.get(who) ?? []).flatMap((text) => text.split('\n')))
              .toEqual(wanted);
          await current.leg.stop();
        },
      ),
      { numRuns: 30 },
    );
  });

  it('takes wishes as words, and nothing else', () => {
    for (const word of ['stop', 'Stop.', ' СТОП ', '/stop', '"quiet"']) expect(wishOf(word)).toBe('stop');
    for (const word of ['start', 'Да!']) expect(wishOf(word)).toBe('start');
    for (const words of ['stop it, Dave', 'do not start', '']) expect(wishOf(words)).toBeUndefined();
  });
});
