import { GatewayError } from '../../../src/gateway/error.js';
import type { ContactId } from '../../../src/gateway/ids.js';
import type { PeopleFacet, PersonFacts } from '../../../src/gateway/session.js';
import { isNickname } from '../address.js';
import type { IrcContext } from '../link/context.js';
import type { Link } from '../link/link.js';
import type { IrcSession } from '../session.js';
import { plainText } from '../text/format.js';

/** Lines a server may say about one person. */
const maxWhoisLines = 50;

const replies = new Set('301 307 310 311 312 313 317 319 320 330 335 338 344 378 379 671 276 672'.split(' '));

/** What WHOIS tells; `host` where the server shows it. */
export interface Whois extends PersonFacts {
  readonly host?: string;
}

/** What a server tells about a person. Rejects with GatewayError `not-found` for nobody. */
export async function whois(link: Link, nick: string, timeoutMs: number): Promise<Whois> {
  const subject = link.network.fold(nick);
  const answer = await link.ask(
    // Twice the nick asks the person's own server, which alone knows how long he has been idle.
    `WHOIS ${nick} ${nick}`,
    { verb: 'whois', key: `whois ${subject}`, replies, end: '318', subject, maxReplies: maxWhoisLines },
    timeoutMs,
  );
  if (answer.length === 0) throw new GatewayError('not-found', { key: 'irc-no-such-nick' });
  return toFacts(answer);
}

/** Replies of WHOIS, numeric first, as facts; unknown ones in the server's own words. */
function toFacts(answer: readonly (readonly string[])[]): Whois {
  const lines: string[] = [];
  let facts: Omit<Whois, 'lines'> = {};
  for (const [numeric, , , ...rest] of answer) {
    const last = plainText(rest.at(-1) ?? '');
    switch (numeric) {
      case '311':
        facts = { ...facts, name: last, ...(rest[1] === undefined ? {} : { host: rest[1] }) };
        lines.push(`${rest[0] ?? ''}@${rest[1] ?? ''}`);
        break;
      case '317': {
        const idle = Number(rest[0]);
        if (Number.isSafeInteger(idle) && idle >= 0) facts = { ...facts, idleSeconds: idle };
        break;
      }
      case '301':
        facts = { ...facts, away: last };
        break;
      case '312':
        lines.push(`${rest[0] ?? ''} (${last})`);
        break;
      case '330':
        lines.push(`${last} ${rest[0] ?? ''}`);
        break;
      default:
        if (last !== '') lines.push(last);
    }
  }
  return { ...facts, lines };
}

/** Questions about people, by WHOIS. */
export class IrcPeople implements PeopleFacet {
  readonly #session: IrcSession;
  readonly #context: IrcContext;

  constructor(session: IrcSession, context: IrcContext) {
    this.#session = session;
    this.#context = context;
  }

  async describe(contact: ContactId): Promise<PersonFacts> {
    const { name, server } = this.#context.codec.split(contact);
    // Asking must not open connections: whoever is not there learns nothing (F04).
    const link = this.#session.existingLink(server);
    if (link === undefined || !isNickname(name))
      throw new GatewayError('network-unreachable', { key: 'irc-not-connected', args: { server } });
    const { host: _, ...facts } = await whois(link, name, this.#context.options.timeouts.queryMs);
    return facts;
  }
}
