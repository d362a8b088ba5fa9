import smpp, { type PDU } from 'smpp';

/** A PDU whose texts and times stay the bytes and strings that they are on the wire. */
class RawPdu extends smpp.PDU {
  override _filter(): void {}
}

// The package reads this TLV up to a NUL octet wherever that comes, even beyond the TLV's end; centres leave it out.
smpp.addTLV('receipted_message_id', { id: 0x001e, type: smpp.types.tlv.string });

/** Fields of a PDU by their names in SMPP 3.4. */
export type Fields = Readonly<Record<string, string | number | Buffer>>;

export type { PDU };

/** Undefined when the body is not what the command says. The frame must be whole. */
export function decodePdu(frame: Buffer): PDU | undefined {
  try {
    return new RawPdu(frame);
  } catch {
    return undefined;
  }
}

/**
 * Bytes of a PDU.
 * @throws {TypeError|RangeError} when a field does not fit.
 */
export function encodePdu(
  command: string,
  sequence: number,
  commandStatus: number,
  fields: Fields = {},
): Buffer {
  return new RawPdu(command, {
    ...fields,
    sequence_number: sequence,
    command_status: commandStatus,
  }).toBuffer();
}

/** sequence_number of a frame, decodable or not. */
export function sequenceOf(frame: Buffer): number {
  return frame.readUInt32BE(12);
}

/** Whether the frame holds a response, decodable or not (SMPP 3.4 §5.1.2.1). */
export function isResponseFrame(frame: Buffer): boolean {
  return (frame[4] ?? 0) >= 0x80;
}

/** A text field; empty when it is missing. */
export function text(pdu: PDU, field: string): string {
  const value = pdu[field];
  return typeof value === 'string' ? value : '';
}

/** A numeric field. */
export function number(pdu: PDU, field: string): number | undefined {
  const value = pdu[field];
  return typeof value === 'number' ? value : undefined;
}

/** A field of octets. */
export function octets(pdu: PDU, field: string): Buffer | undefined {
  const value = pdu[field];
  return Buffer.isBuffer(value) ? value : undefined;
}
