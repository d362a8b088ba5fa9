import { GatewayError } from '../../../src/gateway/error.js';
import type { AccountView } from '../../../src/gateway/gateway.js';
import { defaultPort, type IrcOptions } from '../options.js';
import { type Encoding, encodingFor } from '../wire/encoding.js';
import type { FloodLimits } from '../wire/outbox.js';
import { type Endpoint, mayDial } from '../wire/target-policy.js';
import { type ServerSettings, serverSettingsOf } from './settings.js';
import { addressIn } from './user-address.js';

/** Everything that operator and user say about one server. */
export interface ServerTarget {
  readonly endpoint: Endpoint;
  readonly encoding: Encoding;
  readonly flood: FloodLimits | undefined;
  /** The line by which the server learns where the user comes from (WEBIRC). */
  readonly webirc: string | undefined;
}

/**
 * Where a user's connection to `host` goes. The operator's word stands before the user's in what concerns a
 * listed server's port and TLS.
 * @throws GatewayError `forbidden` for a server that may not be reached from here (S21).
 */
export function serverTarget(
  options: IrcOptions,
  account: AccountView | undefined,
  host: string,
  settings: ServerSettings = serverSettingsOf(account, host),
): ServerTarget {
  const known = options.servers[host];
  const listed = known !== undefined || options.fixedServer === host;
  if (options.fixedServer !== undefined && options.fixedServer !== host) throw refused(host);
  if (!listed && !options.allowUnlistedServers) throw refused(host);
  const own =
    known?.userNetwork !== undefined && account
      ? addressIn(known.userNetwork, account.userAddress)
      : undefined;
  const webirc = own === undefined ? undefined : known?.webirc;
  const tls = known?.tls ?? settings.tls ?? true;
  const endpoint: Endpoint = {
    host,
    tls,
    port: known?.port ?? (known === undefined ? settings.port : undefined) ?? defaultPort(tls),
    verify: (known?.verifyCertificate ?? true) && (settings.verify ?? true),
    caFile: known?.caFile,
    listed,
    localAddress: webirc ? undefined : own,
  };
  if (!mayDial(endpoint, options.allowedPorts)) throw refused(host);
  return {
    endpoint,
    encoding: encodingFor(
      settings.encoding ?? known?.encoding,
      settings.outgoingEncoding ?? known?.outgoingEncoding,
    ),
    flood: floodOf(options, settings),
    webirc: webirc && `WEBIRC ${webirc.password} ${webirc.gateway} ${own} ${own}`,
  };
}

/** A user may be slower than the operator allows, never faster. */
function floodOf(options: IrcOptions, settings: ServerSettings): FloodLimits | undefined {
  if (options.flood === 'disabled') return undefined;
  return {
    linesPerSecond: Math.min(
      settings.linesPerSecond ?? Number.POSITIVE_INFINITY,
      options.flood.linesPerSecond,
    ),
    burst: Math.min(settings.burst ?? Number.POSITIVE_INFINITY, options.flood.burst),
  };
}

function refused(host: string): GatewayError {
  return new GatewayError('forbidden', { key: 'irc-server-not-allowed', args: { server: host } });
}
