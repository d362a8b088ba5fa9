import { AuthorizationResponseError, ResponseBodyError } from 'oauth4webapi';

/** What a provider said: an error code of RFC 6749 §5.2, RFC 8628 §3.5; undefined: it could not be asked. */
export function oauthError(error: unknown): string | undefined {
  return error instanceof ResponseBodyError || error instanceof AuthorizationResponseError
    ? error.error
    : undefined;
}

/** For the log: no tokens, no codes, which texts of providers may quote. */
export function oauthReason(error: unknown): string {
  const said = oauthError(error);
  if (said !== undefined) return said.slice(0, 60);
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
