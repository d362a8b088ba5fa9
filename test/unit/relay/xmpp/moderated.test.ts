import { describe, expect, it } from 'vitest';
import { readMessage } from '../../../../src/core/message/read-message.js';
import type { RelayContent } from '../../../../src/core/relay/model.js';
import { toLegEvent } from '../../../../src/core/relay/xmpp/to-leg-event.js';
import { loadCoreLocales } from '../../../../src/core/translation/core-locales.js';
import { FluentTranslator } from '../../../../src/core/translation/fluent-translator.js';
import { parseStanza } from '../../../../src/xmpp/parse-stanza.js';
import { moderationPayload } from '../../../../src/xmpp/xep/0425-moderated-retraction/moderated.js';

const ROOM = 'club@rooms.example.org';
const translator = new FluentTranslator([loadCoreLocales()]);

/** What a message means of which this is the content. */
function meaning(inside: string, nick?: string): RelayContent | undefined {
  const stanza = parseStanza(`<message from='${ROOM}' type='groupchat' id='m'>${inside}</message>`);
  if (!stanza) throw new Error('no stanza');
  const speaker = nick === undefined ? undefined : { key: nick, nick };
  const message = readMessage(stanza, translator, 'en');
  return toLegEvent({ stanza, speaker, message, room: ROOM })?.content;
}

const NOW = `<retract xmlns='urn:xmpp:message-retract:1' id='s1'><moderated xmlns='urn:xmpp:message-moderate:1' by='${ROOM}/Alice'/></retract>`;
const BEFORE = `<apply-to xmlns='urn:xmpp:fasten:0' id='s1'><moderated xmlns='urn:xmpp:message-moderate:0' by='${ROOM}/Alice'><retract xmlns='urn:xmpp:message-retract:0'/></moderated></apply-to>`;

describe('a message that a moderator takes away in a room', () => {
  it.each([
    ['as XEP-0425 has it now', NOW],
    ['as it had it before, which Prosody and ejabberd of Debian speak', BEFORE],
  ])('I13 is gone on the other legs, told %s', (_version, told) => {
    expect(meaning(told)).toEqual({ kind: 'retracted', target: { id: 's1' }, by: 'Alice' });
  });

  it.each([
    ['without an id', BEFORE.replace(" id='s1'", '')],
    ['without a retraction', BEFORE.replace(/<retract.*?\/>/, '')],
    ['without a moderator', NOW.replace(/<moderated.*?\/>/, '')],
  ])('stays where that is told %s', (_lack, told) => {
    expect(meaning(told)).toBeUndefined();
  });

  it('stays where an occupant claims to be the room', () => {
    expect(meaning(BEFORE, 'Mallory')).toBeUndefined();
    expect(meaning(NOW, 'Mallory')).not.toHaveProperty('by');
  });

  it.each([
    [[], /^<moderate xmlns="urn:xmpp:message-moderate:1" id="s1">/],
    [
      ['urn:xmpp:message-moderate:0', 'urn:xmpp:message-moderate:1'],
      /^<moderate xmlns="urn:xmpp:message-moderate:1"/,
    ],
    [['urn:xmpp:message-moderate:0'], /^<apply-to xmlns="urn:xmpp:fasten:0" id="s1"><moderate /],
  ])('is asked for in the version that the room knows: %j', (features, payload) => {
    expect(`${moderationPayload('s1', new Set(features))}`.replaceAll("'", '"')).toMatch(payload);
  });
});
