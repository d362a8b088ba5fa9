import type { Concatenation } from '../../text/user-data-header.js';
import { number, octets, type PDU, text } from './pdu.js';

/** An address with its type of number and numbering plan (SMPP 3.4 §5.2.5-5.2.9). */
export interface SmppAddress {
  readonly ton: number;
  readonly npi: number;
  readonly address: string;
}

/** What deliver_sm and data_sm bring, receipts and texts alike. */
export interface Delivery {
  readonly source: SmppAddress;
  readonly destination: SmppAddress;
  readonly esmClass: number;
  readonly dataCoding: number;
  /** short_message or message_payload, with the user data header if there is one. */
  readonly content: Buffer;
  /** sar_msg_ref_num, sar_total_segments, sar_segment_seqnum; unchecked. */
  readonly sar: Concatenation | undefined;
  readonly receiptedId: string;
  readonly messageState: number | undefined;
  readonly networkError: Buffer | undefined;
  readonly userReference: number | undefined;
}

const none = Buffer.alloc(0);

/** Reads a deliver_sm or data_sm. */
export function readDelivery(pdu: PDU): Delivery {
  const short = octets(pdu, 'short_message') ?? none;
  return {
    source: {
      ton: number(pdu, 'source_addr_ton') ?? 0,
      npi: number(pdu, 'source_addr_npi') ?? 0,
      address: text(pdu, 'source_addr'),
    },
    destination: {
      ton: number(pdu, 'dest_addr_ton') ?? 0,
      npi: number(pdu, 'dest_addr_npi') ?? 0,
      address: text(pdu, 'destination_addr'),
    },
    esmClass: number(pdu, 'esm_class') ?? 0,
    dataCoding: number(pdu, 'data_coding') ?? 0,
    content: short.length > 0 ? short : (octets(pdu, 'message_payload') ?? none),
    sar: readSar(pdu),
    receiptedId: text(pdu, 'receipted_message_id').replace(/\0.*$/s, '').trim(),
    messageState: number(pdu, 'message_state'),
    networkError: octets(pdu, 'network_error_code'),
    userReference: number(pdu, 'user_message_reference'),
  };
}

function readSar(pdu: PDU): Delivery['sar'] {
  const reference = number(pdu, 'sar_msg_ref_num');
  const total = number(pdu, 'sar_total_segments');
  const sequence = number(pdu, 'sar_segment_seqnum');
  if (reference === undefined || total === undefined || sequence === undefined) return undefined;
  return { reference, wide: true, total, sequence };
}
