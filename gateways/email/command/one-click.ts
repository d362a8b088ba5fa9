import { request } from 'undici';
import { guardedAgent, WAITING_BYTES } from '../account/discovery/documents.js';
import type { EmailContext } from '../context.js';
import { systemResolver } from '../mail/target.js';

const HTTPS_PORT = '443';

/**
 * Unsubscribes by the request of RFC 8058 §3.2, which has no cookies and follows nothing. Only to public servers (S21).
 * False when the other side did not take it.
 */
export async function oneClick({ options, environment }: EmailContext, link: string): Promise<boolean> {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  const plain = url?.protocol === 'https:' && url.username === '' && url.password === '';
  if (!plain || (url.port || HTTPS_PORT) !== HTTPS_PORT) return false;
  const { targets, software } = environment;
  if (!targets.mayResolve(url.hostname.replace(/^\[|\]$/g, ''))) return false;
  const { connectMs } = options.accounts.discovery;
  const dispatcher = guardedAgent({ targets, resolve: systemResolver, connectMs });
  try {
    const { statusCode, body } = await request(url, {
      dispatcher,
      highWaterMark: WAITING_BYTES,
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'user-agent': `${software.name}/${software.version}`,
      },
      body: 'List-Unsubscribe=One-Click',
    });
    // Whatever it says besides is for nobody.
    body.on('error', () => undefined).destroy();
    return statusCode >= 200 && statusCode < 300;
  } catch {
    return false;
  } finally {
    await dispatcher.destroy().catch(() => undefined);
  }
}
