import { describe, expect, it } from 'vitest';
import { centreStatus } from '../../servers/smpp-centre/centre.js';
import { message, Stage } from './stage.js';

const long = 'Where the river bends, the old mill still turns its wheel. '.repeat(5).trim();

const hexToDecimal = (id: string): string => BigInt(`0x${id}`).toString();
const decimalToHex = (id: string): string => BigInt(id).toString(16);

describe('SMPP receipts', () => {
  it.each(['text', 'loose', 'tlv', 'both', 'bare-tlv'] as const)(
    'F12 reads a receipt in the form %s',
    async (receipts) => {
      await using stage = await Stage.bound({}, { receipts });
      await stage.carrier.send(message('Hello'));
      expect(await stage.heard.nextReport()).toEqual({ id: 'id-1', outcome: 'delivered' });
    },
  );

  it.each([
    ['EXPIRED', 'recipient-unavailable', 'sms-smpp-expired'],
    ['DELETED', 'rejected', 'sms-smpp-deleted'],
    ['UNDELIV', 'recipient-unavailable', 'sms-smpp-undeliverable'],
    ['REJECTD', 'rejected', 'sms-smpp-rejected'],
    ['UNKNOWN', 'rejected', 'sms-smpp-unknown'],
  ] as const)('F05 puts %s into words, with the error of the network', async (stat, code, key) => {
    await using stage = await Stage.bound();
    await stage.carrier.send(message('Hello'));
    const submit = await stage.centre.submit();
    expect(await stage.bind.receipt(submit, { stat, err: '027' })).toBe(centreStatus.ok);
    expect(await stage.heard.nextReport()).toMatchObject({
      id: 'id-1',
      outcome: 'failed',
      error: { code, text: { key, args: { error: '027' } } },
    });
  });

  it('F12 ignores states on the way, and what comes after the end', async () => {
    await using stage = await Stage.bound();
    await stage.carrier.send(message('Hello'));
    const submit = await stage.centre.submit();
    for (const stat of ['ENROUTE', 'ACCEPTD', 'DELIVRD', 'ENROUTE', 'DELIVRD', 'UNDELIV'] as const)
      expect(await stage.bind.receipt(submit, { stat })).toBe(centreStatus.ok);
    expect(stage.heard.reports.all).toEqual([{ id: 'id-1', outcome: 'delivered' }]);
  });

  it('F12 keeps a receipt that overtakes the answer to its submit', async () => {
    await using stage = await Stage.bound();
    stage.centre.answerNext('receipt-first');
    await stage.carrier.send(message('Hello'));
    expect(await stage.heard.nextReport()).toEqual({ id: 'id-1', outcome: 'delivered' });
  });

  it('F12 keeps the receipt of a part until the whole text is out', async () => {
    await using stage = await Stage.bound();
    stage.centre.answerNext('hold', 'hold');
    const sending = stage.carrier.send(message(long));
    const first = await stage.centre.submit();
    first.answer();
    const receipt = stage.bind.receipt(first, {});
    const second = await stage.centre.submit();
    await stage.bind.ask('enquire_link');
    expect(stage.heard.reports.all).toEqual([]);
    second.answer();
    expect(await sending).toEqual({ ids: ['id-1', 'id-2'] });
    expect(await receipt).toBe(centreStatus.ok);
    expect(stage.heard.reports.all).toEqual([{ id: 'id-1', outcome: 'delivered' }]);
  });

  it('F12 takes receipts in any order', async () => {
    await using stage = await Stage.bound();
    const sent = ['one', 'two', 'three'].map((text) => stage.carrier.send(message(text)));
    await Promise.all(sent);
    for (const submit of (await stage.centre.submitsOf(3)).toReversed())
      await stage.bind.receipt(submit, { stat: submit.text === 'two' ? 'EXPIRED' : 'DELIVRD' });
    expect(stage.heard.reports.all.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'id-3 delivered',
      'id-2 failed',
      'id-1 delivered',
    ]);
  });

  it.each([
    ['hex-to-decimal', 'auto', (count: number) => `1af${count}`, hexToDecimal],
    ['decimal-to-hex', 'auto', (count: number) => `690${count}`, decimalToHex],
  ] as const)('F12 finds out that the centre writes ids %s', async (_form, receiptIds, ids, inReceipt) => {
    await using stage = await Stage.bound({ receiptIds }, { ids, receiptIds: inReceipt, receipts: 'text' });
    const { ids: given } = await stage.carrier.send(message('Hello'));
    expect(await stage.heard.nextReport()).toEqual({ id: given[0], outcome: 'delivered' });
  });

  it.each([
    ['hex-to-decimal', '00FF', '255'],
    ['decimal-to-hex', '0255', 'ff'],
  ] as const)('F12 obeys the operator who says %s', async (receiptIds, id, idInReceipt) => {
    const ids = (): string => id;
    const inReceipt = (): string => idInReceipt;
    await using stage = await Stage.bound({ receiptIds }, { ids, receiptIds: inReceipt, receipts: 'both' });
    const { ids: given } = await stage.carrier.send(message('Hello'));
    expect(await stage.heard.nextReport()).toEqual({ id: given[0], outcome: 'delivered' });
  });

  it('F12 has the centre come again with a receipt that cannot be stored now', async () => {
    await using stage = await Stage.bound();
    await stage.carrier.send(message('Hello'));
    const submit = await stage.centre.submit();
    stage.heard.refuse(1);
    expect(await stage.bind.receipt(submit, {})).toBe(centreStatus.temporaryError);
    expect(await stage.bind.receipt(submit, {})).toBe(centreStatus.ok);
    expect(stage.heard.reports.all).toEqual([{ id: 'id-1', outcome: 'delivered' }]);
  });

  it('F12 reports a text that an earlier process has sent', async () => {
    await using stage = await Stage.bound();
    await stage.carrier.send(message('Hello'));
    const submit = await stage.centre.submit();
    await stage.carrier.stop();
    const { heard } = stage.stage.carrier();
    await (await stage.centre.bind()).receipt(submit, {});
    expect(heard.reports.all).toEqual([{ id: 'id-1', outcome: 'delivered' }]);
  });

  it('F12 is not misled by a text that looks like a receipt', async () => {
    await using stage = await Stage.bound();
    const text = 'id:id-1 sub:001 dlvrd:001 stat:DELIVRD err:000 text:gotcha';
    await stage.bind.text({ text });
    expect(await stage.heard.nextMessage()).toMatchObject({ text });
    expect(stage.heard.reports.all).toEqual([]);
  });
});
