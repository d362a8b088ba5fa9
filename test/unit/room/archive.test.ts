import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { DOMAIN, JULIET, ROMEO, RoomStage, TEA } from '../../support/core/room-stage.js';

const STRANGER = 'villain@elsewhere.example/dark';

let stage: RoomStage;

/** Seven messages and a subject, of which Romeo saw all and Juliet the last two. */
beforeEach(async () => {
  stage = new RoomStage();
  stage.world.enter('#tea', 'Alice');
  await stage.join(ROMEO, 'Romeo');
  for (const text of ['1', '2', '3', '4', '5']) stage.world.say('#tea', 'Alice', text);
  await stage.join(JULIET, 'Juliet');
  stage.world.say('#tea', 'Alice', '6');
  await stage.say(ROMEO, '7', 'own');
  stage.take();
});

interface Page {
  readonly results: readonly XmlElement[];
  readonly bodies: readonly (string | undefined)[];
  readonly ids: readonly string[];
  readonly fin: XmlElement;
}

async function query(inside = '', from = ROMEO, attrs = ''): Promise<Page> {
  const sent = await stage.ask('set', from, TEA, `<query xmlns='${NS.MAM}'${attrs}>${inside}</query>`);
  const results = sent.flatMap((stanza) => stanza.child('result', NS.MAM) ?? []);
  const fin = sent.at(-1)?.child('fin', NS.MAM);
  if (!fin) throw new Error(`no fin but ${sent.at(-1)}`);
  return {
    results,
    bodies: results.map((result) => messageIn(result)?.childText('body')),
    ids: results.map(({ attrs: { id } }) => id ?? ''),
    fin,
  };
}

const messageIn = (result: XmlElement | undefined) =>
  result?.child('forwarded', NS.FORWARD)?.child('message', NS.CLIENT);
const set = (inside: string) => `<set xmlns='${NS.RSM}'>${inside}</set>`;
const form = (fields: Readonly<Record<string, string | readonly string[]>>) =>
  `<x xmlns='${NS.DATA}' type='submit'>` +
  Object.entries({ FORM_TYPE: NS.MAM, ...fields })
    .map(
      ([name, value]) =>
        `<field var='${name}'>${[value]
          .flat()
          .map((one) => `<value>${one}</value>`)
          .join('')}</field>`,
    )
    .join('') +
  '</x>';
const refusal = (inside: string, from = ROMEO) =>
  stage.refusal('set', from, TEA, `<query xmlns='${NS.MAM}'>${inside}</query>`);

