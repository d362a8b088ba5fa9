/**
 * How a receipt is written: `text` as in SMPP 3.4 Appendix B; `loose`: another case, order and fewer fields;
 * `tlv`: receipted_message_id and message_state alone; `both`; `bare-tlv`: the TLVs without an esm_class.
 */
export type ReceiptForm = 'text' | 'loose' | 'tlv' | 'both' | 'bare-tlv';

/** What a receipt says. */
export interface ReceiptFacts {
  /** As the receipt is to write it. */
  readonly id: string;
  readonly stat: keyof typeof messageStates;
  /** Three digits. */
  readonly err: string;
}

/** message_state by the word of the text (SMPP 3.4 §5.2.28). */
const messageStates = {
  ENROUTE: 1,
  DELIVRD: 2,
  EXPIRED: 3,
  DELETED: 4,
  UNDELIV: 5,
  ACCEPTD: 6,
  UNKNOWN: 7,
  REJECTD: 8,
} as const;

const receiptClass = 0x04;
/** Kind of network of network_error_code: GSM (SMPP 3.4 §5.3.2.31). */
const gsm = 3;

/** Fields of the deliver_sm that carries the receipt. */
export function receiptFields(form: ReceiptForm, facts: ReceiptFacts): Record<string, unknown> {
  const { id, stat, err } = facts;
  const tlvs = {
    // Some centres end it with NUL, some do not.
    receipted_message_id: form === 'both' ? `${id}\0` : id,
    message_state: messageStates[stat],
    network_error_code: Buffer.from([gsm, 0, Number(err) & 0xff]),
  };
  switch (form) {
    case 'text':
      return { esm_class: receiptClass, short_message: Buffer.from(fullText(facts)) };
    case 'loose':
      return { esm_class: receiptClass, short_message: Buffer.from(`Stat:${stat} Err:${err} ID:${id}`) };
    case 'tlv':
      return { esm_class: receiptClass, ...tlvs };
    case 'both':
      return { esm_class: receiptClass, short_message: Buffer.from(fullText(facts)), ...tlvs };
    case 'bare-tlv':
      return { esm_class: 0, ...tlvs };
  }
}

function fullText({ id, stat, err }: ReceiptFacts): string {
  const dlvrd = stat === 'DELIVRD' ? '001' : '000';
  return `id:${id} sub:001 dlvrd:${dlvrd} submit date:2401011200 done date:2401011201 stat:${stat} err:${err} text:Hello`;
}
