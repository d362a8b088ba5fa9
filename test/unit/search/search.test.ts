import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { el } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { parseSearchRequest } from '../../../src/xmpp/xep/0055-jabber-search/search.js';
import { CLIENT, ContactStage, jidOf } from '../../support/core/contact-stage.js';
import { DOMAIN, JULIET } from '../../support/core/room-stage.js';
import { MemoryDirectory } from '../../support/memory-network/directory.js';

const SEARCH = `<query xmlns='${NS.SEARCH}'/>`;
const plain = (fields: string) => `<query xmlns='${NS.SEARCH}'>${fields}</query>`;
const form = (values: Readonly<Record<string, string>>) =>
  plain(
    `<x xmlns='${NS.DATA}' type='submit'>${Object.entries(values)
      .map(([name, value]) => `<field var='${name}'><value>${value}</value></field>`)
      .join('')}</x>`,
  );

async function stageWithDirectory(): Promise<{ stage: ContactStage; directory: MemoryDirectory }> {
  const directory = new MemoryDirectory();
  const stage = new ContactStage({ network: { directory } });
  directory.know('Bob', { name: 'Bob', note: 'Verona' });
  directory.know('Bert', { name: 'Bert', note: 'Paris' });
  for (const n of [1, 2, 3, 4, 5]) directory.know(`Crowd${n}`, { name: `Crowd ${n}` });
  await stage.register();
  await stage.comes();
  stage.take();
  return { stage, directory };
}

async function features(stage: ContactStage, from: string): Promise<string[]> {
  const info = await stage.result('get', from, DOMAIN, `<query xmlns='${NS.DISCO_INFO}'/>`);
  return info.childrenNamed('feature').map(({ attrs }) => attrs.var ?? '');
}

