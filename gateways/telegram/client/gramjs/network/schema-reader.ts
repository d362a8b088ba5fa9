import { gunzipSync } from 'node:zlib';
import bigInt from 'big-integer';
import type { Api } from 'telegram';
import { tlobjects } from 'telegram/tl/AllTLObjects.js';

const VECTOR = 0x1cb5c415;
const TRUE = 0x997275b5;
const FALSE = 0xbc799737;
const GZIP_PACKED = 0x3072cfa1;
/** No answer is larger once unpacked; a part of a file has half a MiB. */
const MAX_UNPACKED = 2 ** 25;
/** Objects inside of objects. */
const MAX_DEPTH = 64;
/** Bytes of an int256, the longest thing without a length of its own. */
const LONGEST_FIXED = 32;
/** Reads beyond the end before it is taken for a list that says to have millions of elements. */
const MOST_MISSING = 100_000;

/** The bytes are no object of the schema. */
export class SchemaError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SchemaError';
  }
}

/** Reads one object. @throws {SchemaError} */
export function readObject(bytes: Buffer): unknown {
  return read(bytes, (reader) => reader.tgReadObject());
}

/** Reads what a request was answered with. @throws {SchemaError} */
export function readResult(request: Api.AnyRequest, bytes: Buffer): unknown {
  const { readResult: reading } = request as unknown as { readResult(reader: SchemaReader): unknown };
  return read(bytes, (reader) => reading.call(request, reader));
}

/** The bytes behind gzip_packed; others as they are. @throws {SchemaError} */
export function unpacked(bytes: Buffer): Buffer {
  if (bytes.length < 8 || bytes.readUInt32LE() !== GZIP_PACKED) return bytes;
  const reader = new SchemaReader(bytes.subarray(4));
  const packed = reader.tgReadBytes();
  reader.verify();
  try {
    return gunzipSync(packed, { maxOutputLength: MAX_UNPACKED });
  } catch {
    throw new SchemaError('what was packed cannot be unpacked');
  }
}

function read(bytes: Buffer, how: (reader: SchemaReader) => unknown): unknown {
  const reader = new SchemaReader(unpacked(bytes));
  const value = how(reader);
  reader.verify();
  return value;
}

/**
 * Reads for the classes of the library's schema, in the place of its own reader. Nothing here throws before the end:
 * the library marks in its schema, for the whole process, that it is inside of a list, and an error out of there
 * would leave every later list of that kind unreadable for all accounts. Names are those that the classes call.
 */
class SchemaReader {
  #at = 0;
  #wrong: string | undefined;
  #depth = 0;
  #missing = 0;
  /** What was read last is the name of a list. */
  #listed = false;

  constructor(private readonly bytes: Buffer) {}

  /** @throws {SchemaError} when something that was read was not there */
  verify(): void {
    if (this.#wrong !== undefined) throw new SchemaError(this.#wrong);
  }

  readInt(signed = true): number {
    const value = signed ? this.#take(4).readInt32LE() : this.#take(4).readUInt32LE();
    // Behind the name of a list stands its length, and no element is shorter than four bytes.
    const tooLong = this.#listed && (value < 0 || value > (this.bytes.length - this.#at) / 4);
    this.#listed = value === VECTOR;
    if (!tooLong) return value;
    this.#fail(`a list of ${value}`);
    return 0;
  }

  readLong(): bigInt.BigInteger {
    return bigInt(this.#take(8).readBigInt64LE());
  }

  readLargeInt(bits: number, signed = true): bigInt.BigInteger {
    const bytes = this.#take(bits / 8);
    let value = 0n;
    for (let index = bytes.length - 1; index >= 0; index -= 1)
      value = (value << 8n) | BigInt(bytes[index] ?? 0);
    return bigInt(signed ? BigInt.asIntN(bits, value) : value);
  }

  readDouble(): number {
    return this.#take(8).readDoubleLE();
  }

  read(length?: number): Buffer {
    return this.#take(length ?? this.bytes.length - this.#at);
  }

  tgReadBytes(): Buffer {
    const [first = 0] = this.#take(1);
    const long = first === 254;
    const length = long ? this.#take(3).readUIntLE(0, 3) : first;
    const value = this.#take(length);
    this.#take((4 - (((long ? 4 : 1) + length) % 4)) % 4);
    return value;
  }

  tgReadString(): string {
    return this.tgReadBytes().toString('utf8');
  }

  tgReadBool(): boolean {
    const value = this.readInt(false);
    if (value !== TRUE && value !== FALSE) this.#fail('neither yes nor no');
    return value === TRUE;
  }

  tgReadObject(): unknown {
    const id = this.readInt(false);
    if (id === VECTOR) return Array.from({ length: this.readInt() }, () => this.tgReadObject());
    if (id === TRUE || id === FALSE) return id === TRUE;
    const type = tlobjects[id] as { fromReader(reader: SchemaReader): unknown } | undefined;
    if (!type || this.#depth >= MAX_DEPTH) this.#fail(`0x${id.toString(16)} is not known`);
    if (!type || this.#wrong !== undefined) return undefined;
    this.#depth += 1;
    try {
      return type.fromReader(this);
    } catch (error) {
      // Some classes check what they are made of.
      this.#fail(String(error));
      return undefined;
    } finally {
      this.#depth -= 1;
    }
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (this.#wrong === undefined && end <= this.bytes.length) {
      const taken = this.bytes.subarray(this.#at, end);
      this.#at = end;
      return taken;
    }
    this.#fail('the object ends too early');
    this.#missing += 1;
    if (this.#missing > MOST_MISSING) throw new SchemaError('a list without end');
    return Buffer.alloc(Math.min(length, LONGEST_FIXED));
  }

  #fail(what: string): void {
    this.#wrong ??= what;
    this.#at = this.bytes.length;
  }
}
