import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  idOfName,
  messageId,
  outboxName,
  parseInboxName,
} from '../../../../gateways/sms/carrier/gammu/file-name.js';
import { toInbound } from '../../../../gateways/sms/carrier/gammu/inbox-message.js';
import { parseBackup } from '../../../../gateways/sms/carrier/gammu/smsbackup.js';

const US = '+15550000001';

const file = (name: string, content: Buffer | string) => {
  const parsed = parseInboxName(name);
  if (!parsed) throw new Error(`no name of the inbox: ${name}`);
  return { ...parsed, content: Buffer.from(content), written: 1000 };
};
const utf16 = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('file names of gammu-smsd', () => {
  const number = fc
    .tuple(fc.boolean(), fc.stringMatching(/^[0-9]{1,20}$/))
    .map(([plus, digits]) => (plus ? '+' : '') + digits);
  const stamp = fc.integer({ min: 0, max: Date.UTC(2999, 0, 1) });

  it('carry our id, are short enough, safe for a shell, and sort by time', () => {
    fc.assert(
      fc.property(stamp, stamp, number, fc.string(), (one, other, recipient, key) => {
        const name = outboxName(one, recipient, messageId(key));
        expect(idOfName(name)).toBe(messageId(key));
        expect(name).toMatch(/^[A-Za-z0-9_+.]{1,99}$/);
        // The manual's form: the recipient stands behind the third underscore.
        expect(name.split('_')[3]).toBe(recipient);
        if (one < other) expect(name < outboxName(other, recipient, messageId(key))).toBe(true);
      }),
    );
  });

  it('of received texts tell sender and part', () => {
    expect(parseInboxName('IN20021130_021531_00_+45409000931640979_00.txt')).toMatchObject({
      sender: '+45409000931640979',
      sequence: 0,
      binary: false,
    });
    expect(parseInboxName('IN20021130_021531_00_X100#_00.txt')?.sender).toBe('*100#');
    expect(parseInboxName('IN20021130_021531_00_MY_TAXI_12.bin')).toMatchObject({
      sender: 'MY_TAXI',
      sequence: 12,
      binary: true,
    });
    for (const name of ['IN.txt', 'OUT+1.txt', 'UNUSABLE-IN20021130_021531_00_1_00.txt', '']) {
      expect(parseInboxName(name)).toBeUndefined();
    }
  });
});

describe('texts of gammu-smsd', () => {
  it('reads UTF-16 and UTF-8, in order of the parts, without what lies behind the end', () => {
    const parts = [
      file('IN20260101_000000_00_+1_01.txt', 'второй'),
      file(
        'IN20260101_000000_00_+1_00.txt',
        Buffer.concat([Buffer.from([0xfe, 0xff]), utf16('первый \0junk')]),
      ),
    ];
    expect(toInbound(parts, US)).toMatchObject({ from: '+1', to: US, text: 'первый второй', time: 1000 });
  });

  it('has one id for one text, whatever serial its file got, and others for other words or times', () => {
    const id = (name: string, words: string) => {
      const message = toInbound([file(name, words)], US);
      return typeof message === 'string' ? message : message.id;
    };
    const first = id('IN20260101_000000_00_+1_00.txt', 'a');
    expect(id('IN20260101_000000_01_+1_00.txt', 'a')).toBe(first);
    const others = [
      id('IN20260101_000001_00_+1_00.txt', 'a'),
      id('IN20260101_000000_00_+1_00.txt', 'b'),
      id('IN20260101_000000_00_+2_00.txt', 'a'),
    ];
    expect(new Set([first, ...others]).size).toBe(4);
  });

  it('survives any content', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (bytes, tail) => {
        toInbound([file('IN20260101_000000_00_+1_00.txt', Buffer.from(bytes))], US);
        toInbound([file('IN20260101_000000_00_+1_00.txt', `[SMSBackup000]\n${tail}`)], US);
      }),
    );
  });

  it('reads long values over several lines, and nothing from comments', () => {
    const text = 'Grüße 😀 '.repeat(40);
    const hex = utf16(text).toString('hex');
    const lines = hex
      .match(/.{1,200}/g)
      ?.map((line, index) => `Text${String(index).padStart(2, '0')} = ${line}`);
    const content = `; [SMSBackup001]\n[SMSBackup000]\n; Text00 = 0041\nPDU = Deliver\nDateTime = 20260601T101112\nNumber = "+1"\nUDH = 0500030A0201\n${lines?.join('\r\n')}\nCoding = Unicode_No_Compression\n`;
    expect(parseBackup(content)).toEqual([
      {
        pdu: 'deliver',
        sender: '+1',
        text,
        concatenation: { reference: 10, wide: false, total: 2, sequence: 1 },
      },
    ]);
  });
});
