import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Crossing, LegEnd } from '../../../src/core/relay/leg.js';
import type { LegEvent, LegSignal, RelayContent, Speaker } from '../../../src/core/relay/model.js';
import { DEFAULT_LEG_SETTINGS } from '../../../src/core/relay/settings.js';
import { RoomMemory } from '../../../src/core/relay/xmpp/room-memory.js';
import { XmppLeg } from '../../../src/core/relay/xmpp/xmpp-leg.js';
import type { XmppLegOptions } from '../../../src/core/relay/xmpp/xmpp-leg-options.js';
import { loadCoreLocales } from '../../../src/core/translation/core-locales.js';
import { FluentTranslator } from '../../../src/core/translation/fluent-translator.js';
import { Jid, parseJid } from '../../../src/xmpp/jid.js';
import { StanzaError } from '../../../src/xmpp/stanza-error.js';
import { StubRoom, type StubRoomRules } from '../../support/relay/stub-room.js';

const ROOM = 'club@rooms.example.org';
const IRC = '#club%net@irc.example.org';
const nothing = (): void => undefined;
const LOG = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const NO_STATE = { get: async () => undefined, put: async () => undefined, delete: async () => undefined };
const OPTIONS: XmppLegOptions = {
  standIns: { most: 3, idleMs: 60_000, refusedMs: 60_000 },
  ...{ nick: 'Relay', language: 'en', joinMs: 5_000, reflectMs: 5_000, pingMs: 60_000 },
  ...{
    retryFirstMs: 1,
    retryLastMs: 2,
    mostOccupants: 100,
    settings: () => DEFAULT_LEG_SETTINGS,
    messageLength: 1_000,
    mostCaughtUp: 100,
    window: 4,
  },
};

function stage(rules: StubRoomRules = {}, change: Partial<XmppLegOptions> = {}) {
  const events: LegEvent[] = [];
  const signals: LegSignal[] = [];
  const ends: LegEnd[] = [];
  const room: StubRoom = new StubRoom(
    ROOM,
    (stanza) => {
      leg.receive(stanza, parseJid(stanza.attrs.from ?? ''), parseJid(stanza.attrs.to ?? ''));
    },
    rules,
  );
  const leg: XmppLeg = new XmppLeg(
    ROOM,
    { ...OPTIONS, ...change },
    {
      address: parseJid('club@relay.example.org/relay'),
      send: (xml) => room.receive(xml),
      request: () => Promise.reject(new StanzaError('not-acceptable')),
      addressOf: ({ key }) => new Jid(key, 'irc.example.org', 'r'),
      labelOf: () => 'irc',
      isOwn: () => false,
      pictureOf: async () => undefined,
      memory: new RoomMemory(ROOM, NO_STATE, () => 0, Date.now, LOG),
      software: { name: 'Isthmus', version: '0' },
      now: Date.now,
      translator: new FluentTranslator([loadCoreLocales()]),
      log: LOG,
    },
  );
  leg.start({
    happened: async (event) => {
      events.push(event);
    },
    signal: (signal) => signals.push(signal),
    whispered: async () => undefined,
    called: () => undefined,
    changed: nothing,
    ended: (cause) => ends.push(cause),
    congested: false,
    relieved: async () => undefined,
  });
  return { room, leg, events, signals, ends };
}

let number = 0;
function crossing(content: RelayContent, more: Partial<Crossing> = {}): Crossing {
  number += 1;
  return { id: `c${number}`, from: IRC, content, ...more };
}
const carol: Speaker = { key: 'carol', nick: 'carol' };
const said = (speaker: Speaker, text: string): RelayContent => ({ kind: 'said', speaker, words: { text } });

