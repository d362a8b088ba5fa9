import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDelivery } from '../../../../gateways/sms/carrier/smpp/delivery.js';
import { FrameReader, FramingError } from '../../../../gateways/sms/carrier/smpp/framing.js';
import { decodePdu, encodePdu } from '../../../../gateways/sms/carrier/smpp/pdu.js';
import { kindOf, readReceipt } from '../../../../gateways/sms/carrier/smpp/receipt.js';

const fields = {
  source_addr: '15550001111',
  destination_addr: '15552220000',
  short_message: Buffer.from('id:42 stat:DELIVRD'),
  receipted_message_id: '42',
  message_state: 2,
};

/** A stream in pieces of any size. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((begin, index) => bytes.subarray(begin, at[index] ?? bytes.length));
}

describe('SMPP PDUs', () => {
  it('are cut out of the stream wherever it is divided', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000)), fc.array(fc.nat(), { maxLength: 20 }), (sequences, cuts) => {
        const stream = Buffer.concat(
          sequences.map((sequence) => encodePdu('deliver_sm', sequence, 0, fields)),
        );
        const reader = new FrameReader();
        const read: (number | undefined)[] = [];
        for (const piece of pieces(stream, cuts))
          reader.push(piece, (frame) => read.push(decodePdu(frame)?.sequence_number));
        expect(read).toEqual(sequences);
      }),
    );
  });

  it.each([0, 4, 15, 16_385, 0xffffffff])('S17 of impossible length %i end the stream', (length) => {
    const header = Buffer.alloc(16);
    header.writeUInt32BE(length);
    expect(() => new FrameReader().push(header, () => undefined)).toThrow(FramingError);
  });

  it('keep their texts as octets', () => {
    const pdu = decodePdu(encodePdu('deliver_sm', 1, 0, { ...fields, data_coding: 8, esm_class: 0x40 }));
    expect(pdu && readDelivery(pdu)).toMatchObject({
      content: fields.short_message,
      receiptedId: '42',
      messageState: 2,
    });
  });

  it('S17 are read without a fault, whatever is in them', () => {
    const commands = ['deliver_sm', 'data_sm', 'submit_sm_resp', 'bind_transceiver_resp', 'query_sm_resp'];
    fc.assert(
      fc.property(
        fc.constantFrom(...commands),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 30 }),
        fc.uint8Array({ maxLength: 300 }),
        (command, changes, tail) => {
          const known = command.endsWith('_resp') ? { message_id: '42' } : fields;
          const frame = Buffer.concat([encodePdu(command, 7, 0, known), tail]);
          for (const [at, value] of changes) if (at < frame.length) frame[at] = value;
          frame.writeUInt32BE(frame.length);
          const pdu = decodePdu(frame);
          if (pdu === undefined || pdu.command === 'unknown') return;
          const delivery = readDelivery(pdu);
          expect(['text', 'receipt', 'other']).toContain(kindOf(delivery));
          readReceipt(delivery);
        },
      ),
    );
  });
});
