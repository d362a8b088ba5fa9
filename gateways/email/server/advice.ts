import { readFileSync } from 'node:fs';
import type { Advice } from '../account/advice.js';
import type { EmailOptions } from '../options.js';
import { dkimRecord, readDkimKey } from '../outbound/dkim/dkim-key.js';

/** Whether mail is signed, and what has to stand in DNS. */
export function domainAdvice({ domain }: EmailOptions): readonly Advice[] {
  if (domain === undefined) return [];
  const { name, dkim } = domain;
  if (dkim.length === 0)
    return [
      {
        text: `mail of ${name} is not signed (DKIM), so many servers take it for spam`,
        remedy: 'Set options.domain.dkim, or have your relay sign it; docs/email.md.',
      },
    ];
  return dkim.map(({ selector, keyFile }) => {
    try {
      const record = dkimRecord({ domain: name, selector, key: readDkimKey(readFileSync(keyFile)) });
      return { text: `DNS has to say: ${record.name}. TXT "${record.text}"` };
    } catch (error) {
      return {
        text: `the key in ${keyFile} cannot sign mail: ${error instanceof Error ? error.message : 'unknown'}`,
        remedy: 'Make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out FILE',
      };
    }
  });
}
