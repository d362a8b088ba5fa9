import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configured, hostedConfigForm } from '../../../../src/core/relay/hosted/room-config.js';
import { newRecord, type RoomRecord } from '../../../../src/core/relay/hosted/room-record.js';
import { loadCoreLocales } from '../../../../src/core/translation/core-locales.js';
import { FluentTranslator } from '../../../../src/core/translation/fluent-translator.js';
import { StanzaError } from '../../../../src/xmpp/stanza-error.js';

const translator = new FluentTranslator([loadCoreLocales()]);
const record = fc.record({
  name: fc.constantFrom('', 'Tea', 'Tea and cake'),
  description: fc.constantFrom('', 'one', 'one\ntwo'),
  ...{ hidden: fc.boolean(), membersOnly: fc.boolean(), moderated: fc.boolean() },
  ...{ openSubject: fc.boolean(), nonAnonymous: fc.boolean() },
});
const toRecord = (change: Partial<RoomRecord>, password?: string): RoomRecord => ({
  ...newRecord(1, 'boss@example.org'),
  ...change,
  ...(password !== undefined && { password }),
});

describe('the settings of a hosted room', () => {
  it('are the same when a client sends back what it was shown', () => {
    fc.assert(
      fc.property(record, fc.option(fc.constant('hush-1'), { nil: undefined }), (change, password) => {
        const before = toRecord(change, password);
        const form = hostedConfigForm(before, 'club@relay.example.org', translator, 'en');
        expect(JSON.stringify(form)).not.toContain('hush-1');
        expect(configured(before, { ...form, type: 'submit' })).toBeUndefined();
      }),
    );
  });

  it('are those that were sent, in whatever order', () => {
    fc.assert(
      fc.property(record, record, (from, to) => {
        const form = hostedConfigForm(toRecord(to), 'club@relay.example.org', translator, 'en');
        const result = configured(toRecord(from), { type: 'submit', fields: [...form.fields].reverse() });
        expect(result?.record ?? toRecord(from)).toEqual(toRecord(to));
      }),
    );
  });

  it('survive any form', () => {
    const field = fc.record({
      var: fc.constantFrom(
        ...['muc#roomconfig_publicroom', 'muc#roomconfig_whois', 'muc#roomconfig_roomname'],
        ...['muc#roomconfig_passwordprotectedroom', 'muc#roomconfig_roomsecret', 'toString'],
      ),
      values: fc.array(fc.oneof(fc.string(), fc.constantFrom('0', '1', 'anyone', '__proto__'))),
    });
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        try {
          configured(toRecord({}), { type: 'submit', fields });
        } catch (error) {
          expect(error).toBeInstanceOf(StanzaError);
        }
      }),
    );
  });
});
