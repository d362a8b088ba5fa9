import { GatewayError } from '../../../../src/gateway/error.js';
import { encodeText, segment } from '../../text/segment.js';
import { buildHeader, readHeader } from '../../text/user-data-header.js';
import type { CarrierMessage } from '../carrier.js';
import { headerBytes, maxPduBytes } from './framing.js';
import { toSmppAddress } from './number-plan.js';
import type { SmppOptions } from './options.js';
import type { Fields } from './pdu.js';

/** esm_class: the text begins with a user data header (SMPP 3.4 §5.2.12). */
const headerIndicator = 0x40;
/** registered_delivery: a receipt for success and failure (SMPP 3.4 §5.2.17). */
const finalReceipt = 1;
/** Concatenation counts with 8 bits in headers, 16 in SAR parameters. */
const references = { header: 0x100, sar: 0x10000 } as const;
/** Mandatory fields of a submit_sm and the head of a TLV take no more than this. */
const submitOverhead = 256;

/** Makes submit_sm bodies of messages. */
export class Outgoing {
  readonly #options: SmppOptions;
  /** Random at the start: parts from before a restart may still be on their way to the same phone. */
  #reference = Math.floor(Math.random() * references.sar);

  constructor(options: SmppOptions) {
    this.#options = options;
  }

  /** The parts in order. Throws GatewayError `too-long`, `bad-address`. */
  parts({ from, to, text }: CarrierMessage): readonly Fields[] {
    const { addressing } = this.#options;
    const source = toSmppAddress(from, addressing, 'source');
    const destination = toSmppAddress(to, addressing, 'destination');
    const common = {
      service_type: this.#options.serviceType,
      source_addr_ton: source.ton,
      source_addr_npi: source.npi,
      source_addr: source.address,
      dest_addr_ton: destination.ton,
      dest_addr_npi: destination.npi,
      destination_addr: destination.address,
      registered_delivery: finalReceipt,
      validity_period: validity(this.#options.validityMinutes),
    };
    return this.#texts(text).map((fields) => ({ ...common, ...fields }));
  }

  #texts(text: string): readonly Fields[] {
    const { concatenation, languages } = this.#options;
    this.#reference = (this.#reference + 1) % references.sar;
    if (concatenation === 'payload') return [payload(text, languages)];
    const { dataCoding, parts } = segment(text, {
      maxParts: this.#options.limits.partsPerMessage,
      reference: this.#reference % references.header,
      languages,
    });
    return parts.map(({ udh, userData }) =>
      concatenation === 'sar' && udh !== undefined
        ? this.#sarPart(udh, userData, dataCoding)
        : part(udh, userData, dataCoding),
    );
  }

  /** The same part with its place in SAR parameters; shift tables stay in the header. */
  #sarPart(udh: Buffer, userData: Buffer, dataCoding: number): Fields {
    const { concatenation, ...rest } = readHeader(udh)?.header ?? {};
    const bare = part(buildHeader(rest), userData, dataCoding);
    if (concatenation === undefined) return bare;
    return {
      ...bare,
      sar_msg_ref_num: this.#reference,
      sar_total_segments: concatenation.total,
      sar_segment_seqnum: concatenation.sequence,
    };
  }
}

function part(udh: Buffer | undefined, userData: Buffer, dataCoding: number): Fields {
  const headed = udh !== undefined && udh.length > 0;
  return {
    data_coding: dataCoding,
    esm_class: headed ? headerIndicator : 0,
    short_message: headed ? Buffer.concat([udh, userData]) : userData,
  };
}

/** The whole text in one PDU; the centre divides it (SMPP 3.4 §5.3.2.32). */
function payload(text: string, languages: readonly number[]): Fields {
  const { encoding, shifts, userData } = encodeText(text, languages);
  const header = buildHeader(shifts);
  const content = Buffer.concat([header, userData]);
  const limit = maxPduBytes - headerBytes - submitOverhead;
  if (content.length > limit) throw new GatewayError('too-long', { key: 'sms-smpp-too-long' });
  return {
    data_coding: encoding === 'gsm7' ? 0 : 8,
    esm_class: header.length > 0 ? headerIndicator : 0,
    message_payload: content,
  };
}

/** Relative time `YYMMDDhhmmsst00R` (SMPP 3.4 §7.1.1); empty: the centre's own. */
function validity(minutes: number | undefined): string {
  if (minutes === undefined) return '';
  const two = (value: number): string => String(value).padStart(2, '0');
  const days = Math.floor(minutes / (24 * 60));
  const hours = Math.floor(minutes / 60) % 24;
  return `0000${two(days)}${two(hours)}${two(minutes % 60)}00000R`;
}
