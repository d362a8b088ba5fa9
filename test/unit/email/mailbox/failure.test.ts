import { describe, expect, it } from 'vitest';
import { commandFailure, failureText, loginFailure } from '../../../../gateways/email/mailbox/failure.js';

const refused = (response: string, more: object = {}) =>
  Object.assign(new Error('Command failed'), { authenticationFailed: true, response, ...more });
const coded = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more });

describe('why a login fails', () => {
  it.each([
    ['a wrong password', refused('3 NO [AUTHENTICATIONFAILED] Invalid credentials'), 'credentials'],
    [
      'a password of another kind',
      refused('NO [ALERT] Application-specific password required'),
      'credentials',
    ],
    ['no way to log in', new Error('Unsupported authentication mechanism'), 'credentials'],
    ['a store that is away', refused('NO [UNAVAILABLE] Temporary authentication failure'), 'busy'],
    ['too many connections', refused('NO [ALERT] Too many simultaneous connections. (Failure)'), 'busy'],
    ['a bound of the rate', refused('NO [LIMIT] Login rate'), 'busy'],
    ['a farewell for a greeting', coded('ClosedAfterConnectTLS', { reason: 'Too many connections' }), 'busy'],
    ['a connection lost in it', coded('NoConnection', { authenticationFailed: true }), 'lost'],
    ['nobody there', coded('ECONNREFUSED'), 'unreachable'],
    ['no greeting', coded('GREETING_TIMEOUT'), 'unreachable'],
    ['no TLS at all', coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'unreachable'],
    ['an expired certificate', coded('CERT_HAS_EXPIRED'), 'certificate'],
    ['a certificate of its own', coded('DEPTH_ZERO_SELF_SIGNED_CERT', { tlsFailed: true }), 'certificate'],
    ['the name of another', coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'certificate'],
    [
      'no STARTTLS',
      Object.assign(new Error('Server does not support STARTTLS'), { tlsFailed: true }),
      'insecure',
    ],
    ['words before the handshake', coded('STARTTLS_INJECTION', { tlsFailed: true }), 'insecure'],
    ['nothing that is an error', undefined, 'unreachable'],
  ])('%s', (_, error, kind) => {
    expect(loginFailure(error).kind).toBe(kind);
  });
});

describe('why a command fails', () => {
  it('is told by the code of the answer', () => {
    const section = [{ type: 'ATOM', value: 'OVERQUOTA' }];
    const response = { attributes: [{ type: 'ATOM', value: '', section }] };
    expect(commandFailure({ responseStatus: 'NO', responseText: 'full\r\n\0', response })).toMatchObject({
      kind: 'refused',
      code: 'OVERQUOTA',
      answer: 'full',
    });
    expect(commandFailure({ responseStatus: 'NO', mailboxMissing: true })).toMatchObject({
      kind: 'refused',
      code: 'NONEXISTENT',
    });
    expect(commandFailure({ responseStatus: 'BAD', response: 7 })).toMatchObject({
      kind: 'refused',
      code: '',
    });
    expect(commandFailure({ code: 'LiteralTooLarge' }).kind).toBe('garbage');
    expect(commandFailure({ code: 'ECONNRESET' }).kind).toBe('lost');
    expect(commandFailure(null).kind).toBe('lost');
  });

  it('S21 says nothing of servers that are not there but that they cannot be used', () => {
    const texts = ['ECONNREFUSED', 'EHOSTUNREACH', 'GREETING_TIMEOUT', 'CONNECT_TIMEOUT', 'ERR_SSL_X'].map(
      (code) => failureText(loginFailure(coded(code)), 'mail.example.test'),
    );
    for (const text of texts) expect(text).toEqual(texts[0]);
  });
});
