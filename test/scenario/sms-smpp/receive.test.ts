import { describe, expect, it } from 'vitest';
import { centreStatus } from '../../servers/smpp-centre/centre.js';
import { message, Stage } from './stage.js';

const pieces = ['Привет, ', 'это длинное ', 'сообщение 😀'];
const whole = pieces.join('');

describe('texts in over SMPP', () => {
  it.each([
    ['GSM', 'Price: {€5} ~ [ok]'],
    ['UCS-2', 'Привет 👩‍👩‍👧'],
  ])('takes a text in %s', async (_code, text) => {
    await using stage = await Stage.bound();
    expect(await stage.bind.text({ text })).toBe(centreStatus.ok);
    expect(await stage.heard.nextMessage()).toMatchObject({
      from: '+15550001111',
      to: '+15552220000',
      text,
    });
  });

  it('takes data_sm, and message_payload', async () => {
    await using stage = await Stage.bound();
    const fields = { source_addr: '4321', destination_addr: '15552220000', message_payload: 'much to say' };
    expect((await stage.bind.ask('data_sm', fields))?.command).toBe('data_sm_resp');
    expect(await stage.heard.nextMessage()).toMatchObject({ from: '4321', text: 'much to say' });
  });

  it('takes a text whose sender is withheld', async () => {
    await using stage = await Stage.bound();
    const fields = { source_addr: '', source_addr_ton: 0, source_addr_npi: 0 };
    expect(await stage.bind.text({ text: 'guess who', fields })).toBe(centreStatus.ok);
    expect(await stage.heard.nextMessage()).toMatchObject({ from: '', text: 'guess who' });
  });

  it('reads national shift tables', async () => {
    await using stage = await Stage.bound();
    const turkish = { udh: Buffer.from([3, 0x24, 1, 1]), message: Buffer.from([0x1b, 0x53]) };
    await stage.bind.text({ text: '', fields: { short_message: turkish, data_coding: 0 } });
    expect(await stage.heard.nextMessage()).toMatchObject({ text: 'Ş' });
  });

  it('has the centre keep what cannot be stored now, under the same id', async () => {
    await using stage = await Stage.bound();
    stage.heard.refuse(1);
    expect(await stage.bind.text({ text: 'later' })).toBe(centreStatus.temporaryError);
    expect(await stage.bind.text({ text: 'later' })).toBe(centreStatus.ok);
    expect(stage.heard.messages.all).toHaveLength(1);
  });

  it('refuses for good what is no text', async () => {
    await using stage = await Stage.bound();
    const fields = { short_message: Buffer.from([1, 2, 3]), data_coding: 4 };
    expect(await stage.bind.text({ text: '', fields })).toBe(centreStatus.permanentError);
    expect(stage.heard.messages.all).toEqual([]);
  });

  it('keeps the order of one author', async () => {
    await using stage = await Stage.bound();
    const texts = ['one', 'two', 'three', 'four'];
    await Promise.all(texts.map((text) => stage.bind.text({ text })));
    expect(stage.heard.messages.all.map(({ text }) => text)).toEqual(texts);
  });
});

