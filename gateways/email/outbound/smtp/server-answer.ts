/** A reply of an SMTP server (RFC 5321 §4.2), made fit for a person to read. */
export interface ServerAnswer {
  /** Such as 550; undefined for what is no reply at all. */
  readonly code: number | undefined;
  /** RFC 3463, such as `5.1.1`; undefined where the server has none. */
  readonly status: string | undefined;
  /** The words on one line, without codes; empty where there are none. */
  readonly text: string;
}

const LINE = /^(?:(\d{3})[ -]?)?(?:([245]\.\d{1,3}\.\d{1,3})(?=\s|$))?(.*)$/s;
/** Of the words, in UTF-16 units: the rest helps nobody. */
const MAX_TEXT = 200;
/** Of an answer that is looked at at all. */
const MAX_ANSWER = 4_096;

/** Reads an answer of one or several lines; what it says is the server's word, bounded and without controls. */
export function readAnswer(response: string): ServerAnswer {
  const lines = response.slice(0, MAX_ANSWER).split(/\r?\n/);
  const parts = lines.map((line) => LINE.exec(line) ?? []);
  const code = parts[0]?.[1];
  const words = parts
    .map(([, , , text = '']) => text)
    .join(' ')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/\s+/g, ' ')
    .trim();
  return {
    code: code === undefined ? undefined : Number(code),
    status: parts.find(([, , status]) => status !== undefined)?.[2],
    text:
      words.length > MAX_TEXT ? `${words.slice(0, MAX_TEXT - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : words,
  };
}

/** What a server offers: the keywords of its answer to EHLO with their parameters (RFC 5321 §4.1.1.1). */
export function readExtensions(response: string): ReadonlyMap<string, string> {
  return new Map(
    response
      .slice(0, MAX_ANSWER)
      .split(/\r?\n/)
      .slice(1)
      .map((line) => {
        const [keyword = '', ...parameters] = line.slice(4).trim().split(/[ =]+/);
        return [keyword.toUpperCase(), parameters.join(' ')] as const;
      }),
  );
}
