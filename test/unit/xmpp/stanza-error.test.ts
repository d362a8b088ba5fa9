import { describe, expect, it } from 'vitest';
import { el } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { conditionOf, errorReply, StanzaError } from '../../../src/xmpp/stanza-error.js';

const iq = el(
  'iq',
  NS.COMPONENT,
  { type: 'set', id: 'a&b', from: 'U@Example/r', to: 'x@gw/y' },
  el('query', NS.REGISTER, null, el('password', NS.REGISTER, null, 'hush')),
);

describe('StanzaError', () => {
  it.each([
    ['remote-server-timeout', 'wait'],
    ['resource-constraint', 'wait'],
    ['registration-required', 'auth'],
    ['forbidden', 'auth'],
    ['not-acceptable', 'modify'],
    ['jid-malformed', 'modify'],
    ['bad-request', 'modify'],
    ['item-not-found', 'cancel'],
    ['service-unavailable', 'cancel'],
  ] as const)('A09 %s has the type %s', (condition, type) => {
    expect(new StanzaError(condition).type).toBe(type);
  });

  it('A09 carries one condition, text with language, by, and application conditions', () => {
    const error = new StanzaError('conflict', {
      type: 'wait',
      text: 'taken',
      lang: 'en',
      by: 'room@gw',
      appConditions: [el('x', 'urn:x')],
    });
    expect(error.toElement().toString(NS.COMPONENT)).toBe(
      `<error type='wait' by='room@gw'><conflict xmlns='${NS.STANZA_ERRORS}'/>` +
        `<text xmlns='${NS.STANZA_ERRORS}' xml:lang='en'>taken</text><x xmlns='urn:x'/></error>`,
    );
  });

  it('A10 writes the legacy code on request', () => {
    expect(new StanzaError('not-acceptable').toElement({ legacyCode: true }).attrs.code).toBe('406');
    expect(new StanzaError('not-acceptable').toElement().attrs.code).toBeUndefined();
  });
});

describe('errorReply', () => {
  it('A05 A09 swaps the addresses exactly, copies the id and the payload', () => {
    expect(errorReply(iq, new StanzaError('bad-request'))).toBe(
      "<iq type='error' id='a&amp;b' from='x@gw/y' to='U@Example/r'>" +
        "<query xmlns='jabber:iq:register'><password>hush</password></query>" +
        `<error type='modify'><bad-request xmlns='${NS.STANZA_ERRORS}'/></error></iq>`,
    );
  });

  it('C13 leaves a payload out that may hold a secret', () => {
    expect(errorReply(iq, new StanzaError('bad-request'), { includePayload: false })).not.toContain('hush');
  });

  it.each([
    el('message', NS.COMPONENT, { type: 'error', from: 'a@b', to: 'gw' }),
    el('iq', NS.COMPONENT, { type: 'result', from: 'a@b', to: 'gw' }),
    el('iq', NS.COMPONENT, { type: 'error', from: 'a@b', to: 'gw' }),
    el('message', NS.COMPONENT, { to: 'gw' }),
  ])('A08 answers no error, result or stanza without sender (%#)', (stanza) => {
    expect(errorReply(stanza, new StanzaError('bad-request'))).toBeUndefined();
  });

  it('conditionOf reads the defined condition only', () => {
    const error = el('error', NS.COMPONENT, null, el('gone', 'urn:x'), el('forbidden', NS.STANZA_ERRORS));
    expect(conditionOf(el('message', NS.COMPONENT, { type: 'error' }, error))).toBe('forbidden');
    expect(conditionOf(el('message', NS.COMPONENT, { type: 'error' }))).toBe('undefined-condition');
    expect(conditionOf(el('message', NS.COMPONENT, null, error))).toBeUndefined();
  });
});
