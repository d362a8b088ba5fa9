import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answerSubject,
  baseSubject,
  isForward,
  sameSubject,
  splitSubject,
} from '../../../../gateways/email/content/subject.js';

describe('subjects', () => {
  it.each([
    ['Re: Tea', 'Tea'],
    ['RE: AW: Fwd: SV: Tea', 'Tea'],
    ['Antw: WG: Tea', 'Tea'],
    ['Отв: НА: Чай', 'Чай'],
    ['答复：回复: 茶', '茶'],
    ['Re[2]: Re^3: Tea', 'Tea'],
    ['[dev] Re: [dev] Tea', 'Tea'],
    ['Re: Tea (was: Coffee)', 'Tea'],
    ['Tea (fwd)', 'Tea'],
    ['[only a tag]', '[only a tag]'],
    ['Reply: Tea', 'Reply: Tea'],
    ['  Tea   time ', 'Tea time'],
    ['Re:', ''],
  ])('F27 %s is about %s', (subject, base) => {
    expect(baseSubject(subject)).toBe(base);
  });

  it('F27 are the same with another prefix, and other with other words', () => {
    expect(sameSubject('Re: [dev] tea', 'AW: Tea')).toBe(true);
    expect(sameSubject('Tea', 'Coffee')).toBe(false);
  });

  it('F27 of answers have one Re:', () => {
    expect(answerSubject('Tea')).toBe('Re: Tea');
    expect(answerSubject('AW: Re: Tea')).toBe('Re: Tea');
    expect(answerSubject('Fwd: Tea')).toBe('Re: Fwd: Tea');
    expect(answerSubject('')).toBe('Re:');
  });

  it('tell what is forwarded', () => {
    expect(isForward('[dev] WG: Tea')).toBe(true);
    expect(isForward('Re: Fwd: Tea')).toBe(false);
  });

  it('F27 are set by the first line of a message', () => {
    expect(splitSubject('Subject: Tea\n\nHello')).toEqual({ subject: 'Tea', text: 'Hello' });
    expect(splitSubject('Тема: Чай')).toEqual({ subject: 'Чай', text: '' });
    expect(splitSubject('betreff : Tee\nx')).toEqual({ subject: 'Tee', text: 'x' });
    expect(splitSubject('The subject: Tea')).toEqual({ text: 'The subject: Tea' });
    expect(splitSubject('Subject:\nHello')).toEqual({ text: 'Subject:\nHello' });
  });

  it('are read without an error, and once for all', () => {
    const word = fc.constantFrom('Re:', 'Fwd:', '[x]', ' ', '(was: y)', '(fwd)', 'Tea', ':', '：', '[', '(');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join('')),
        ),
        (subject) => {
          expect(baseSubject(baseSubject(subject))).toBe(baseSubject(subject));
          expect(answerSubject(answerSubject(subject))).toBe(answerSubject(subject));
          expect(sameSubject(answerSubject(subject), subject)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(baseSubject('Re: '.repeat(100_000)).length).toBeLessThan(1_000);
  });
});
