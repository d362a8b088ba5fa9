import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xmlText } from '../../../src/xmpp/escape-xml.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { shortened } from '../../../src/xmpp/shorten.js';

/** RFC 6120 §13.12: what every server takes. */
const ALWAYS_TAKEN = 10_000;
const ADDRESSES = "from='#tea%irc@gw/alice' to='romeo@example.org/x'";

describe('shortened', () => {
  it('S11 cuts the text of a message, keeps what the room says, drops the rest', () => {
    const extra = `<html xmlns='${NS.XHTML_IM}'>${'y'.repeat(20_000)}</html>`;
    const kept = `<occupant-id xmlns='${NS.OCCUPANT_ID}' id='o'/><stanza-id xmlns='${NS.SID}' id='s' by='r'/>`;
    const short = shortened(
      `<message ${ADDRESSES} type='groupchat' id='m'><body>${'x'.repeat(20_000)}</body>${extra}${kept}</message>`,
    );
    expect(short).toMatch(/<body>x+ \[…\]<\/body>/);
    expect(short).toMatch(/type='groupchat' id='m'/);
    expect(short).toContain("id='o'");
    expect(short).toContain("id='s'");
    expect(short).not.toContain('yyy');
  });

  it('S11 any text becomes a stanza that every server takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 5000, maxLength: 6000 }), (text) => {
        const short = shortened(`<message ${ADDRESSES}><body>${xmlText(text)}</body></message>`);
        expect(Buffer.byteLength(short ?? '')).toBeLessThan(ALWAYS_TAKEN);
        expect(short).not.toMatch(/\p{Surrogate}/u);
      }),
      { numRuns: 30 },
    );
  });

  it('A05 S11 the result of a request becomes an error with its id', () => {
    const short = shortened(
      `<iq ${ADDRESSES} type='result' id='7'><query xmlns='x'>${'x'.repeat(9000)}</query></iq>`,
    );
    expect(short).toMatch(/^<iq type='error' id='7' from='#tea%irc@gw\/alice' to='romeo@example.org\/x'>/);
    expect(short).toContain('<resource-constraint');
  });

  it('has nothing for presence, requests, and what is short already', () => {
    const long = `<x xmlns='x'>${'x'.repeat(9000)}</x>`;
    expect(shortened(`<presence ${ADDRESSES}>${long}</presence>`)).toBeUndefined();
    expect(shortened(`<iq ${ADDRESSES} type='get' id='1'>${long}</iq>`)).toBeUndefined();
    expect(shortened(`<message ${ADDRESSES}>${long}</message>`)).toBeUndefined();
    expect(shortened(`<message ${ADDRESSES}><body>short</body></message>`)).toBeUndefined();
    expect(shortened('no xml')).toBeUndefined();
  });
});