describe('a leg in a foreign room', () => {
  beforeEach(() => {
    number = 0;
  });

  async function joined(rules?: StubRoomRules, change?: Partial<XmppLegOptions>) {
    const all = stage(rules, change);
    await vi.waitFor(() => expect(all.leg.state).toEqual({ state: 'joined' }));
    return all;
  }

  it('tells words by a stand-in with the name of the speaker, and what they are called there', async () => {
    const { room, leg } = await joined();
    const ids = await leg.cross(crossing(said(carol, 'hello')));
    expect(room.words).toEqual(['carol: hello']);
    expect(ids).toEqual(['s1', expect.stringMatching(/\n[0-9a-f]{8}-c1\n/)]);
  });

  it('hears others, but not itself or its people', async () => {
    const { room, leg, events } = await joined();
    await leg.cross(crossing(said(carol, 'ours')));
    room.enters('Alice');
    room.says('Alice', '<body>theirs</body>', 'a1');
    await vi.waitFor(() => expect(events.filter(({ content }) => content.kind === 'said')).toHaveLength(1));
    const [event] = events.filter(({ content }) => content.kind === 'said');
    expect(event?.content).toMatchObject({ speaker: { nick: 'Alice' }, words: { text: 'theirs' } });
    expect(event?.ids).toEqual(['s2', expect.stringMatching(/\na1$/)]);
  });

  it('takes another name where the first is taken', async () => {
    const { room, leg } = await joined();
    room.enters('carol');
    await leg.cross(crossing(said(carol, 'hi')));
    expect(room.words).toEqual(['carol [irc]: hi']);
  });

  it('speaks itself for who may not come in, and does not ask again for a while', async () => {
    const asked: string[] = [];
    const rules: StubRoomRules = {
      admits: (address, nick) => {
        asked.push(nick);
        return address.startsWith('carol') ? 'registration-required' : undefined;
      },
    };
    const { room, leg } = await joined(rules);
    await leg.cross(crossing(said(carol, 'one')));
    await leg.cross(crossing(said(carol, 'two')));
    expect(room.words).toEqual(['Relay: *carol*: one', 'Relay: *carol*: two']);
    expect(asked).toEqual(['Relay', 'carol']);
  });

  it('lets who was silent for longest leave when there are too many', async () => {
    const { room, leg } = await joined();
    for (const nick of ['a', 'b', 'c', 'd']) await leg.cross(crossing(said({ key: nick, nick }, 'x')));
    expect(room.nicks).toEqual(['Relay', 'b', 'c', 'd']);
  });

  it('changes words by who has said them; what nobody can change it says anew', async () => {
    const { room, leg } = await joined();
    const ids = await leg.cross(crossing(said(carol, 'helo')));
    const edit: RelayContent = {
      kind: 'edited',
      speaker: carol,
      words: { text: 'hello' },
      target: { id: 'x' },
    };
    await leg.cross(crossing(edit, { reference: { ids } }));
    expect(room.shown[1]?.nick).toBe('carol');
    expect(room.shown[1]?.stanza.child('replace')?.attrs.id).toMatch(/^[0-9a-f]{8}-c1$/);
    await leg.cross(crossing(edit, { reference: { ids: [] } }));
    expect(room.words.at(-1)).toBe('carol: carol meant: hello');
  });

  it('takes words back, reacts and answers under the names of the room', async () => {
    const { room, leg } = await joined();
    const ids = await leg.cross(crossing(said(carol, 'what?')));
    const dave: Speaker = { key: 'dave', nick: 'dave' };
    await leg.cross(
      crossing(
        { kind: 'reacted', speaker: dave, target: { id: 'x' }, emojis: ['👍'] },
        { reference: { ids } },
      ),
    );
    await leg.cross(
      crossing(
        { kind: 'said', speaker: dave, words: { text: 'that' }, replyTo: { id: 'x', quote: 'what?' } },
        { reference: { ids, quote: 'what?' } },
      ),
    );
    await leg.cross(crossing({ kind: 'retracted', target: { id: 'x' } }, { reference: { ids } }));
    const [, reaction, answer, retraction] = room.shown;
    expect(reaction?.stanza.child('reactions')?.attrs.id).toBe('s1');
    expect(answer?.stanza.child('reply')?.attrs.id).toBe('s1');
    expect(retraction?.nick).toBe('carol');
    expect(retraction?.stanza.child('retract')?.attrs.id, 'I11').toBe('s1');
  });

  it('comes in again when the room has forgotten it, and says then what was refused', async () => {
    const { room, leg } = await joined();
    await leg.cross(crossing(said(carol, 'one')));
    room.forgets();
    await expect(leg.cross(crossing(said(carol, 'two')))).rejects.toMatchObject({ retryable: true });
    await vi.waitFor(async () => expect(await leg.cross(crossing(said(carol, 'two')))).toHaveLength(2));
    expect(room.words).toEqual(['carol: one', 'carol: two']);
  });

  it('is over when somebody removes it, not when somebody removes one of its people', async () => {
    const { room, leg, ends, signals } = await joined();
    await leg.cross(crossing(said(carol, 'one')));
    room.removes('carol', 307);
    await vi.waitFor(() =>
      expect(signals).toMatchObject([
        { kind: 'sanction', act: 'kicked', person: carol, home: IRC, by: 'Owner' },
      ]),
    );
    await leg.cross(crossing(said(carol, 'two')));
    expect(room.words.at(-1)).toBe('Relay: *carol*: two');
    room.removes('Relay', 301);
    await vi.waitFor(() => expect(ends).toEqual(['banned']));
  });

  it('leaves with all its people', async () => {
    const { room, leg } = await joined();
    await leg.cross(crossing(said(carol, 'one')));
    await leg.stop({ key: 'relay-unlinked', args: { room: ROOM } });
    expect(room.nicks).toEqual([]);
    expect(room.words.at(-1)).toBe(`Relay: ${ROOM} is in no relay any more.`);
  });
});
