import { Api } from 'telegram';
import { computeCheck } from 'telegram/Password.js';
import { type LoginStage, type QrLogin, TgError, type TgLogin } from '../client.js';
import type { TgClientOptions } from '../options.js';
import { toPerson } from './peers-to-model.js';
import type { Requests } from './requests.js';
import type { Session } from './session.js';

const MS = 1_000;
/** The account has a second factor. */
const PASSWORD_NEEDED = 'SESSION_PASSWORD_NEEDED';
/** How often a token may lead on to another data centre. */
const MOST_MOVES = 3;

/** Logging in (core.telegram.org/api/auth, /api/srp, /api/qr-login). */
export class Login implements TgLogin {
  #settle: ((taken: boolean) => void) | undefined;

  constructor(
    private readonly api: TgClientOptions['api'],
    private readonly requests: Requests,
    private readonly session: Session,
    private readonly learn: (user: Api.TypeUser) => void,
  ) {}

  async sendCode(phone: string): Promise<LoginStage> {
    this.requests.open();
    const sent = await this.requests.invoke(
      new Api.auth.SendCode({
        ...{ phoneNumber: phone, apiId: this.api.id, apiHash: this.api.hash },
        settings: new Api.CodeSettings({}),
      }),
      { repeat: false },
    );
    return this.#sent(sent);
  }

  async resendCode(phone: string, hash: string): Promise<LoginStage> {
    const request = new Api.auth.ResendCode({ phoneNumber: phone, phoneCodeHash: hash });
    return this.#sent(await this.requests.invoke(request, { repeat: false }));
  }

  #sent(sent: Api.auth.TypeSentCode): LoginStage {
    if (sent instanceof Api.auth.SentCodeSuccess) return this.#authorised(sent.authorization);
    if (!(sent instanceof Api.auth.SentCode)) throw new TgError('refused', 'PAYMENT_REQUIRED');
    const { type, phoneCodeHash: hash } = sent;
    const length = 'length' in type ? type.length : undefined;
    return { kind: 'code', where: placeOf(type), hash, ...(length !== undefined && { length }) };
  }

  async signIn(phone: string, hash: string, code: string): Promise<LoginStage> {
    const request = new Api.auth.SignIn({ phoneNumber: phone, phoneCodeHash: hash, phoneCode: code });
    return this.#orPassword(async () => this.#authorised(await this.requests.invoke(request)));
  }

  async password(password: string): Promise<LoginStage> {
    const known = await this.requests.invoke(new Api.account.GetPassword());
    const check = await computeCheck(known, password).catch(() => {
      throw new TgError('refused', 'PASSWORD_NOT_SUPPORTED');
    });
    return this.#authorised(await this.requests.invoke(new Api.auth.CheckPassword({ password: check })));
  }

  async bot(token: string): Promise<LoginStage> {
    this.requests.open();
    const request = new Api.auth.ImportBotAuthorization({
      ...{ flags: 0, apiId: this.api.id, apiHash: this.api.hash, botAuthToken: token },
    });
    return this.#authorised(await this.requests.invoke(request));
  }

  async qr(): Promise<QrLogin> {
    this.requests.open();
    const shown = await this.#token();
    if (!(shown instanceof Api.auth.LoginToken))
      return { link: '', expires: Date.now(), taken: this.#orPassword(() => this.#follow(shown)) };
    const expires = shown.expires * MS;
    const link = `tg://login?token=${Buffer.from(shown.token).toString('base64url')}`;
    const taken = this.#await(expires);
    // Whoever shows the link may have gone away.
    taken.catch(() => undefined);
    return { link, expires, taken };
  }

  /** Nobody waits for anything any more. */
  stop(): void {
    this.#settle?.(false);
  }

  /** The server says that another device has taken the token. */
  tokenTaken(): void {
    this.#settle?.(true);
  }

  #token(): Promise<Api.auth.TypeLoginToken> {
    const { id: apiId, hash: apiHash } = this.api;
    return this.requests.invoke(new Api.auth.ExportLoginToken({ apiId, apiHash, exceptIds: [] }));
  }

  async #await(expires: number): Promise<LoginStage | { readonly kind: 'expired' }> {
    this.#settle?.(false);
    const taken = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), Math.max(0, expires - Date.now()));
      this.#settle = (result) => {
        clearTimeout(timer);
        this.#settle = undefined;
        resolve(result);
      };
    });
    if (!taken) return { kind: 'expired' };
    return this.#orPassword(async () => this.#follow(await this.#token()));
  }

  /** From a token that was taken to an account, wherever it lives. */
  async #follow(first: Api.auth.TypeLoginToken): Promise<LoginStage> {
    let token = first;
    for (let moves = 0; token instanceof Api.auth.LoginTokenMigrateTo && moves < MOST_MOVES; moves += 1) {
      await this.requests.moveTo(token.dcId);
      token = await this.requests.invoke(new Api.auth.ImportLoginToken({ token: token.token }));
    }
    if (!(token instanceof Api.auth.LoginTokenSuccess)) throw new TgError('refused', 'AUTH_TOKEN_INVALID');
    return this.#authorised(token.authorization);
  }

  async #orPassword(act: () => Promise<LoginStage>): Promise<LoginStage> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof TgError && error.reason === PASSWORD_NEEDED)) throw error;
      const { hint } = await this.requests.invoke(new Api.account.GetPassword());
      return { kind: 'password', ...(hint && { hint }) };
    }
  }

  #authorised(answer: Api.auth.TypeAuthorization): LoginStage {
    if (answer instanceof Api.auth.AuthorizationSignUpRequired) return { kind: 'no-account' };
    const me = toPerson(answer.user);
    if (!me) throw new TgError('refused', 'USER_EMPTY');
    this.learn(answer.user);
    this.session.loggedIn(me.id, me.bot);
    return { kind: 'done', me };
  }
}

function placeOf(type: Api.auth.TypeSentCodeType): Extract<LoginStage, { kind: 'code' }>['where'] {
  if (type instanceof Api.auth.SentCodeTypeApp) return 'app';
  if (
    type instanceof Api.auth.SentCodeTypeSms ||
    type instanceof Api.auth.SentCodeTypeFirebaseSms ||
    type instanceof Api.auth.SentCodeTypeSmsWord ||
    type instanceof Api.auth.SentCodeTypeSmsPhrase
  )
    return 'sms';
  if (
    type instanceof Api.auth.SentCodeTypeCall ||
    type instanceof Api.auth.SentCodeTypeFlashCall ||
    type instanceof Api.auth.SentCodeTypeMissedCall
  )
    return 'call';
  return type instanceof Api.auth.SentCodeTypeEmailCode ? 'email' : 'other';
}