describe('the archive of a room', () => {
  it('I16 results go to the asking client with queryid, stanza-id, delay and the message', async () => {
    const live = await stage.say(ROMEO, 'live', 'x1');
    const { results, fin } = await query(set('<max>1</max><before/>'), ROMEO, " queryid='q1'");
    const [result] = results;
    expect(result?.attrs.queryid).toBe('q1');
    expect(result?.attrs.id).toBe(live[0]?.child('stanza-id')?.attrs.id);
    const forwarded = result?.child('forwarded', NS.FORWARD);
    expect(forwarded?.child('delay', NS.DELAY)?.attrs.stamp).toMatch(/Z$/);
    const message = messageIn(result);
    expect(message?.attrs).toEqual({ from: `${TEA}/Romeo`, type: 'groupchat', id: 'x1' });
    expect(message?.childText('body', NS.CLIENT)).toBe('live');
    expect(message?.child('occupant-id', NS.OCCUPANT_ID)).toBeDefined();
    expect(message?.child('stanza-id', NS.SID)?.attrs).toEqual({ id: result?.attrs.id, by: TEA });
    expect(fin.child('set', NS.RSM)?.childText('first')).toBe(result?.attrs.id);
  });

  it('I16 ids follow what was seen: a message under way sorts after one that overtakes it', async () => {
    const lone = new RoomStage();
    lone.world.enter('#tea', 'Alice');
    await lone.join(ROMEO, 'Romeo');
    const session = lone.session(0);
    const send = session.send.bind(session);
    vi.spyOn(session, 'send').mockImplementationOnce((target, message) => {
      const sent = send(target, message);
      const accepted = sent.accepted.then(() => void lone.world.say('#tea', 'Alice', 'overtakes'));
      return { ...sent, accepted };
    });
    const seen = await lone.say(ROMEO, 'slow');
    const ids = seen.map((stanza) => stanza.child('stanza-id')?.attrs.id);
    expect(seen.map((stanza) => stanza.childText('body'))).toEqual(['overtakes', 'slow']);
    expect(ids).toEqual(ids.toSorted());
  });

  it('I16 a query without page gives all there is, in order, and says so', async () => {
    const { bodies, ids, fin } = await query();
    expect(bodies).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(fin.attrs.complete).toBe('true');
    expect(fin.child('set')?.childText('first')).toBe(ids[0]);
    expect(fin.child('set')?.childText('last')).toBe(ids.at(-1));
    expect(fin.child('set')?.childText('count')).toBe('7');
  });

  it.each([1, 2, 3, 7, 8])('I18 forward by %i: no gap, no overlap', async (max) => {
    const bodies: (string | undefined)[] = [];
    let last = '';
    for (;;) {
      const after = last === '' ? '' : `<after>${last}</after>`;
      const page = await query(set(`<max>${max}</max>${after}`));
      bodies.push(...page.bodies);
      expect(page.results.length).toBeLessThanOrEqual(max);
      if (page.fin.attrs.complete === 'true') break;
      last = page.ids.at(-1) ?? '';
    }
    expect(bodies).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  it.each([1, 2, 3, 7, 8])('I18 backward by %i: no gap, no overlap, each page in order', async (max) => {
    const pages: (string | undefined)[][] = [];
    let before = '';
    for (;;) {
      const page = await query(set(`<max>${max}</max><before>${before}</before>`));
      pages.unshift([...page.bodies]);
      if (page.fin.attrs.complete === 'true') break;
      before = page.ids[0] ?? '';
    }
    expect(pages.flat()).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  it('I18 a page of none tells the count; the own limit of the gateway holds', async () => {
    const none = await query(set('<max>0</max>'));
    expect(none.results).toEqual([]);
    expect(none.fin.child('set')?.childText('count')).toBe('7');
    expect(none.fin.attrs.complete).toBeUndefined();
    for (let n = 8; n <= 60; n += 1) stage.world.say('#tea', 'Alice', String(n));
    await stage.settled();
    stage.take();
    const all = await query(set('<max>1000</max>'));
    expect(all.results).toHaveLength(50);
    expect(all.fin.attrs.complete).toBeUndefined();
  });

  it('I17 with: the room, one occupant of it, anybody else', async () => {
    expect((await query(form({ with: TEA }))).bodies).toHaveLength(7);
    expect((await query(form({ with: `${TEA}/Romeo` }))).bodies).toEqual(['7']);
    expect((await query(form({ with: `alice@${DOMAIN}` }))).bodies).toEqual([]);
    expect(await refusal(form({ with: '@@' }))).toBe('bad-request');
  });

  it('I17 start and end', async () => {
    const now = new Date().toISOString();
    expect((await query(form({ end: now }))).bodies).toHaveLength(7);
    expect((await query(form({ start: '2970-01-01T00:00:00Z' }))).bodies).toEqual([]);
    expect((await query(form({ start: '1970-01-01T00:00:00+02:00', end: now }))).bodies).toHaveLength(7);
    for (const wrong of ['yesterday', '2020-01-01', '2020-13-01T00:00:00Z', '1'])
      expect(await refusal(form({ start: wrong }))).toBe('bad-request');
  });

  it('I17 before-id, after-id and ids', async () => {
    const { ids } = await query();
    const between = { 'after-id': ids[1] ?? '', 'before-id': ids[4] ?? '' };
    expect((await query(form(between))).bodies).toEqual(['3', '4']);
    expect((await query(form({ ids: [ids[5] ?? '', ids[0] ?? ''] }))).bodies).toEqual(['1', '6']);
  });

  it('I17 flip-page: the page newest first, its place unchanged', async () => {
    const { ids } = await query();
    const page = await query(`${set('<max>2</max><before/>')}<flip-page/>`);
    expect(page.bodies).toEqual(['7', '6']);
    expect(page.fin.child('set')?.childText('first')).toBe(ids[5]);
    expect(page.fin.child('set')?.childText('last')).toBe(ids[6]);
  });

  it('I17 metadata: the ends of what the asker may see', async () => {
    const { ids } = await query('', JULIET);
    const metadata = await stage.result('get', JULIET, TEA, `<metadata xmlns='${NS.MAM}'/>`);
    expect(metadata.child('start')?.attrs.id).toBe(ids[0]);
    expect(metadata.child('end')?.attrs.id).toBe(ids.at(-1));
    expect(metadata.child('end')?.attrs.timestamp).toMatch(/Z$/);
    const empty = await stage.result('get', ROMEO, `#ink@${DOMAIN}`, `<metadata xmlns='${NS.MAM}'/>`);
    expect(empty.elements()).toEqual([]);
  });

  it('I17 the form has every field, none of them required', async () => {
    const result = await stage.result('get', ROMEO, TEA, `<query xmlns='${NS.MAM}'/>`);
    const fields = result.child('x', NS.DATA)?.childrenNamed('field') ?? [];
    expect(fields.map(({ attrs }) => attrs.var)).toEqual([
      'FORM_TYPE',
      'with',
      'start',
      'end',
      'before-id',
      'after-id',
      'ids',
    ]);
    expect(fields.some((field) => field.child('required'))).toBe(false);
  });

  it('I17 what is not known: a field, an index → feature-not-implemented; an id → item-not-found', async () => {
    expect(await refusal(form({ '{urn:xmpp:fulltext:0}fulltext': 'x' }))).toBe('feature-not-implemented');
    expect(await refusal(set('<index>3</index>'))).toBe('feature-not-implemented');
    expect(await refusal(set('<max>1</max><after>nothing</after>'))).toBe('item-not-found');
    expect(await refusal(set('<max>many</max>'))).toBe('bad-request');
    expect(await refusal(`<x xmlns='${NS.DATA}' type='nonsense'/>`)).toBe('bad-request');
    expect(await refusal(form({ FORM_TYPE: 'urn:xmpp:mam:1' }))).toBe('bad-request');
    const many = Array.from({ length: 51 }, (_, n) => `id${n}`);
    expect(await refusal(form({ ids: many }))).toBe('policy-violation');
  });

  it('I21 S03 everybody gets what his own account received, and nothing tells of the rest', async () => {
    expect((await query('', JULIET)).bodies).toEqual(['6', '7']);
    const { ids } = await query();
    expect(await refusal(set(`<after>${ids[0]}</after>`), JULIET)).toBe(
      await refusal(set('<after>nothing</after>'), JULIET),
    );
    await stage.enter('tybalt@example.org/x', 'Tybalt', '', `#ink@${DOMAIN}`);
    stage.take();
    const never = await query('', 'tybalt@example.org/x');
    expect(never.results).toEqual([]);
    expect(never.fin.attrs.complete).toBe('true');
  });

  it('I16 S04 people without an account → forbidden, for rooms that exist and those that do not', async () => {
    for (const to of [TEA, `#nowhere@${DOMAIN}`]) {
      for (const from of [STRANGER, 'nobody@example.org/x']) {
        const payload = `<query xmlns='${NS.MAM}'/>`;
        expect(await stage.refusal('set', from, to, payload)).toBe('forbidden');
        expect(await stage.refusal('get', from, to, payload)).toBe('forbidden');
        expect(await stage.refusal('get', from, to, `<metadata xmlns='${NS.MAM}'/>`)).toBe('forbidden');
      }
    }
  });

  it('I16 an account reads its archive after it has left', async () => {
    await stage.receive(`<presence type='unavailable' from='${JULIET}' to='${TEA}/Juliet'/>`);
    stage.world.say('#tea', 'Alice', 'behind her back');
    await stage.settled();
    stage.take();
    expect((await query('', JULIET)).bodies).toEqual(['6', '7']);
  });

  it('I19 a change of subject is there once; private messages are not', async () => {
    await stage.receive(
      `<message from='${ROMEO}' to='${TEA}' type='groupchat'><subject>tea</subject></message>` +
        `<message from='${ROMEO}' to='${TEA}/Alice' type='chat'><body>psst</body></message>`,
    );
    stage.take();
    const { results, bodies } = await query();
    expect(bodies).not.toContain('psst');
    expect(results.flatMap((result) => messageIn(result)?.childText('subject') ?? [])).toEqual(['tea']);
  });

  it('I03 I20 a muc#user of a client is in no archive', async () => {
    await stage.receive(
      `<message from='${ROMEO}' to='${TEA}' type='groupchat' id='z'><body>hi</body>` +
        `<x xmlns='${NS.MUC_USER}'><item jid='ceo@example.org'/></x></message>`,
    );
    stage.take();
    const { results } = await query(set('<max>1</max><before/>'));
    expect(messageIn(results[0])?.child('x')).toBeUndefined();
  });

  it('without an archive nothing is promised and nothing answered', async () => {
    stage = new RoomStage({ domain: { archive: { enabled: false, history: 0, maxPage: 50 } } });
    await stage.join(ROMEO, 'Romeo');
    expect(await refusal('')).toBe('service-unavailable');
    const info = await stage.result('get', ROMEO, TEA, `<query xmlns='${NS.DISCO_INFO}'/>`);
    const features = info.childrenNamed('feature').map(({ attrs }) => attrs.var);
    expect(features).not.toContain(NS.MAM);
    expect(features).not.toContain(NS.SID);
    expect((await stage.say(ROMEO, 'hi'))[0]?.child('stanza-id')).toBeUndefined();
  });
});
