/** What a mail server is told: a password, or an access token by SASL XOAUTH2 or OAUTHBEARER (RFC 7628). */
export type Login =
  | { readonly user: string; readonly password: string }
  | { readonly user: string; readonly accessToken: string };

/** How one account logs in. */
export interface Credentials {
  /**
   * Rejects with GatewayError: `bad-credentials` when the user must act, `network-unreachable` (retryable) when the
   * provider cannot be asked.
   * @param renew the server has refused the access token that it was given last
   */
  login(renew?: boolean): Promise<Login>;
  /** The registration ends: gives back to the provider what it has given, as far as it takes it. Never rejects. */
  revoke(): Promise<void>;
}
