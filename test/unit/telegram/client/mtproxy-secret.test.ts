import { describe, expect, it } from 'vitest';
import { parseMtproxySecret } from '../../../../gateways/telegram/client/mtproxy-secret.js';

const KEY = '00112233445566778899aabbccddeeff';
const key = Buffer.from(KEY, 'hex');
const domain = Buffer.from('www.example.org').toString('hex');

describe('the secret of an MTProxy', () => {
  it.each([
    ['plain', KEY, { key }],
    ['plain, in base64url', key.toString('base64url'), { key }],
    ['padded', `dd${KEY}`, { key }],
    ['padded, in capitals', `DD${KEY.toUpperCase()}`, { key }],
    ['fake TLS', `ee${KEY}${domain}`, { key, domain: 'www.example.org' }],
    [
      'fake TLS, in base64url',
      Buffer.from(`ee${KEY}${domain}`, 'hex').toString('base64url'),
      { key, domain: 'www.example.org' },
    ],
  ])('is read: %s', (_name, text, secret) => {
    expect(parseMtproxySecret(text)).toEqual(secret);
  });

  it.each([
    '',
    'secret',
    KEY.slice(2),
    `aa${KEY}`,
    `ee${KEY}`,
    `ee${KEY}0a0d`,
    `ee${KEY}${'61'.repeat(200)}`,
  ])('is none: %s', (text) => {
    expect(parseMtproxySecret(text)).toBeUndefined();
  });
});
