import type { Socket } from 'node:net';

/** Reads a socket by the byte, as protocols with lengths want it. */
export class ByteQueue {
  #bytes: Buffer = Buffer.alloc(0);
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(private readonly socket: Socket) {
    socket.on('data', (bytes) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      this.#wake?.();
    });
    socket.on('close', () => {
      this.#ended = true;
      this.#wake?.();
    });
  }

  /** Rejects when the connection ends before. */
  async take(length: number): Promise<Buffer> {
    while (this.#bytes.length < length) {
      if (this.#ended) throw new Error('the connection has ended');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }

  /** From now on somebody else reads; what came before is given to him first. */
  handOver(reader: (bytes: Buffer) => void): void {
    this.socket.removeAllListeners('data');
    if (this.#bytes.length > 0) reader(this.#bytes);
    this.#bytes = Buffer.alloc(0);
    this.socket.on('data', reader);
  }
}
