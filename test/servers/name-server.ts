import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { LOOPBACK } from './process.js';

/** Types that it knows (RFC 1035 §3.2.2). */
const TXT = 16;
const A = 1;
const NO_ERROR = 0x8180;
const NO_SUCH_NAME = 0x8183;
const HEADER = 12;
const TTL_SECONDS = 60;
/** Octets of one string of a TXT record (RFC 1035 §3.3.14). */
const STRING = 255;

/** A name server on a loopback UDP port, for a machine without any. */
export class NameServer {
  /** Questions so far, as `TXT name`. */
  readonly asked: string[] = [];

  private constructor(
    private readonly socket: Socket,
    /** By `TXT name` or `A name`; what is not there does not exist. */
    private readonly records: Readonly<Record<string, readonly string[]>>,
  ) {
    socket.on('message', (question, from) => {
      // Nothing: as a server that is away.
      if (!this.silent) this.socket.send(this.#answer(question), from.port, from.address);
    });
  }

  /** Whether it says nothing. */
  silent = false;

  static async start(records: Readonly<Record<string, readonly string[]>>): Promise<NameServer> {
    const socket = createSocket('udp4').bind(0, LOOPBACK);
    await once(socket, 'listening');
    return new NameServer(socket, records);
  }

  /** As configurations name it. */
  get address(): string {
    return `${LOOPBACK}:${(this.socket.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.socket.close();
  }

  #answer(question: Buffer): Buffer {
    const labels: string[] = [];
    let at = HEADER;
    for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
      labels.push(question.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const type = question.readUInt16BE(at + 1);
    const asked = `${type === TXT ? 'TXT' : 'A'} ${labels.join('.').toLowerCase()}`;
    this.asked.push(asked);
    const values = (type === TXT || type === A ? this.records[asked] : undefined) ?? [];
    const header = Buffer.alloc(HEADER);
    question.copy(header, 0, 0, 2);
    header.writeUInt16BE(values.length > 0 ? NO_ERROR : NO_SUCH_NAME, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(values.length, 6);
    const answers = values.map((value) => {
      const data = type === TXT ? strings(value) : Buffer.from(value.split('.').map(Number));
      const fixed = Buffer.alloc(12);
      // The name is the one of the question.
      fixed.writeUInt16BE(0xc000 | HEADER, 0);
      fixed.writeUInt16BE(type, 2);
      fixed.writeUInt16BE(1, 4);
      fixed.writeUInt32BE(TTL_SECONDS, 6);
      fixed.writeUInt16BE(data.length, 10);
      return Buffer.concat([fixed, data]);
    });
    return Buffer.concat([header, question.subarray(HEADER, at + 5), ...answers]);
  }
}

function strings(text: string): Buffer {
  const pieces = text.match(new RegExp(`.{1,${STRING}}`, 'gs')) ?? [''];
  return Buffer.concat(pieces.flatMap((piece) => [Buffer.from([piece.length]), Buffer.from(piece)]));
}
