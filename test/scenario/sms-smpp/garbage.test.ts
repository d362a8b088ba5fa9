import { once } from 'node:events';
import fc from 'fast-check';
import type { PDU } from 'smpp';
import { describe, expect, it } from 'vitest';
import type { CentreBind } from '../../servers/smpp-centre/centre-bind.js';
import { message, refusalOf, Stage } from './stage.js';

/** A PDU by its bytes. */
function pdu(
  commandId: number,
  status: number,
  sequence: number,
  body: Uint8Array = Buffer.alloc(0),
): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32BE(header.length + body.length, 0);
  header.writeUInt32BE(commandId, 4);
  header.writeUInt32BE(status, 8);
  header.writeUInt32BE(sequence, 12);
  return Buffer.concat([header, body]);
}

const id = {
  deliver: 0x05,
  submit: 0x04,
  unknown: 0x0777,
  genericNack: 0x80000000,
  submitResponse: 0x80000004,
  enquireResponse: 0x80000015,
} as const;

async function nackOf(bind: CentreBind, bytes: Uint8Array): Promise<PDU> {
  const nack = once(bind.session, 'generic_nack') as Promise<[PDU]>;
  bind.bytes(bytes);
  return (await nack)[0];
}

describe('S17 garbage over SMPP', () => {
  it('refuses a command that there is not', async () => {
    await using stage = await Stage.bound();
    expect(await nackOf(stage.bind, pdu(id.unknown, 0, 77))).toMatchObject({
      command_status: 0x03,
      sequence_number: 77,
    });
    await stage.carrier.send(message('still there'));
  });

  it('refuses a command that is not for it', async () => {
    await using stage = await Stage.bound();
    expect(await nackOf(stage.bind, pdu(id.submit, 0, 77, Buffer.alloc(20)))).toMatchObject({
      command_status: 0x03,
      sequence_number: 77,
    });
  });

  it('refuses a body that is none', async () => {
    await using stage = await Stage.bound();
    // A TLV that says it is longer than the PDU: its number cannot be read.
    const body = Buffer.concat([Buffer.alloc(17), Buffer.from([0x02, 0x04, 0x00, 0x02])]);
    expect(await nackOf(stage.bind, pdu(id.deliver, 0, 77, body))).toMatchObject({
      command_status: 0x02,
      sequence_number: 77,
    });
    await stage.bind.text({ text: 'still there' });
    expect(await stage.heard.nextMessage()).toMatchObject({ text: 'still there' });
  });

  it('ignores answers to nothing', async () => {
    await using stage = await Stage.bound();
    for (const command of [id.submitResponse, id.enquireResponse, id.genericNack])
      stage.bind.bytes(pdu(command, 0, 4711));
    await stage.carrier.send(message('still there'));
  });

  it('ignores an answer of another kind', async () => {
    await using stage = await Stage.bound();
    stage.centre.answerNext('hold');
    const sending = stage.carrier.send(message('Hello'));
    const submit = await stage.centre.submit();
    stage.bind.bytes(pdu(id.enquireResponse, 0, submit.pdu.sequence_number));
    await stage.bind.ask('enquire_link');
    submit.answer();
    expect(await sending).toEqual({ ids: ['id-1'] });
  });

  it('F05 takes generic_nack for a refusal', async () => {
    await using stage = await Stage.bound();
    stage.centre.answerNext('hold');
    const sending = stage.carrier.send(message('Hello'));
    const submit = await stage.centre.submit();
    stage.bind.bytes(pdu(id.genericNack, 0x03, submit.pdu.sequence_number));
    expect(await refusalOf(sending)).toMatchObject({ code: 'rejected', outcome: 'not-sent' });
  });

  it.each([4, 0x7fffffff])('binds anew after a PDU of %i bytes', async (length) => {
    await using stage = await Stage.bound();
    const bytes = pdu(id.deliver, 0, 1);
    bytes.writeUInt32BE(length);
    stage.bind.bytes(bytes);
    expect(await stage.heard.reaches('unreachable')).toMatchObject({
      reason: expect.stringMatching(/not SMPP/),
    });
    await stage.centre.bind();
    await stage.heard.reaches('connected');
    await stage.carrier.send(message('still there'));
  });

  it('binds anew when nothing that comes can be read', async () => {
    await using stage = await Stage.bound({ limits: { malformedPdus: 3 } });
    for (const sequence of [1, 2, 3]) stage.bind.bytes(pdu(id.unknown, 0, sequence));
    await stage.bind.closed;
    await stage.centre.bind();
  });

  it('gives up a centre that sends and does not read', async () => {
    await using stage = await Stage.bound({ limits: { bufferedBytes: 65_536 } });
    const { socket } = stage.bind.session;
    socket.removeAllListeners('readable');
    socket.pause();
    const enquiries = Buffer.concat(
      Array.from({ length: 4096 }, (_, sequence) => pdu(0x15, 0, sequence + 1)),
    );
    const flood = (): void => {
      while (socket.writable && socket.write(enquiries)) {}
    };
    socket.on('drain', flood);
    flood();
    expect(await stage.heard.reaches('unreachable')).toMatchObject({ reason: 'the centre does not read' });
  });

  it('puts off what is too much at once', async () => {
    await using stage = await Stage.bound({ limits: { incoming: 2 } });
    stage.heard.slowDown(5);
    const answers = await Promise.all(['a', 'b', 'c'].map((text) => stage.bind.text({ text })));
    expect(answers).toEqual([0, 0, 0x64]);
  });

  it('goes on after any bytes at all', async () => {
    const timeouts = { enquireAfterMs: 50, enquireMs: 100 };
    await using stage = await Stage.bound({ timeouts });
    let bind = stage.bind;
    const header = fc.tuple(
      fc.constantFrom(...Object.values(id), 0x103, 0x102, 0x15, 0x06, 0x0b),
      fc.nat(0xff),
      fc.nat(5),
      fc.uint8Array({ maxLength: 60 }),
    );
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 100 }),
      header.map(([command, status, sequence, body]) => pdu(command, status, sequence, body)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 5 }), async (chunks) => {
        for (const chunk of chunks) bind.bytes(chunk);
        while ((await bind.ask('enquire_link')) === undefined) bind = await stage.centre.bind();
      }),
      { numRuns: 40 },
    );
  });
});
