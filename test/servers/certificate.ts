import { run, type Workspace } from './process.js';

/** Files of a self-signed certificate. */
export interface Certificate {
  /** PEM certificate; also the CA file that a client must trust. */
  readonly certPath: string;
  /** PEM private key. */
  readonly keyPath: string;
}

const VALID_DAYS = '2';

/** Makes a self-signed certificate, for `localhost` and 127.0.0.1 unless told otherwise, in the workspace, with the openssl command. */
export async function createCertificate(
  workspace: Workspace,
  names = 'DNS:localhost,IP:127.0.0.1',
): Promise<Certificate> {
  const certPath = workspace.file('cert.pem');
  const keyPath = workspace.file('key.pem');
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', VALID_DAYS],
    ...['-subj', '/CN=localhost', '-addext', `subjectAltName=${names}`],
    ...['-keyout', keyPath, '-out', certPath],
  ]);
  return { certPath, keyPath };
}

/** Writes the standard Diffie-Hellman group ffdhe2048 (RFC 7919), which spares a server making its own. */
export async function createDhParameters(workspace: Workspace): Promise<string> {
  const path = workspace.file('dh.pem');
  await run('openssl', [
    ...['genpkey', '-genparam', '-algorithm', 'DH', '-pkeyopt', 'group:ffdhe2048', '-out', path],
  ]);
  return path;
}
