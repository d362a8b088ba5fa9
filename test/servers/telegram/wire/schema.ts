import { gunzipSync } from 'node:zlib';
import { Api } from 'telegram';
import { BinaryReader } from 'telegram/extensions/index.js';
import { tlInt } from './tl.js';

/** A request or an object in the client library's own schema. */
export interface TlObject {
  readonly className: string;
  readonly classType: string;
  getBytes(): Buffer;
}

/** What a request may be answered with. */
export type TlResult = TlObject | boolean | number | readonly (TlObject | number | bigint)[];

const VECTOR = 0x1cb5c415;
const TRUE = 0x997275b5;
const FALSE = 0xbc799737;
const GZIPPED = 0x3072cfa1;
/** Nothing that a client packs is larger. */
const MAX_UNPACKED = 2 ** 24;

/** Reads one object. @throws {Error} for what the schema does not know */
export function readObject(bytes: Buffer): TlObject {
  const object: unknown = new BinaryReader(bytes).tgReadObject();
  if (typeof object !== 'object' || object === null || !('getBytes' in object)) throw new Error('no object');
  return object as TlObject;
}

/** Bytes of an answer as they stand in an rpc_result. */
export function resultBytes(result: TlResult): Buffer {
  if (typeof result === 'boolean') return tlInt(result ? TRUE : FALSE);
  if (typeof result === 'number') return tlInt(result);
  if ('getBytes' in result) return result.getBytes();
  const items = result.map((item) => {
    if (typeof item === 'number') return tlInt(item);
    if (typeof item !== 'bigint') return item.getBytes();
    const long = Buffer.allocUnsafe(8);
    long.writeBigInt64LE(BigInt.asIntN(64, item));
    return long;
  });
  return Buffer.concat([tlInt(VECTOR), tlInt(items.length), ...items]);
}

/** The object inside gzip_packed; anything else as it is. */
export function unpacked(id: number, packed: () => Buffer, bytes: Buffer): Buffer {
  return id === GZIPPED ? gunzipSync(packed(), { maxOutputLength: MAX_UNPACKED }) : bytes;
}

/** An error that the client sees as RPCError. */
export class RpcFailure extends Error {
  constructor(
    readonly code: number,
    readonly text: string,
  ) {
    super(`${code} ${text}`);
  }

  toObject(): TlObject {
    return new Api.RpcError({ errorCode: this.code, errorMessage: this.text }) as unknown as TlObject;
  }
}