describe('parts in over SMPP', () => {
  it.each(['header', 'wide-header', 'sar'] as const)('F25 puts parts together by %s', async (marks) => {
    await using stage = await Stage.bound();
    const [one, two, three] = stage.bind.parts(pieces, 77, marks);
    for (const part of [three, one, one, two]) await stage.bind.ask('deliver_sm', part);
    expect(stage.heard.messages.all.map(({ text }) => text)).toEqual([whole]);
  });

  it('F08 takes a part once that comes again when the message is complete', async () => {
    await using stage = await Stage.bound();
    const parts = stage.bind.parts(pieces, 77, 'header');
    for (const part of [...parts, ...parts])
      expect((await stage.bind.ask('deliver_sm', part))?.command_status).toBe(centreStatus.ok);
    expect(stage.heard.messages.all).toHaveLength(1);
  });

  it('keeps parts over a restart', async () => {
    await using stage = await Stage.bound();
    const [one, two, three] = stage.bind.parts(pieces, 77, 'header');
    for (const part of [one, three]) await stage.bind.ask('deliver_sm', part);
    await stage.carrier.stop();
    const { heard } = stage.stage.carrier();
    await (await stage.centre.bind()).ask('deliver_sm', two);
    expect(heard.messages.all.map(({ text }) => text)).toEqual([whole]);
  });

  it('shows what there is, with a mark, when the rest does not come', async () => {
    await using stage = await Stage.bound({ timeouts: { reassemblyMs: 30 } });
    const [one, , three] = stage.bind.parts(pieces, 77, 'header');
    for (const part of [one, three]) await stage.bind.ask('deliver_sm', part);
    expect(await stage.heard.nextMessage()).toMatchObject({ text: 'Привет, […]сообщение 😀' });
  });

  it('shows it after a restart, too, when the time has passed', async () => {
    const reassemblyMs = 600_000;
    await using stage = await Stage.bound({ timeouts: { reassemblyMs } });
    const [one] = stage.bind.parts(pieces, 77, 'header');
    await stage.bind.ask('deliver_sm', one);
    await stage.carrier.stop();
    const { heard } = stage.stage.carrier({ timeouts: { reassemblyMs: 1 } });
    expect(await heard.nextMessage()).toMatchObject({ text: 'Привет, […]' });
  });

  it('tries again to show a message that could not be stored at its last part', async () => {
    await using stage = await Stage.bound();
    const [one, two] = stage.bind.parts(['a', 'b'], 77, 'header');
    await stage.bind.ask('deliver_sm', one);
    stage.heard.refuse(1);
    expect((await stage.bind.ask('deliver_sm', two))?.command_status).toBe(centreStatus.temporaryError);
    expect((await stage.bind.ask('deliver_sm', two))?.command_status).toBe(centreStatus.ok);
    expect(await stage.heard.nextMessage()).toMatchObject({ text: 'ab' });
  });

  it('S17 keeps no more incomplete messages than it may', async () => {
    await using stage = await Stage.bound({ limits: { incompleteMessages: 1 } });
    const [first] = stage.bind.parts(pieces, 1, 'header');
    const [second] = stage.bind.parts(pieces, 2, 'header');
    expect((await stage.bind.ask('deliver_sm', first))?.command_status).toBe(centreStatus.ok);
    expect((await stage.bind.ask('deliver_sm', second))?.command_status).toBe(centreStatus.temporaryError);
    expect(await stage.heard.nextMessage()).toMatchObject({ text: 'Привет, […]' });
    expect((await stage.bind.ask('deliver_sm', second))?.command_status).toBe(centreStatus.ok);
  });
});

describe('F08 repeated deliveries over SMPP', () => {
  it('equal texts that were answered are two', async () => {
    await using stage = await Stage.bound();
    await stage.bind.text({ text: 'ok' });
    await stage.bind.text({ text: 'ok' });
    const [first, second] = stage.heard.messages.all;
    expect(first?.id).not.toBe(second?.id);
  });

  it('equal texts are two when the second comes before the first is answered', async () => {
    await using stage = await Stage.bound();
    await Promise.all(['ok', 'ok'].map((text) => stage.bind.text({ text })));
    const [first, second] = stage.heard.messages.all;
    expect([first?.text, second?.text]).toEqual(['ok', 'ok']);
    expect(first?.id).not.toBe(second?.id);
  });

  it('a text that comes again after the connection broke is the same', async () => {
    await using stage = await Stage.bound();
    await stage.bind.text({ text: 'ok' });
    stage.bind.drop();
    await (await stage.centre.bind()).text({ text: 'ok' });
    const [first, second] = stage.heard.messages.all;
    expect(first?.id).toBe(second?.id);
  });

  it('equal texts are two when the centre had heard us before the connection broke', async () => {
    await using stage = await Stage.bound();
    await stage.bind.text({ text: 'ok' });
    await stage.carrier.send(message('answered after the delivery was'));
    stage.bind.drop();
    await (await stage.centre.bind()).text({ text: 'ok' });
    const [first, second] = stage.heard.messages.all;
    expect(first?.id).not.toBe(second?.id);
  });

  it('a text that comes again after a restart is the same', async () => {
    await using stage = await Stage.bound();
    await stage.bind.text({ text: 'ok' });
    await stage.carrier.stop();
    const { heard } = stage.stage.carrier();
    await (await stage.centre.bind()).text({ text: 'ok' });
    expect(heard.messages.all[0]?.id).toBe(stage.heard.messages.all[0]?.id);
  });

  it('a text that was answered late may come again', async () => {
    await using stage = await Stage.bound({ timeouts: { lateAnswerMs: 1 } });
    stage.heard.slowDown(5);
    await stage.bind.text({ text: 'ok' });
    await stage.bind.text({ text: 'ok' });
    const [one, two] = stage.heard.messages.all;
    expect(one?.id).toBe(two?.id);
  });

  it('equal texts are two after the window', async () => {
    await using stage = await Stage.bound({ timeouts: { repeatWindowMs: 1 } });
    await stage.bind.text({ text: 'ok' });
    stage.bind.drop();
    await (await stage.centre.bind()).text({ text: 'ok' });
    const [first, second] = stage.heard.messages.all;
    expect(first?.id).not.toBe(second?.id);
  });
});
