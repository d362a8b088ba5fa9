/** RFC 1459 §2.3.1: at most 15 parameters. */
const maxParams = 15;

/** Where the parts of a line lie, found without making any of them. */
export interface Frame {
  /** The line without tags and without leading spaces. */
  body: string;
  /** Raw tags, without `@`; empty when there are none. */
  tags: string;
  /** End of the prefix in `body`; 0 when there is none. */
  prefixEnd: number;
  command: string;
  /** Where the parameters start in `body`. */
  paramsAt: number;
}

/** Finds the parts of a line; undefined for what is no message. Reuses `into` to make no garbage. */
export function frame(line: string, into: Frame): Frame | undefined {
  let body = line;
  into.tags = '';
  if (body.charCodeAt(0) === 64) {
    const end = body.indexOf(' ');
    if (end < 0) return undefined;
    into.tags = body.slice(1, end);
    body = body.slice(skipSpaces(body, end));
  }
  let at = 0;
  into.prefixEnd = 0;
  if (body.charCodeAt(0) === 58) {
    const end = body.indexOf(' ');
    if (end < 2) return undefined;
    into.prefixEnd = end;
    at = skipSpaces(body, end);
  }
  const end = body.indexOf(' ', at);
  into.body = body;
  into.command = end < 0 ? body.slice(at) : body.slice(at, end);
  into.paramsAt = end < 0 ? body.length : skipSpaces(body, end);
  return into.command === '' ? undefined : into;
}

/** A frame to be filled. */
export function emptyFrame(): Frame {
  return { body: '', tags: '', prefixEnd: 0, command: '', paramsAt: 0 };
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 32) at++;
  return at;
}

/** The nick (or server name) of the prefix. */
export function nickOf(frame: Frame): string {
  if (frame.prefixEnd === 0) return '';
  const { body, prefixEnd } = frame;
  const mark = body.indexOf('!');
  if (mark > 0 && mark < prefixEnd) return body.slice(1, mark);
  const at = body.indexOf('@');
  return body.slice(1, at > 0 && at < prefixEnd ? at : prefixEnd);
}

/** `user@host` of the prefix; undefined for a server. */
export function userHostOf(frame: Frame): string | undefined {
  const mark = frame.body.indexOf('!');
  return mark > 0 && mark < frame.prefixEnd ? frame.body.slice(mark + 1, frame.prefixEnd) : undefined;
}

/** Parameters from `frame.paramsAt` on. */
export function paramsOf(frame: Frame): string[] {
  const { body } = frame;
  const params: string[] = [];
  let at = frame.paramsAt;
  while (at < body.length) {
    if (body.charCodeAt(at) === 58) {
      params.push(body.slice(at + 1));
      break;
    }
    if (params.length === maxParams - 1) {
      params.push(body.slice(at));
      break;
    }
    const end = body.indexOf(' ', at);
    if (end < 0) {
      params.push(body.slice(at));
      break;
    }
    params.push(body.slice(at, end));
    at = skipSpaces(body, end);
  }
  return params;
}

/** `time` of server-time (IRCv3), in UTC milliseconds. */
export function serverTimeOf(tags: string): number | undefined {
  const match = /(?:^|;)(?:time|znc\.in\/server-time-iso)=([^;]*)/.exec(tags);
  if (match?.[1] === undefined) return undefined;
  const time = Date.parse(match[1]);
  return Number.isNaN(time) ? undefined : time;
}
