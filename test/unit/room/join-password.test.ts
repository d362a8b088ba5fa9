import { expect, it } from 'vitest';
import { Refusals } from '../../../src/core/refusals.js';
import { el } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { StanzaError } from '../../../src/xmpp/stanza-error.js';

it('C13 H15 the error to a join shows what it was, without the password', () => {
  const sent: string[] = [];
  const refusals = new Refusals({
    sink: {
      send: (xml) => sent.push(xml),
      congested: false,
      drained: async () => {},
      whenConfirmed: async () => {},
    },
    translator: { say: ({ key }) => key, match: () => undefined, languages: [] },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const join = el(
    'presence',
    NS.COMPONENT,
    { from: 'anna@example.org/phone', to: '#room@irc.example.org/anna' },
    el('x', NS.MUC, null, el('password', NS.MUC, null, 'open sesame')),
  );
  refusals.answer(join, new StanzaError('resource-constraint', { type: 'wait' }));
  expect(sent).toHaveLength(1);
  expect(sent[0]).toContain(`<x xmlns='${NS.MUC}'/>`);
  expect(sent[0]).toContain('<resource-constraint');
  expect(sent[0]).not.toContain('sesame');
});
