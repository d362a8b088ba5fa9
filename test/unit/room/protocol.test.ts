import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { el } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { parseMucJoin } from '../../../src/xmpp/xep/0045-muc/join.js';
import { privacyFeatures } from '../../../src/xmpp/xep/0045-muc/room-info.js';
import { type Slice, slicePage } from '../../../src/xmpp/xep/0059-result-set-management/slice.js';
import { parseArchiveRequest } from '../../../src/xmpp/xep/0313-message-archive-management/query.js';
import { renderArchiveResult } from '../../../src/xmpp/xep/0313-message-archive-management/result.js';

const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 })).map((list) => list.sort());
const identity = (text: string) => text;

describe('pages of a list (XEP-0059)', () => {
  it('I18 H06 forward and backward show every item once, in order', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 5 }), (items, max) => {
        const forward: string[] = [];
        for (let after: string | undefined; ; ) {
          const page: Slice<string> = slicePage(
            items,
            identity,
            { max, ...(after !== undefined && { after }) },
            3,
          );
          if (page.items.length === 0) break;
          expect(page.items.length).toBeLessThanOrEqual(Math.min(max, 3));
          forward.push(...page.items);
          after = page.items.at(-1);
        }
        const backward: string[] = [];
        for (let before: string | undefined = ''; before !== undefined; ) {
          const page: Slice<string> = slicePage(items, identity, { max, before }, 3);
          backward.unshift(...page.items);
          before = page.items[0];
        }
        expect(forward).toEqual(items);
        expect(backward).toEqual(items);
      }),
    );
  });

  it('tells the place of a page in the whole', () => {
    const { items, set } = slicePage(['a', 'b', 'c', 'd'], identity, { max: 2, after: 'a' }, 10);
    expect(items).toEqual(['b', 'c']);
    expect(set.child('first')?.attrs.index).toBe('1');
    expect(['first', 'last', 'count'].map((name) => set.childText(name))).toEqual(['b', 'c', '4']);
  });

  it('a key that is gone stands for its place', () => {
    expect(slicePage(['a', 'c'], identity, { after: 'b' }, 10).items).toEqual(['c']);
    expect(slicePage(['a', 'c'], identity, { before: 'b' }, 10).items).toEqual(['a']);
  });
});

describe('history in a join (XEP-0045 §7.2.14)', () => {
  it('I08 since and seconds: the later one counts; what is malformed counts as absent', () => {
    const join = (attrs: Record<string, string>) =>
      parseMucJoin(el('x', NS.MUC, null, el('history', NS.MUC, attrs)), 100_000).history;
    expect(join({ seconds: '10' })).toEqual({ since: 90_000 });
    expect(join({ seconds: '10', since: '1970-01-01T00:01:35Z' })).toEqual({ since: 95_000 });
    expect(join({ seconds: '1', since: '1970-01-01T00:01:35Z' })).toEqual({ since: 99_000 });
    expect(join({ seconds: '-1', since: 'soon', maxchars: '1e3', maxstanzas: '' })).toEqual({});
  });
});

describe('features of a room (XEP-0045 §16.3)', () => {
  it('H01 one of each pair, whatever the room is', () => {
    const flag = fc.boolean();
    const privacy = fc.record({
      hidden: flag,
      membersOnly: flag,
      moderated: flag,
      passwordProtected: flag,
      nonAnonymous: flag,
      temporary: flag,
    });
    const seen = new Set<string>();
    fc.assert(
      fc.property(privacy, (one) => {
        const features = privacyFeatures(one);
        for (const feature of features) seen.add(feature);
        expect(features).toHaveLength(6);
      }),
    );
    expect(seen.size).toBe(12);
  });
});

describe('archive queries (XEP-0313)', () => {
  it('I17 without a form ask for everything', () => {
    expect(parseArchiveRequest(el('query', NS.MAM, { queryid: 'q' }))).toEqual({
      queryId: 'q',
      page: {},
      flip: false,
    });
  });

  it('I17 fields without a value ask for nothing; times may have a fraction and an offset', () => {
    const field = (name: string, ...values: string[]) =>
      el('field', NS.DATA, { var: name }, ...values.map((value) => el('value', NS.DATA, null, value)));
    const query = (...fields: ReturnType<typeof field>[]) =>
      parseArchiveRequest(el('query', NS.MAM, null, el('x', NS.DATA, { type: 'submit' }, ...fields)));
    expect(query(field('with'), field('start'), field('end'), field('ids'), field('after-id'))).toEqual({
      page: {},
      flip: false,
    });
    expect(query(field('start', '1970-01-01T01:00:00.25+01:00')).start).toBe(250);
    expect(query(field('ids', 'a', 'b', 'a')).ids).toEqual(['a', 'b']);
  });

  it('S09 nothing in a result can break out of its place', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (queryId, nick, messageId) => {
        const xml = renderArchiveResult('r@x', 'u@y/z', queryId, {
          id: 'i',
          time: 0,
          nick,
          messageId,
          payload: '',
        });
        expect(xml.match(/</g)).toHaveLength(10);
      }),
    );
  });
});
