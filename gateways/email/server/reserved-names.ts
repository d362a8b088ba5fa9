/** Names whose mail is for whoever runs the domain (RFC 2142 §4-5, RFC 5321 §4.5.1). */
const OPERATOR = new Set(['postmaster', 'abuse', 'hostmaster', 'webmaster', 'security', 'noc']);

/** Names that would let somebody speak for the domain, or get a certificate for it (CA/B BR §3.2.2.4.4). */
const OFFICIAL = new Set([
  ...['admin', 'administrator', 'root', 'support', 'info', 'help', 'mail', 'system', 'operator', 'staff'],
  ...['mailer-daemon', 'double-bounce', 'daemon', 'nobody', 'noreply', 'no-reply', 'donotreply'],
  ...[
    'bounce',
    'bounces',
    'bulk',
    'fbl',
    'dmarc',
    'tlsrpt',
    'spam',
    'sslmaster',
    'ssladmin',
    'ssladministrator',
  ],
  ...['usenet', 'news', 'www', 'ftp', 'uucp', 'sysadmin', 'webadmin', 'list', 'owner', 'gateway', 'isthmus'],
]);

/** Whether mail to that local part is for whoever runs the domain. */
export function isOperatorName(local: string): boolean {
  return OPERATOR.has(local);
}

/** Whether nobody can have that local part as an address of his own. */
export function isReservedName(local: string, more: readonly string[]): boolean {
  return OPERATOR.has(local) || OFFICIAL.has(local) || more.includes(local);
}
