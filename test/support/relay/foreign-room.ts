import { randomUUID } from 'node:crypto';
import { expect, vi } from 'vitest';
import type { Crossing, LegEnd, LegState } from '../../../src/core/relay/leg.js';
import type { LegEvent, LegSignal, RelayContent, Speaker, Whisper } from '../../../src/core/relay/model.js';
import { DEFAULT_LEG_SETTINGS } from '../../../src/core/relay/settings.js';
import { RoomMemory } from '../../../src/core/relay/xmpp/room-memory.js';
import { XmppLeg } from '../../../src/core/relay/xmpp/xmpp-leg.js';
import type { XmppLegOptions, XmppLegServices } from '../../../src/core/relay/xmpp/xmpp-leg-options.js';
import { loadCoreLocales } from '../../../src/core/translation/core-locales.js';
import { FluentTranslator } from '../../../src/core/translation/fluent-translator.js';
import { Jid, parseJid } from '../../../src/xmpp/jid.js';
import { StanzaError } from '../../../src/xmpp/stanza-error.js';
import { StubRoom, type StubRoomRules } from './stub-room.js';

export const ROOM = 'club@rooms.example.org';
export const IRC = '#club%net@irc.example.org';
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
    messageLength: 1_000,
    mostCaughtUp: 100,
    window: 4,
  },
  settings: () => DEFAULT_LEG_SETTINGS,
};

/** What a test changes. */
export interface ForeignRoomChanges {
  readonly rules?: StubRoomRules;
  readonly options?: Partial<XmppLegOptions>;
  readonly services?: Partial<XmppLegServices>;
  /** What becomes of private words. */
  readonly whispered?: (whisper: Whisper) => Promise<void>;
}

/** A leg in a room of this process, before it is in. */
export function foreignRoom({ rules = {}, options, services, whispered }: ForeignRoomChanges = {}) {
  const events: LegEvent[] = [];
  const signals: LegSignal[] = [];
  const ends: LegEnd[] = [];
  const states: LegState[] = [];
  const whispers: Whisper[] = [];
  const room: StubRoom = new StubRoom(
    ROOM,
    (stanza) => {
      leg.receive(stanza, parseJid(stanza.attrs.from ?? ''), parseJid(stanza.attrs.to ?? ''));
    },
    rules,
  );
  const leg: XmppLeg = new XmppLeg(
    ROOM,
    { ...OPTIONS, ...options },
    {
      address: parseJid('club@relay.example.org/relay'),
      send: (xml) => room.receive(xml),
      request: () => Promise.reject(new StanzaError('not-acceptable')),
      addressOf: ({ key }) => new Jid(key, 'irc.example.org', 'r'),
      labelOf: () => 'irc',
      marks: { instance: 'own', words: () => '', relay: () => '' },
      isOwn: (address) => /@(?:irc|relay)\.example\.org/.test(address ?? ''),
      pictureOf: async () => undefined,
      memory: new RoomMemory(ROOM, NO_STATE, () => 0, Date.now, LOG),
      software: { name: 'Isthmus', version: '0' },
      now: Date.now,
      translator: new FluentTranslator([loadCoreLocales()]),
      log: LOG,
      ...services,
    },
  );
  leg.start({
    happened: async (event) => {
      events.push(event);
    },
    signal: (signal) => signals.push(signal),
    whispered: async (_to, _home, whisper) => {
      whispers.push(whisper);
      await whispered?.(whisper);
    },
    called: () => undefined,
    changed: (state) => states.push(state),
    ended: (cause) => ends.push(cause),
    congested: false,
    relieved: async () => undefined,
  });
  return { room, leg, events, signals, ends, states, whispers };
}

/** A leg that is in its room. */
export async function joinedRoom(changes?: ForeignRoomChanges) {
  const all = foreignRoom(changes);
  await vi.waitFor(() => expect(all.leg.state).toEqual({ state: 'joined' }));
  return all;
}

/** Something from IRC. */
export function crossing(content: RelayContent, more: Partial<Crossing> = {}): Crossing {
  return { id: randomUUID(), from: IRC, content, ...more };
}

export const carol: Speaker = { key: 'carol', nick: 'carol' };

export function said(speaker: Speaker, text: string): RelayContent {
  return { kind: 'said', speaker, words: { text } };
}
