import { chmodSync } from 'node:fs';
import { type GatewayProcess, startGateway } from '../../client/gateway-process.js';
import { XmppClient } from '../../client/xmpp-client.js';
import { type Dovecot, startDovecot } from '../../servers/dovecot.js';
import { type OAuthProvider, startOAuthProvider } from '../../servers/oauth-provider.js';
import { type Postfix, startPostfix } from '../../servers/postfix.js';
import { createWorkspace, freePort, LOOPBACK } from '../../servers/process.js';
import { startProsody } from '../../servers/prosody.js';

const SECRET = 'stage-secret';
/** The gateway's own domain in XMPP. */
export const DOMAIN = 'email.localhost';
/** Of the mailboxes. */
export const HOUSE = 'house.test';

/** A real XMPP server, the built gateway, and a provider: Dovecot, Postfix and a login page. */
export interface RegistrationStage {
  readonly gateway: GatewayProcess;
  readonly dovecot: Dovecot;
  readonly postfix: Postfix;
  readonly provider: OAuthProvider;
  /** Logs in a local user; the password is the name. */
  user(name: string): Promise<XmppClient>;
}

/** Starts everything. Whatever it started dies with the test run. */
export async function registrationStage(): Promise<RegistrationStage> {
  const [httpPort, authPort, closedPort] = [await freePort(), await freePort(), await freePort()];
  const publicUrl = `http://${LOOPBACK}:${httpPort}`;
  const provider = await startOAuthProvider({
    clientSecret: 'client-SECRET',
    redirects: [`${publicUrl}/hooks/${DOMAIN}/oauth/callback`],
  });
  const workspace = createWorkspace('dovecot-oauth');
  const tokens = workspace.write(
    'oauth2.conf',
    `tokeninfo_url = ${provider.introspection}\nusername_attribute = email\nactive_attribute =\nactive_value =\n`,
  );
  // Dovecot is another user.
  chmodSync(workspace.path, 0o755);
  chmodSync(tokens, 0o644);
  const users = ['alice', 'bob', 'carol', 'dave', 'erin'].map((name) => ({
    name: `${name}@${HOUSE}`,
    password: `${name}-PASSWORD`,
  }));
  const names = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];
  const dovecot = await startDovecot({
    users,
    extraConfig: `
service auth {
  inet_listener {
    address = ${LOOPBACK}
    port = ${authPort}
  }
}
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${tokens}
}
`,
  });
  const [server, postfix] = await Promise.all([
    startProsody({
      components: [{ domain: DOMAIN, secret: SECRET }],
      users: names.map((name) => ({ name, password: name })),
    }),
    startPostfix({ authPort, mailboxes: { domain: HOUSE, lmtpPort: dovecot.lmtpPort } }),
  ]);
  const imap = { host: 'localhost', port: dovecot.imapsPort, security: 'tls', caFile: dovecot.caPath };
  const smtp = {
    ...{ host: 'localhost', port: postfix.submissionPort, security: 'starttls' },
    caFile: postfix.certificate.certPath,
  };
  const { authorization, token, issuer, device, revocation } = provider;
  const oauth = { clientId: 'isthmus', clientSecret: 'client-SECRET', token, scopes: ['mail'] };
  const gateway = await startGateway({
    config: {
      xmpp: { domain: server.domain, host: server.host, port: server.componentPort },
      http: { enabled: true, host: LOOPBACK, port: httpPort, publicUrl },
      components: [
        {
          ...{ domain: DOMAIN, network: 'email', secret: SECRET },
          options: {
            accounts: {
              discovery: { timeoutMs: 2_000, connectMs: 1_000 },
              providers: {
                house: {
                  ...{ domains: [HOUSE], imap, smtp },
                  oauth: { ...oauth, authorization, issuer, revocation },
                },
                paired: { ...{ domains: ['paired.test'], imap, smtp }, oauth: { ...oauth, device } },
                closed: { domains: ['closed.test'], imap: { ...imap, port: closedPort }, smtp },
              },
            },
          },
        },
      ],
    },
  });
  return {
    ...{ gateway, dovecot, postfix, provider },
    user: (name) => XmppClient.connect({ server, name, password: name, resource: 'phone' }),
  };
}
