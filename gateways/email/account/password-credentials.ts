import type { Credentials, Login } from './credentials.js';

/** A password stays what it is until the user gives another. */
export class PasswordCredentials implements Credentials {
  constructor(
    private readonly user: string,
    private readonly password: string,
  ) {}

  async login(): Promise<Login> {
    return { user: this.user, password: this.password };
  }

  /** There is nothing to give back. */
  async revoke(): Promise<void> {}
}
