import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { el } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import {
  type DataForm,
  dataFormElement,
  formTypeField,
  formTypeOf,
  parseDataForm,
} from '../../../src/xmpp/xep/0004-data-forms/data-form.js';

describe('data forms (XEP-0004)', () => {
  it('K05 reads back what was built', () => {
    const text = fc.string({ maxLength: 20 });
    const field = fc.record(
      {
        var: text,
        type: fc.constantFrom('boolean', 'fixed', 'list-single', 'text-multi', 'text-private', 'text-single'),
        label: text,
        values: fc.array(text, { maxLength: 3 }),
      },
      { requiredKeys: ['var', 'values'] },
    );
    const form = fc.record(
      {
        type: fc.constantFrom('form', 'submit', 'cancel', 'result'),
        title: text,
        fields: fc.uniqueArray(field, { selector: (one) => one.var, maxLength: 5 }),
      },
      { requiredKeys: ['type', 'fields'] },
    );
    fc.assert(
      fc.property(form, (built) => {
        expect(parseDataForm(dataFormElement(built as DataForm))).toEqual(built);
      }),
    );
  });

  it('K05 tolerates a missing FORM_TYPE and unknown types of fields', () => {
    const x = el('x', NS.DATA, { type: 'submit' }, el('field', NS.DATA, { var: 'a', type: 'constructor' }));
    const form = parseDataForm(x);
    expect(form).toEqual({ type: 'submit', fields: [{ var: 'a', values: [] }] });
    expect(form && formTypeOf(form)).toBeUndefined();
  });

  it.each([undefined, '', 'toString', 'reported'])('refuses the form type %s', (type) => {
    expect(parseDataForm(el('x', NS.DATA, { type }))).toBeUndefined();
  });

  it('counts the first of equal vars', () => {
    const field = (value: string) => el('field', NS.DATA, { var: 'a' }, el('value', NS.DATA, null, value));
    expect(parseDataForm(el('x', NS.DATA, { type: 'submit' }, field('1'), field('2')))?.fields).toEqual([
      { var: 'a', values: ['1'] },
    ]);
  });

  it('hides the FORM_TYPE', () => {
    expect(formTypeField('urn:x')).toEqual({ var: 'FORM_TYPE', type: 'hidden', values: ['urn:x'] });
  });
});