describe('searching for people', () => {
  it('E12 offers a form and the plain fields that stand for it', async () => {
    const { stage } = await stageWithDirectory();
    const offer = await stage.result('get', CLIENT, DOMAIN, SEARCH);
    expect(offer.child('nick')).toBeDefined();
    expect(offer.child('email')).toBeUndefined();
    expect(offer.childText('instructions')).toMatch(/\w/);
    const fields = offer.child('x', NS.DATA)?.childrenNamed('field') ?? [];
    expect(fields.map(({ attrs }) => attrs.var)).toEqual(['FORM_TYPE', 'who', 'city']);
    expect(fields[0]?.childText('value')).toBe(NS.SEARCH);
  });

  it('E12 finds by form, as a table', async () => {
    const { stage } = await stageWithDirectory();
    const found = await stage.result('set', CLIENT, DOMAIN, form({ who: 'b', city: 'Verona' }));
    const x = found.child('x', NS.DATA);
    expect(
      x
        ?.child('reported')
        ?.childrenNamed('field')
        .map(({ attrs }) => attrs.var),
    ).toEqual(['jid', 'name', 'detail']);
    const rows = x?.childrenNamed('item') ?? [];
    expect(rows.map((row) => row.childrenNamed('field').map((field) => field.childText('value')))).toEqual([
      [jidOf('bob'), 'Bob', 'Verona'],
    ]);
  });

  it('E12 finds by plain fields; nobody is an empty answer either way', async () => {
    const { stage } = await stageWithDirectory();
    const found = await stage.result('set', CLIENT, DOMAIN, plain('<nick>bert</nick>'));
    expect(found.childrenNamed('item').map(({ attrs }) => attrs.jid)).toEqual([jidOf('bert')]);
    expect(found.child('item')?.childText('nick')).toBe('Bert');
    for (const search of [plain('<nick>nobody</nick>'), form({ who: 'nobody' })])
      expect((await stage.result('set', CLIENT, DOMAIN, search)).children).toEqual([]);
  });

  it('E12 S17 shows only so many, and searches only so often', async () => {
    const { stage, directory } = await stageWithDirectory();
    const found = await stage.result('set', CLIENT, DOMAIN, plain('<nick>crowd</nick>'));
    expect(found.childrenNamed('item')).toHaveLength(3);
    const outcomes: string[] = [];
    for (let n = 0; n < 6; n += 1)
      outcomes.push(await stage.refusal('set', CLIENT, DOMAIN, plain('<nick>crowd</nick>')));
    expect(outcomes.filter((outcome) => outcome === 'result')).toHaveLength(4);
    expect(outcomes.at(-1)).toBe('resource-constraint');
    expect(directory.take()).toHaveLength(5);
  });

  it('E12 not without registration; what is malformed, empty or refused is an error', async () => {
    const { stage } = await stageWithDirectory();
    expect(await stage.refusal('get', JULIET, DOMAIN, SEARCH)).toBe('registration-required');
    expect(await stage.refusal('set', JULIET, DOMAIN, plain('<nick>bob</nick>'))).toBe(
      'registration-required',
    );
    expect(await stage.refusal('set', CLIENT, DOMAIN, SEARCH)).toBe('bad-request');
    expect(await stage.refusal('set', CLIENT, DOMAIN, form({ who: ' ' }))).toBe('not-acceptable');
    expect(await stage.refusal('set', CLIENT, DOMAIN, plain('<nick>forbidden</nick>'))).toBe('forbidden');
    expect(stage.faults).toEqual([]);
  });

  it('is a feature, in what presence says of it as well, exactly where the network has it', async () => {
    const { stage } = await stageWithDirectory();
    expect(await features(stage, CLIENT)).toContain(NS.SEARCH);
    await stage.receive(`<presence type='probe' from='${CLIENT}' to='${DOMAIN}'/>`);
    const { node, ver } = stage.take()[0]?.child('c', NS.CAPS)?.attrs ?? {};
    const info = await stage.result(
      'get',
      CLIENT,
      DOMAIN,
      `<query xmlns='${NS.DISCO_INFO}' node='${node}#${ver}'/>`,
    );
    expect(info.childrenNamed('feature').map(({ attrs }) => attrs.var)).toContain(NS.SEARCH);

    const other = new ContactStage();
    await other.register();
    await other.comes();
    expect(await features(other, CLIENT)).not.toContain(NS.SEARCH);
    expect(await other.refusal('get', CLIENT, DOMAIN, SEARCH)).toBe('feature-not-implemented');
  });

  it('K06 in chat: each hit with its address', async () => {
    const { stage } = await stageWithDirectory();
    const say = async (text: string) => {
      await stage.receive(
        `<message from='${CLIENT}' to='${DOMAIN}' type='chat' id='w'><body>${text}</body></message>`,
      );
      return stage.take().flatMap((stanza) => stanza.childText('body') ?? []);
    };
    await say('search bo');
    expect((await say('-')).join()).toContain(`Bob, Verona — ${jidOf('bob')}`);
    await say('search nobody');
    expect((await say('-')).join()).toBe('Nobody was found.');
  });
});

describe('what is submitted', () => {
  it('never throws, and takes nothing that is no field', () => {
    const child = fc.record({
      name: fc.constantFrom('first', 'last', 'nick', 'email', 'x', 'constructor', 'item'),
      ns: fc.constantFrom(NS.SEARCH, NS.DATA, ''),
      type: fc.constantFrom('submit', 'form', 'cancel', 'x'),
      text: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(child), (children) => {
        const query = el(
          'query',
          NS.SEARCH,
          null,
          ...children.map(({ name, ns, type, text }) => el(name, ns, { type }, text)),
        );
        const request = parseSearchRequest(query);
        if (request?.kind !== 'plain') return;
        expect(request.values.size).toBeGreaterThan(0);
        for (const [name, value] of request.values) {
          expect(['first', 'last', 'nick', 'email']).toContain(name);
          expect(value.trim()).not.toBe('');
        }
      }),
    );
  });
});
