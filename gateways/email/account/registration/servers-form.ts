import type { Field, Form, FormValues } from '../../../../src/gateway/form.js';
import type { Text } from '../../../../src/gateway/text.js';
import { type MailServer, security } from '../../mail/server-options.js';
import { text } from './registration-form.js';

/** Servers as a user says them, or as they were found. */
export interface SaidServers {
  readonly imap: MailServer;
  readonly smtp: MailServer;
  readonly user: string;
}

/** Nobody's password goes over a line that others read (S20): servers without TLS are the operator's to list. */
const OFFERED = ['tls', 'starttls'] as const;
const IMAP_PORT = 993;
const SMTP_PORT = 465;

/** Second stage, where the servers are not found, not sure, or asked for; never with the password of the first. */
export function serversForm(known: Partial<SaidServers>, instructions: Text): Form {
  return {
    title: { key: 'email-servers-title' },
    instructions,
    fields: [
      ...server('imap', known.imap, IMAP_PORT, [
        { key: 'email-field-imap' },
        { key: 'email-field-imap-port' },
        { key: 'email-field-imap-security' },
      ]),
      ...server('smtp', known.smtp, SMTP_PORT, [
        { key: 'email-field-smtp' },
        { key: 'email-field-smtp-port' },
        { key: 'email-field-smtp-security' },
      ]),
      text('user', known.user, { key: 'email-field-user' }),
      { name: 'password', type: 'secret', label: { key: 'email-field-password-again' } },
    ],
  };
}

function server(
  name: 'imap' | 'smtp',
  known: MailServer | undefined,
  port: number,
  [host, portLabel, securityLabel]: readonly [Text, Text, Text],
): readonly Field[] {
  const chosen = OFFERED.find((offered) => offered === known?.security) ?? 'tls';
  return [
    { ...text(name, known?.host, host), required: true },
    { ...text(`${name}-port`, String(known?.port ?? port), portLabel), required: true },
    {
      name: `${name}-security`,
      type: 'choice',
      label: securityLabel,
      value: chosen,
      options: [
        { value: 'tls', label: { key: 'email-security-tls' } },
        { value: 'starttls', label: { key: 'email-security-starttls' } },
      ],
    },
  ];
}

/** What was typed, or what is wrong with it. */
export function readServers(values: FormValues, address: string): SaidServers | { readonly problem: Text } {
  const imap = readServer(values, 'imap', IMAP_PORT);
  const smtp = readServer(values, 'smtp', SMTP_PORT);
  if (!imap || !smtp) return { problem: { key: 'email-bad-server' } };
  const user = (values.user ?? '').trim();
  return { imap, smtp, user: user === '' ? address : user };
}

function readServer(values: FormValues, name: 'imap' | 'smtp', usual: number): MailServer | undefined {
  const host = (values[name] ?? '').trim().toLowerCase();
  const typed = (values[`${name}-port`] || String(usual)).trim();
  const port = /^\d{1,5}$/.test(typed) ? Number(typed) : 0;
  const protection = security.safeParse(values[`${name}-security`] || 'tls');
  const whole = port > 0 && port < 65_536;
  if (!/^[a-z0-9.:-]{1,253}$/.test(host) || !whole || !protection.success || protection.data === 'none')
    return undefined;
  return { host, port, security: protection.data };
}
