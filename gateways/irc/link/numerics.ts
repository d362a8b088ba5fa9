import { type ErrorCode, GatewayError } from '../../../src/gateway/error.js';
import { plainText } from '../text/format.js';

/** Error replies that say why a request was refused (RFC 1459 §6.1, and what servers have added). */
const codes: Readonly<Record<string, ErrorCode>> = {
  '263': 'limit', // RPL_TRYAGAIN
  '401': 'not-found',
  '402': 'not-found',
  '403': 'not-found',
  '404': 'forbidden',
  '405': 'limit',
  '406': 'not-found',
  '407': 'limit',
  '411': 'bad-address',
  '412': 'unsupported',
  '413': 'bad-address',
  '415': 'bad-address',
  '421': 'unsupported',
  '432': 'nick-invalid',
  '433': 'nick-in-use',
  '436': 'nick-in-use',
  '437': 'nick-in-use',
  '438': 'limit',
  '439': 'limit',
  '441': 'not-found',
  '442': 'not-joined',
  '443': 'forbidden',
  '447': 'forbidden',
  '461': 'unsupported',
  '467': 'forbidden',
  '470': 'forbidden',
  '471': 'full',
  '472': 'unsupported',
  '473': 'invite-only',
  '474': 'banned',
  '475': 'password-required',
  '476': 'bad-address',
  '477': 'registered-only',
  '478': 'limit',
  '479': 'bad-address',
  '480': 'forbidden',
  '481': 'forbidden',
  '482': 'forbidden',
  '484': 'forbidden',
  '485': 'forbidden',
  '486': 'registered-only',
  '489': 'forbidden',
  '494': 'forbidden',
  '495': 'limit',
  '496': 'forbidden',
  '497': 'forbidden',
  '499': 'forbidden',
  '500': 'limit',
  '501': 'unsupported',
  '502': 'forbidden',
  '519': 'forbidden',
  '520': 'forbidden',
  '531': 'forbidden',
  '696': 'unsupported',
  '697': 'forbidden',
  '698': 'unsupported',
  '716': 'forbidden',
  '974': 'forbidden',
};

/** A mask, a list or a channel forwarded elsewhere are reasons to a user; the server's own words go with it. */
export function errorOf(numeric: string, words: string): GatewayError | undefined {
  const code = codes[numeric];
  if (code === undefined) return undefined;
  return new GatewayError(code, { key: 'irc-refused', args: { answer: plainText(words), numeric } });
}

/** ERR_UNAVAILRESOURCE (437) stands for a nick or for a channel. */
export function joinErrorOf(numeric: string, words: string): GatewayError | undefined {
  if (numeric === '437')
    return new GatewayError(
      'network-unreachable',
      { key: 'irc-refused', args: { answer: plainText(words), numeric } },
      'not-sent',
      true,
    );
  return errorOf(numeric, words);
}

/** Refusals of a nick. */
export function isNickRefusal(numeric: string): boolean {
  return numeric === '432' || numeric === '433' || numeric === '436' || numeric === '437';
}
