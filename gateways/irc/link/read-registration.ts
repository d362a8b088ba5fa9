import { GatewayError } from '../../../src/gateway/error.js';
import { plainText } from '../text/format.js';
import { type Frame, paramsOf } from '../wire/line.js';
import { saslError } from './failure.js';
import type { Link } from './link.js';
import { errorOf, isNickRefusal } from './numerics.js';

/** A line that comes before the server has let us in, or with its greeting. */
export function readRegistration(link: Link, frame: Frame, raw: string): void {
  const { command } = frame;
  const params = paramsOf(frame);
  const words = params.at(-1) ?? '';
  if (!link.welcomed && isNickRefusal(command)) {
    const error = errorOf(command, words);
    if (error !== undefined) link.nickRefused(command, error);
    return;
  }
  switch (command) {
    case '900':
    case '903':
      link.authenticated = true;
      break;
    case '464':
      link.fail(refusedWith('bad-credentials', words));
      return;
    case '465':
    case '466':
      link.fail(refusedWith('banned', words));
      return;
    case 'ERROR':
      link.lastWords = plainText(words);
      return;
    case '001':
      if (params[0] !== undefined && params[0] !== '') link.nick = params[0];
      link.welcomed = true;
      link.wire?.urgent('PING :isthmus-ready');
      break;
    default:
      break;
  }
  link.registration?.line(raw);
  if (link.registration?.saslFailure !== undefined) {
    link.fail(saslError(link.registration.saslFailure));
    return;
  }
  if (command === '376' || command === '422') link.ready();
}

function refusedWith(code: 'bad-credentials' | 'banned', words: string): GatewayError {
  return new GatewayError(code, { key: 'irc-refused', args: { answer: plainText(words), numeric: '' } });
}
