import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClientConfig } from '../../../../gateways/email/account/discovery/client-config.js';

const file = (servers: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<!-- as hosts write them -->
<clientConfig version="1.1"><emailProvider id="example.org"><domain>example.org</domain>${servers}
</emailProvider></clientConfig>`;
const server = (kind: 'imap' | 'smtp' | 'pop3', more: Readonly<Record<string, string>> = {}): string => {
  const values = {
    hostname: `${kind}.example.org`,
    port: kind === 'smtp' ? '465' : '993',
    socketType: 'SSL',
    username: '%EMAILADDRESS%',
    authentication: 'password-cleartext',
    ...more,
  };
  const element = kind === 'smtp' ? 'outgoingServer' : 'incomingServer';
  const inner = Object.entries(values).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<${element} type="${kind}">${inner.join('\n')}</${element}>`;
};
const read = (xml: string) => readClientConfig(xml, 'alice@example.org');

describe('configuration files of mail domains', () => {
  it('reads the first IMAP and SMTP server that speak TLS, and fills in the user', () => {
    const xml = file(
      server('pop3') +
        server('imap', { hostname: 'old.example.org', port: '143', socketType: 'plain' }) +
        server('imap', { username: '%EMAILLOCALPART%' }) +
        server('imap', { hostname: 'second.example.org' }) +
        server('smtp', { hostname: 'Mail.%EMAILDOMAIN%', port: '587', socketType: 'STARTTLS' }),
    );
    expect(read(xml)).toEqual({
      imap: { host: 'imap.example.org', port: 993, security: 'tls' },
      smtp: { host: 'mail.example.org', port: 587, security: 'starttls' },
      user: 'alice',
    });
  });

  it.each([
    ['no SMTP server', file(server('imap'))],
    ['no encryption', file(server('imap', { socketType: 'plain' }) + server('smtp'))],
    ['a host that is none', file(server('imap', { hostname: 'a b/../etc' }) + server('smtp'))],
    ['a host with a port', file(server('imap', { hostname: 'imap.example.org:22' }) + server('smtp'))],
    ['a port that is none', file(server('imap', { port: '99999' }) + server('smtp'))],
    ['a placeholder that is not known', file(server('imap', { username: '%REALNAME%' }) + server('smtp'))],
    ['a page', '<!DOCTYPE html><html><body>Not found</body></html>'],
    [
      'a document type declaration',
      file(server('imap') + server('smtp')).replace('<!--', '<!DOCTYPE x [<!ENTITY a "b">]><!--'),
    ],
    ['an entity', file(server('imap', { hostname: '&host;' }) + server('smtp'))],
    ['an end that is missing', file(server('imap') + server('smtp')).slice(0, -20)],
    ['too many levels', file(`${'<a>'.repeat(50)}${'</a>'.repeat(50)}${server('imap')}${server('smtp')}`)],
    ['nothing', ''],
  ])('finds nothing in %s', (_, xml) => {
    expect(read(xml)).toBeUndefined();
  });

  it('never throws, and names plain hosts and ports only', () => {
    const pieces = fc.constantFrom(
      ...[
        '<clientConfig>',
        '<emailProvider>',
        '</emailProvider>',
        '</clientConfig>',
        server('imap'),
        server('smtp'),
      ],
      ...[
        '<hostname>',
        '</hostname>',
        '&amp;',
        '&#0;',
        '&#x41;',
        '<![CDATA[',
        ']]>',
        '%EMAILADDRESS%',
        '<?pi?>',
      ],
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string())), (parts) => {
        for (const xml of [parts.join(''), file(parts.join(''))]) {
          const found = read(xml);
          for (const { host, port } of found ? [found.imap, found.smtp] : []) {
            expect(host).toMatch(/^[a-z0-9.-]+$/);
            expect(port).toBeGreaterThan(0);
          }
        }
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (hostname, username) => {
        read(file(server('imap', { hostname, username }) + server('smtp', { hostname })));
      }),
    );
  });
});
