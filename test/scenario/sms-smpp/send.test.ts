import { describe, expect, it } from 'vitest';
import { centreStatus } from '../../servers/smpp-centre/centre.js';
import type { Submit } from '../../servers/smpp-centre/centre-bind.js';
import { message, refusalOf, Stage } from './stage.js';

const long = 'Where the river bends, the old mill still turns its wheel. '.repeat(5).trim();
const together = (parts: readonly Submit[]): string => parts.map(({ text }) => text).join('');

describe('texts out over SMPP', () => {
  it('sends a text with the numbers in international form and asks for a receipt', async () => {
    await using stage = await Stage.bound({ validityMinutes: 90 });
    expect(await stage.carrier.send(message('Hello'))).toEqual({ ids: ['id-1'] });
    const { pdu, text } = await stage.centre.submit();
    expect(text).toBe('Hello');
    expect(pdu).toMatchObject({ source_addr: '15552220000', source_addr_ton: 1, source_addr_npi: 1 });
    expect(pdu).toMatchObject({ destination_addr: '15550001111', dest_addr_ton: 1, dest_addr_npi: 1 });
    expect(pdu).toMatchObject({ registered_delivery: 1, data_coding: 0, esm_class: 0 });
  });

  it('F25 divides a long text by headers, in order', async () => {
    await using stage = await Stage.bound();
    const { ids } = await stage.carrier.send(message(long));
    const parts = await stage.centre.submitsOf(2);
    expect(together(parts)).toBe(long);
    expect(parts.map(({ header }) => [...(header[0] ?? [])].slice(3))).toEqual([
      [2, 1],
      [2, 2],
    ]);
    expect(ids).toEqual(parts.map(({ id }) => id));
  });

  it('F25 divides a long text by SAR parameters', async () => {
    await using stage = await Stage.bound({ concatenation: 'sar' });
    await stage.carrier.send(message(long));
    const parts = await stage.centre.submitsOf(2);
    expect(together(parts)).toBe(long);
    expect(parts.map(({ pdu }) => [pdu.sar_total_segments, pdu.sar_segment_seqnum])).toEqual([
      [2, 1],
      [2, 2],
    ]);
    expect(parts.map(({ header }) => header)).toEqual([[], []]);
    expect(parts[0]?.pdu.sar_msg_ref_num).toBe(parts[1]?.pdu.sar_msg_ref_num);
  });

  it('F25 leaves the division to the centre with message_payload', async () => {
    await using stage = await Stage.bound({ concatenation: 'payload' });
    expect(await stage.carrier.send(message(long))).toEqual({ ids: ['id-1'] });
    expect(await stage.centre.submit()).toMatchObject({ text: long });
  });

  it('keeps emoji whole', async () => {
    await using stage = await Stage.bound();
    const text = `${'x'.repeat(66)}😀👩‍👩‍👧`;
    await stage.carrier.send(message(text));
    const parts = await stage.centre.submitsOf(2);
    expect(together(parts)).toBe(text);
    expect(parts[0]?.text).toBe('x'.repeat(66));
    expect(parts[0]?.pdu.data_coding).toBe(8);
  });

  it('S17 sends the same part again, and nothing else, when the centre throttles', async () => {
    await using stage = await Stage.bound();
    const { throttled, queueFull } = centreStatus;
    stage.centre.answerNext({ status: throttled }, { status: queueFull }, { status: throttled });
    const sent = stage.carrier.send(message('patience'));
    expect(await sent).toEqual({ ids: ['id-4'] });
    expect(stage.centre.submits.all.map(({ text }) => text)).toEqual(Array(4).fill('patience'));
  });

  it('S17 puts a text off when the centre throttles for longer than its patience', async () => {
    await using stage = await Stage.bound({ timeouts: { patienceMs: 30 } });
    stage.centre.answerNext(...Array(50).fill({ status: centreStatus.throttled }));
    const error = await refusalOf(stage.carrier.send(message('too much')));
    expect(error).toMatchObject({ code: 'limit', outcome: 'not-sent', retryable: true });
  });

  it('S17 refuses what does not fit into the queue', async () => {
    await using stage = await Stage.bound({ limits: { window: 1, queuedParts: 1 } });
    stage.centre.answerNext('hold');
    const first = stage.carrier.send(message('in the window'));
    const second = stage.carrier.send(message('in the queue'));
    const error = await refusalOf(stage.carrier.send(message('nowhere')));
    expect(error).toMatchObject({ code: 'limit', outcome: 'not-sent', retryable: true });
    (await stage.centre.submit()).answer();
    await Promise.all([first, second]);
    expect(stage.centre.submits.all.map(({ text }) => text)).toEqual(['in the window', 'in the queue']);
  });

  it('keeps no more submits unanswered than the window', async () => {
    await using stage = await Stage.bound({ limits: { window: 2 } });
    stage.centre.answerNext('hold', 'hold');
    const sent = ['one', 'two', 'three'].map((text) => stage.carrier.send(message(text)));
    const [one, two] = await stage.centre.submitsOf(2);
    // Whatever was sent before this answer has come.
    await stage.bind.ask('enquire_link');
    expect(stage.centre.submits.unread).toEqual([]);
    one?.answer();
    expect(await stage.centre.submit()).toMatchObject({ text: 'three' });
    two?.answer();
    await Promise.all(sent);
  });

  it('S17 sends no faster than the rate', async () => {
    const limits = { messagesPerSecond: 0.001, burst: 2 };
    await using stage = await Stage.bound({ limits, timeouts: { patienceMs: 30 } });
    await Promise.all(['one', 'two'].map((text) => stage.carrier.send(message(text))));
    const error = await refusalOf(stage.carrier.send(message('three')));
    expect(error).toMatchObject({ code: 'limit', outcome: 'not-sent', retryable: true });
  });

  it('F05 says in words what the centre has against a text', async () => {
    await using stage = await Stage.bound();
    stage.centre.answerNext({ status: centreStatus.invalidDestination }, { status: 0x41b });
    expect(await refusalOf(stage.carrier.send(message('to nobody')))).toMatchObject({
      code: 'bad-address',
      text: { key: 'sms-smpp-bad-recipient' },
      outcome: 'not-sent',
    });
    expect(await refusalOf(stage.carrier.send(message('who knows')))).toMatchObject({
      code: 'rejected',
      text: { key: 'sms-smpp-refused', args: { status: '0x0000041b' } },
    });
  });

  it('F05 does not know the outcome of what was under way when the bind broke, and sends it never again', async () => {
    await using stage = await Stage.bound({ limits: { window: 2 } });
    stage.centre.answerNext('hold', 'drop');
    const errors = await Promise.all(
      ['one', 'two', 'three'].map((text) => refusalOf(stage.carrier.send(message(text)))),
    );
    expect(errors.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'not-sent']);
    expect(errors.map(({ retryable }) => retryable)).toEqual([false, false, true]);
    await stage.centre.bind();
    await stage.heard.reaches('connected');
    await stage.carrier.send(message('after'));
    expect(stage.centre.submits.all.map(({ text }) => text)).toEqual(['one', 'two', 'after']);
  });

  it('F05 sends no further part of a text when the bind breaks', async () => {
    await using stage = await Stage.bound();
    stage.centre.answerNext('accept', 'drop');
    expect(await refusalOf(stage.carrier.send(message(long.repeat(2))))).toMatchObject({
      outcome: 'unknown',
      retryable: false,
    });
    await stage.centre.bind();
    await stage.heard.reaches('connected');
    await stage.carrier.send(message('after'));
    expect(stage.centre.submits.all.at(-1)).toMatchObject({ text: 'after' });
    expect(stage.centre.submits.all).toHaveLength(3);
  });

  it('F05 says that a part is out when the centre refuses a later one', async () => {
    await using stage = await Stage.bound();
    stage.centre.answerNext('accept', { status: centreStatus.permanentError });
    expect(await refusalOf(stage.carrier.send(message(long)))).toMatchObject({
      outcome: 'unknown',
      text: { key: 'sms-smpp-partly-sent' },
    });
  });

  it('F05 does not know the outcome of a submit that is not answered in time', async () => {
    await using stage = await Stage.bound({ timeouts: { responseMs: 500 } });
    stage.centre.answerNext('hold');
    const sending = stage.carrier.send(message('into the void'));
    const late = await stage.centre.submit();
    expect(await refusalOf(sending)).toMatchObject({ outcome: 'unknown' });
    // The answer that comes in the end belongs to nothing.
    late.answer();
    expect(await stage.carrier.send(message('next'))).toEqual({ ids: ['id-2'] });
  });

  it('gives a text back while the centre is away', async () => {
    await using stage = await Stage.bound({ reconnect: { initialMs: 600_000, maxMs: 600_000 } });
    stage.bind.drop();
    await stage.heard.reaches('unreachable');
    expect(await refusalOf(stage.carrier.send(message('nobody there')))).toMatchObject({
      code: 'network-unreachable',
      outcome: 'not-sent',
      retryable: true,
    });
  });

  it('F26 sends nothing to an address that cannot be one', async () => {
    await using stage = await Stage.bound();
    const error = await refusalOf(stage.carrier.send(message('x', '+1555\u0000777')));
    expect(error).toMatchObject({ code: 'bad-address', outcome: 'not-sent' });
    expect(stage.centre.submits.all).toEqual([]);
  });
});
