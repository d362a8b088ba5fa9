import smpp, { type PDU, type Session } from 'smpp';
import { type ReceiptFacts, type ReceiptForm, receiptFields } from './receipt-form.js';

/** One part that came from a client. */
export interface Submit {
  readonly bind: CentreBind;
  /** Raw fields, texts decoded by the smpp package. */
  readonly pdu: PDU;
  readonly from: string;
  readonly to: string;
  /** As the package decodes it, without header. */
  readonly text: string;
  /** Information elements of the header, in order. */
  readonly header: readonly Buffer[];
  /** In submit_sm_resp when it is taken. */
  readonly id: string;
  /** Answers it; default: taken. */
  answer(status?: number): void;
}

/** A text from a telephone. */
export interface MobileText {
  readonly from?: string;
  readonly to?: string;
  readonly text: string;
  /** Further fields of the deliver_sm, or in their place. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** How the parts of a long text are marked. */
export type PartMarks = 'header' | 'wide-header' | 'sar';

/** The country code and number of the telephone, and the number of the gateway, in international form. */
const mobile = { from: '15550001111', to: '15552220000' } as const;

const international = { ton: 1, npi: 1 } as const;
const headerIndicator = 0x40;
const ucs2 = 8;
/** Characters of the default alphabet, as far as scenarios write them. */
const plain = /^[\n\r\x20-_a-~€]*$/;

/** A client that is bound. */
export class CentreBind {
  /** Resolves when the connection has ended. */
  readonly closed: Promise<void>;
  #silent = false;

  constructor(
    readonly session: Session,
    readonly role: 'transceiver' | 'transmitter' | 'receiver',
    /** What the client has said of itself. */
    readonly request: PDU,
    private readonly receiptId: (id: string) => string,
  ) {
    this.closed = new Promise((resolve) => session.once('close', () => resolve()));
    for (const command of ['enquire_link', 'unbind'])
      session.on(command, (pdu: PDU) => {
        if (!this.#silent) session.send(pdu.response());
      });
  }

  /** A submit as it is handed to the scenario. */
  received(pdu: PDU, id: string): Submit {
    const content = (pdu.short_message ?? {}) as Content;
    const payload = (pdu.message_payload ?? {}) as Content;
    const filled = content.message?.length ? content : payload;
    return {
      bind: this,
      pdu,
      from: String(pdu.source_addr),
      to: String(pdu.destination_addr),
      text: String(filled.message ?? ''),
      header: filled.udh ?? [],
      id,
      answer: (status = 0) => this.session.send(pdu.response({ command_status: status, message_id: id })),
    };
  }

  /** Sends a request; resolves with the answer, or undefined when the connection ends without one. */
  ask(command: string, fields: Readonly<Record<string, unknown>> = {}): Promise<PDU | undefined> {
    const answer = new Promise<PDU>((resolve) => {
      this.session.send(new smpp.PDU(command, fields), resolve);
    });
    return Promise.race([answer, this.closed.then(() => undefined)]);
  }

  /** A text from a telephone; resolves with the command_status of the answer. */
  async text({ from, to, text, fields }: MobileText): Promise<number | undefined> {
    const answer = await this.ask('deliver_sm', {
      ...addresses(from, to),
      // The package would send septets as data_coding 1, which is ASCII.
      data_coding: plain.test(text) ? 0 : ucs2,
      short_message: text,
      ...fields,
    });
    return answer?.command_status;
  }

  /** The requests that the parts of a long text are, in UCS-2, to be sent in any order by `ask`. */
  parts(pieces: readonly string[], reference: number, marks: PartMarks): Record<string, unknown>[] {
    return pieces.map((piece, index) => {
      const message = Buffer.from(piece, 'utf16le').swap16();
      const place = [pieces.length, index + 1] as const;
      if (marks === 'sar')
        return {
          ...addresses(),
          data_coding: ucs2,
          short_message: message,
          sar_msg_ref_num: reference,
          sar_total_segments: place[0],
          sar_segment_seqnum: place[1],
        };
      const header =
        marks === 'header'
          ? [5, 0x00, 3, reference & 0xff, ...place]
          : [6, 0x08, 4, reference >> 8, reference & 0xff, ...place];
      return {
        ...addresses(),
        data_coding: ucs2,
        esm_class: headerIndicator,
        short_message: Buffer.concat([Buffer.from(header), message]),
      };
    });
  }

  /** A receipt for a part; resolves with the command_status of the answer. */
  async receipt(
    submit: Submit,
    facts: Partial<ReceiptFacts> & { readonly form?: ReceiptForm },
  ): Promise<number | undefined> {
    const { form = 'text', id = this.receiptId(submit.id), stat = 'DELIVRD', err = '000' } = facts;
    const answer = await this.ask('deliver_sm', {
      ...addresses(submit.to, submit.from),
      ...receiptFields(form, { id, stat, err }),
    });
    return answer?.command_status;
  }

  /** Bytes as they are, in the middle of the conversation. */
  bytes(bytes: Uint8Array): void {
    this.session.socket.write(bytes);
  }

  /** Answers nothing any more but stays connected. */
  silence(): void {
    this.#silent = true;
  }

  /** Breaks the connection, as a crash does. */
  drop(): void {
    this.session.destroy();
  }
}

interface Content {
  readonly message?: string | Buffer;
  readonly udh?: readonly Buffer[];
}

function addresses(from: string = mobile.from, to: string = mobile.to): Record<string, unknown> {
  return {
    source_addr: from,
    source_addr_ton: international.ton,
    source_addr_npi: international.npi,
    destination_addr: to,
    dest_addr_ton: international.ton,
    dest_addr_npi: international.npi,
  };
}
