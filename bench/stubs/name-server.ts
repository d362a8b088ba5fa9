import { createSocket } from 'node:dgram';

const HEADER = 12;
const TXT = 16;
const INTERNET = 1;
const TTL_SECONDS = 300;
const ANSWER = 0x8580;
const NO_SUCH_NAME = 3;
/** A text is made of strings of so many bytes (RFC 1035 §3.3.14). */
const STRING_BYTES = 255;

/** Answers questions for TXT records; there is nothing else. Resolves with its port on 127.0.0.1. */
export function startNameServer(records: ReadonlyMap<string, string>): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => socket.send(answer(query, records), port, address));
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => resolve(socket.address().port));
  });
}

/** RFC 1035 §4. */
function answer(query: Buffer, records: ReadonlyMap<string, string>): Buffer {
  const labels: string[] = [];
  let at = HEADER;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const question = query.subarray(HEADER, at + 5);
  const isText = query.readUInt16BE(at + 1) === TXT;
  const name = labels.join('.').toLowerCase();
  const text = isText ? records.get(name) : undefined;
  const header = Buffer.alloc(HEADER);
  query.copy(header, 0, 0, 2);
  const known = [...records.keys()].some((key) => key === name || key.endsWith(`.${name}`));
  header.writeUInt16BE(ANSWER | (known ? 0 : NO_SUCH_NAME), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(text === undefined ? 0 : 1, 6);
  return Buffer.concat([header, question, ...(text === undefined ? [] : [record(text)])]);
}

function record(text: string): Buffer {
  const bytes = Buffer.from(text);
  const strings: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += STRING_BYTES) {
    const part = bytes.subarray(at, at + STRING_BYTES);
    strings.push(Buffer.from([part.length]), part);
  }
  const data = Buffer.concat(strings);
  const head = Buffer.alloc(HEADER);
  // The name of the question.
  head.writeUInt16BE(0xc000 | HEADER, 0);
  head.writeUInt16BE(TXT, 2);
  head.writeUInt16BE(INTERNET, 4);
  head.writeUInt32BE(TTL_SECONDS, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
