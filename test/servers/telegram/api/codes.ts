import { randomInt } from 'node:crypto';
import { Api } from 'telegram';
import { post } from '../world/posting.js';
import type { CodeWay } from '../world/world.js';
import { type Call, refuse } from './call.js';
import { digits, migrate } from './login.js';

/** Codes asked for one after the other until the number has to wait. */
const MAX_SENT = 5;
/** Seconds after which a code may be asked for in another way. */
const TIMEOUT = 60;
const LENGTH = 5;

/** Sends a code; `again`: by the next way. @throws {RpcFailure} */
export function sendCode(phoneNumber: string, call: Call, again = false): Api.auth.SentCode {
  const { server } = call;
  const number = digits(phoneNumber);
  if (!/^\d{7,15}$/.test(number)) refuse('PHONE_NUMBER_INVALID');
  const person = server.world.byPhone(number);
  if (person?.banned) refuse('PHONE_NUMBER_BANNED');
  if (person) migrate(person, call, 'PHONE');
  const before = server.codes.get(number);
  if ((before?.sent ?? 0) >= MAX_SENT) refuse('PHONE_NUMBER_FLOOD');
  const sent = {
    code: String(randomInt(10 ** (LENGTH - 1), 10 ** LENGTH)),
    // A way further for the same login.
    hash: again && before ? before.hash : randomInt(2 ** 47).toString(36),
    ...{ expired: false, wrong: 0, sent: (before?.sent ?? 0) + 1 },
  };
  server.codes.set(number, sent);
  server.doings.emit('code', number, sent.code);
  const way = again || !person ? 'sms' : person.codesBy;
  const elsewhere = [...server.world.authorisations.values()].some((one) => one.person === person);
  if (way === 'app' && person && elsewhere)
    post(server, server.world.service, person, {
      text: `Login code: ${sent.code}. Do not give this code to anyone, even if they say they are from Telegram!`,
    });
  return new Api.auth.SentCode({
    ...{ type: typeOf(way), phoneCodeHash: sent.hash, timeout: TIMEOUT },
    nextType: way === 'sms' ? new Api.auth.CodeTypeCall() : new Api.auth.CodeTypeSms(),
  });
}

function typeOf(way: CodeWay): Api.auth.TypeSentCodeType {
  const length = LENGTH;
  switch (way) {
    case 'app':
      return new Api.auth.SentCodeTypeApp({ length });
    case 'sms':
      return new Api.auth.SentCodeTypeSms({ length });
    case 'call':
      return new Api.auth.SentCodeTypeCall({ length });
    case 'flash-call':
      return new Api.auth.SentCodeTypeFlashCall({ pattern: '*' });
    case 'missed-call':
      return new Api.auth.SentCodeTypeMissedCall({ prefix: '+49', length });
    case 'email':
      return new Api.auth.SentCodeTypeEmailCode({ emailPattern: 'a***e@example.org', length });
    case 'fragment':
      return new Api.auth.SentCodeTypeFragmentSms({ url: 'https://fragment.example', length });
  }
}
