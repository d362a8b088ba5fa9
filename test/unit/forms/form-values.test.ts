import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderForm, submissionOf } from '../../../src/core/command/form-rendering.js';
import { checkForm, sayProblem, withSecretsOptional } from '../../../src/core/command/form-values.js';
import { loadCoreLocales } from '../../../src/core/translation/core-locales.js';
import { FluentTranslator } from '../../../src/core/translation/fluent-translator.js';
import type { Field, Form } from '../../../src/gateway/form.js';

const label = { key: 'join-room' };
const form = (...fields: Field[]): Form => ({ title: label, fields });
const submission = (values: Record<string, string | string[]>) =>
  new Map(Object.entries(values).map(([name, value]) => [name, [value].flat()]));

describe('checking a submission', () => {
  it.each([
    ['1', '1'],
    ['true', '1'],
    ['0', '0'],
    ['false', '0'],
  ])('K05 reads the boolean %s as %s', (raw, value) => {
    const checked = checkForm(form({ name: 'a', type: 'boolean', label }), submission({ a: raw }));
    expect(checked).toEqual({ ok: true, values: { a: value } });
  });

  it.each<[Field['type'], string | string[], string]>([
    ['boolean', 'maybe', 'form-boolean'],
    ['boolean', '__proto__', 'form-boolean'],
    ['choice', 'blue', 'form-choice'],
    ['text', 'a\r\nQUIT', 'form-line'],
    ['text', 'a\u0000', 'form-line'],
    ['secret', 'a\nb', 'form-line'],
    ['text', '', 'form-required'],
    ['text', '   ', 'form-required'],
    ['secret', '', 'form-required'],
    ['choice', '', 'form-required'],
    ['multiline', [' ', ''], 'form-required'],
    ['text', 'x'.repeat(5000), 'form-too-long'],
  ])('K05 refuses %s %j: %s', (type, raw, key) => {
    const field: Field = { name: 'a', type, label, required: true, options: [{ value: 'red', label }] };
    const checked = checkForm(form(field), submission({ a: raw }));
    expect(checked.ok ? undefined : checked.problem.key).toBe(key);
  });

  it('K05 ignores unknown fields, and leaves out what is absent', () => {
    const fields = form({ name: 'a', type: 'text', label }, { name: 'b', type: 'text', label });
    expect(checkForm(fields, submission({ a: ' x ', c: 'y', FORM_TYPE: 'z' }))).toEqual({
      ok: true,
      values: { a: 'x' },
    });
  });

  it('K05 joins the lines of a text', () => {
    const fields = form({ name: 'a', type: 'multiline', label });
    expect(checkForm(fields, submission({ a: ['x', 'y'] }))).toEqual({ ok: true, values: { a: 'x\ny' } });
  });

  it('C13 asks for no secret where one is on record', () => {
    const fields = withSecretsOptional(form({ name: 'a', type: 'secret', label, required: true }));
    expect(checkForm(fields, new Map())).toEqual({ ok: true, values: {} });
  });

  it('S19 never quotes the value in a problem', () => {
    const translator = new FluentTranslator([loadCoreLocales()]);
    const checked = checkForm(form({ name: 'a', type: 'secret', label }), submission({ a: 'hush\nhush' }));
    expect(checked.ok).toBe(false);
    if (!checked.ok) expect(sayProblem(checked.problem, translator, 'ru')).not.toContain('hush');
  });

  it('S19 never renders the value of a secret', () => {
    const rendered = renderForm(form({ name: 'a', type: 'secret', label, value: 'hush' }), ({ key }) => key);
    expect(JSON.stringify(rendered)).not.toContain('hush');
  });

  it('takes back unchanged what it rendered', () => {
    const value = fc.stringMatching(/^[a-z]{1,10}( [a-z]{1,10})?$/);
    fc.assert(
      fc.property(value, fc.constantFrom('0', '1'), (text, flag) => {
        const fields = form(
          { name: 'a', type: 'text', label, value: text },
          { name: 'b', type: 'boolean', label, value: flag },
          { name: 'c', type: 'multiline', label, value: `${text}\n${text}` },
        );
        const rendered = renderForm(fields, ({ key }) => key, 'urn:x');
        expect(checkForm(fields, submissionOf(rendered))).toEqual({
          ok: true,
          values: { a: text, b: flag, c: `${text}\n${text}` },
        });
      }),
    );
  });
});
