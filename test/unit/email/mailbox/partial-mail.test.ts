import { describe, expect, it } from 'vitest';
import { partialMail, textPart } from '../../../../gateways/email/mailbox/partial-mail.js';

describe('a mail in part', () => {
  it('is its first text that is no attachment, plain before HTML', () => {
    const html = { type: 'text/html', part: '1.2' };
    const plain = { type: 'text/plain', part: '1.1' };
    const attached = { type: 'text/plain', part: '2', disposition: 'attachment' };
    const of = (...childNodes: { type: string; part: string }[]) => ({ type: 'multipart/mixed', childNodes });
    expect(textPart(of(html, plain, attached))).toBe('1.1');
    expect(textPart(of(attached, html))).toBe('1.2');
    expect(textPart(of(attached))).toBeUndefined();
    expect(textPart({ type: 'text/plain', part: '1' })).toBe('TEXT');
    expect(textPart(undefined)).toBeUndefined();
  });

  it('survives any depth', () => {
    let root: { type: string; childNodes?: { type: string }[] } = { type: 'text/plain' };
    for (let depth = 0; depth < 10_000; depth += 1) root = { type: 'multipart/mixed', childNodes: [root] };
    expect(textPart(root)).toBeUndefined();
  });

  it('has its own headers but for those of the body', () => {
    const headers =
      'Subject: a\r\n b\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=x\r\nFrom: a\r\n\r\n';
    const part = 'Content-Type: text/plain; charset=koi8-r\r\nX-Other: x\r\n\r\n';
    const mail = partialMail(Buffer.from(headers), Buffer.from(part), Buffer.from('text'));
    expect(mail.toString()).toBe(
      'Subject: a\r\n b\r\nFrom: a\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\ntext',
    );
  });

  it('keeps all its headers when the text is all its body', () => {
    const headers = 'Content-Type: text/html\nFrom: a\n\n';
    const mail = partialMail(Buffer.from(headers), undefined, Buffer.from('<p>'));
    expect(mail.toString()).toBe('Content-Type: text/html\r\nFrom: a\r\n\r\n<p>');
  });
});
