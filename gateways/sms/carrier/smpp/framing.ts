/** The stream cannot be cut into PDUs any more: the connection must be made anew. */
export class FramingError extends Error {}

const lengthBytes = 4;
/** The header: command_length, command_id, command_status, sequence_number (SMPP 3.4 §3.2). */
export const headerBytes = 16;
/** Longest PDU that the codec of the smpp package decodes. */
export const maxPduBytes = 16_384;

/** Cuts the byte stream into PDUs; never holds more than one incomplete PDU. */
export class FrameReader {
  readonly #length = Buffer.alloc(lengthBytes);
  #lengthFilled = 0;
  #frame: Buffer | undefined;
  #filled = 0;

  /**
   * Takes bytes in and gives the complete PDUs.
   * @throws {FramingError} when a command_length is impossible; the PDUs before it have been given to `each`.
   */
  push(chunk: Buffer, each: (frame: Buffer) => void): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#frame === undefined) offset += this.#readLength(chunk, offset);
      const frame = this.#frame;
      if (frame === undefined) continue;
      const copied = chunk.copy(frame, this.#filled, offset);
      offset += copied;
      this.#filled += copied;
      if (this.#filled < frame.length) continue;
      this.#frame = undefined;
      each(frame);
    }
  }

  #readLength(chunk: Buffer, offset: number): number {
    const copied = chunk.copy(this.#length, this.#lengthFilled, offset);
    this.#lengthFilled += copied;
    if (this.#lengthFilled < lengthBytes) return copied;
    this.#lengthFilled = 0;
    const length = this.#length.readUInt32BE(0);
    if (length < headerBytes || length > maxPduBytes)
      throw new FramingError(`command_length ${length} is impossible`);
    this.#frame = Buffer.alloc(length);
    this.#length.copy(this.#frame);
    this.#filled = lengthBytes;
    return copied;
  }
}
