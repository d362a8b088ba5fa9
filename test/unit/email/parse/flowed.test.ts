import { describe, expect, it } from 'vitest';
import { decodeFlowed } from '../../../../gateways/email/mail/flowed.js';

describe('format=flowed (RFC 3676)', () => {
  it.each([
    ['joins lines that end in a space', 'one \ntwo\nthree', 'one two\nthree'],
    ['removes that space with DelSp', 'one  \ntwo', 'one two', true],
    ['joins words without spaces with DelSp', '東京 \n都', '東京都', true],
    ['keeps the quote marks of a paragraph, once', '> a \n> b\n>> c \n>> d', '> a b\n>> c d'],
    ['does not flow over a change of depth', '> a \nb \n> c', '> a\nb\n> c'],
    ['keeps empty quoted lines', '> a\n>\n> b', '> a\n>\n> b'],
    ['removes the stuffed space', ' From here\n  two', 'From here\n two'],
    ['keeps it where the line would look quoted', ' >b\n', ' >b\n'],
    ['never flows a signature separator', 'text \n-- \nme \nhere', 'text\n-- \nme here'],
    ['nor a quoted one', '> a\n> -- \n> b', '> a\n> -- \n> b'],
    ['ends with an open paragraph', 'a \n', 'a\n'.trimEnd()],
    ['reads nothing', '', ''],
  ])('%s', (_, flowed, text, deleteSpace = false) => {
    expect(decodeFlowed(flowed, deleteSpace)).toBe(text);
  });
});
