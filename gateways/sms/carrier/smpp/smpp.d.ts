/**
 * The part of smpp 0.5.1 that is used here and by the test centre; the package brings no types.
 *
 * Its `Session` is not used by the carrier: after one PDU that cannot be decoded it reads no more and does not say
 * so, it keeps the callback of a request that is never answered for ever, and it knows no time-out, no window and no
 * back-pressure. Its codec is used, with the `filter`s off: they turn the bytes of a text into a string and lose
 * what the package's own tables do not have.
 */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server as NetServer, Socket } from 'node:net';

  type Field = string | number | Buffer | undefined;

  class PDU {
    constructor(command: string | Buffer, options?: Readonly<Record<string, unknown>>);
    /** `unknown` when the package has no such command. */
    readonly command: string;
    readonly command_length: number;
    readonly command_id: number;
    readonly command_status: number;
    sequence_number: number;
    readonly [field: string]: unknown;
    /** Throws RangeError or TypeError on a field that cannot be written. */
    toBuffer(): Buffer;
    isResponse(): boolean;
    response(options?: Readonly<Record<string, unknown>>): PDU;
    /** Converts texts and times in place; `func` is `decode` or `encode`. */
    _filter(func: string): void;
    /** Longest PDU in bytes that is decoded. */
    static maxLength: number;
  }

  class Session extends EventEmitter {
    readonly socket: Socket;
    /** False when the socket is no longer writable. */
    send(pdu: PDU, answered?: (response: PDU) => void): boolean;
    close(): void;
    destroy(): void;
  }

  class Server extends NetServer {}

  interface TlvType {
    readonly size: (value: Field) => number;
  }

  const smpp: {
    readonly PDU: typeof PDU;
    createServer(
      options: { readonly key?: Buffer; readonly cert?: Buffer },
      session: (session: Session) => void,
    ): Server;
    /** Sets how a TLV is read and written, in the whole process. */
    addTLV(tag: string, options: { readonly id: number; readonly type: TlvType }): void;
    readonly types: { readonly tlv: { readonly string: TlvType } };
  };

  export type { PDU, Server, Session };
  export default smpp;
}
