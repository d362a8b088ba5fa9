import { GatewayError } from '../../../src/gateway/error.js';
import type { Field, FormStep, FormValues, Step } from '../../../src/gateway/form.js';
import type { AccountChange } from '../../../src/gateway/gateway.js';
import type { Text } from '../../../src/gateway/text.js';
import type { LoginStage } from '../client/client.js';
import { cleanLine } from '../content/names.js';
import type { LoggedIn, LoginAttempt } from './login-attempt.js';
import { isExpired, loginProblem, toLoginError } from './login-failure.js';
import { qrPicture } from './qr-picture.js';

type LoginStep = FormStep<AccountChange>;
type CodeStage = Extract<LoginStage, { readonly kind: 'code' }>;

/** Characters of a password's hint that are shown. */
const MAX_HINT = 200;

/** The stages of one login (C21): what was wrong can be tried again, and the end of it is somebody's session. */
export class LoginDialogue {
  constructor(
    private readonly attempt: LoginAttempt,
    /** Codes that may be sent. */
    private readonly mostCodes: number,
    /** Back to the first stage. */
    private readonly again: (problem: Text) => LoginStep,
    private readonly finished: (loggedIn: LoggedIn) => Promise<Step<AccountChange>>,
    /** Ends the attempt. Never rejects. */
    private readonly over: () => Promise<void>,
  ) {}

  /** Rejects with TgError. */
  async sendCode(phone: string): Promise<Step<AccountChange>> {
    const { attempt } = this;
    attempt.codes += 1;
    const stage = await attempt.client.login.sendCode(phone);
    return stage.kind === 'code' ? this.#askCode(phone, stage) : this.#follow(stage);
  }

  askToken(problem?: Text): LoginStep {
    const field: Field = {
      name: 'token',
      type: 'secret',
      label: { key: 'telegram-field-token' },
      required: true,
    };
    return this.#step({ key: 'telegram-token-instructions' }, [field], problem, async ({ token = '' }) => {
      try {
        return await this.#follow(await this.attempt.client.login.bot(token.trim()));
      } catch (error) {
        return this.askToken(problemOf(error));
      }
    });
  }

  /** Rejects with TgError. */
  async showQr(problem?: Text): Promise<Step<AccountChange>> {
    await this.attempt.showQr();
    return this.#qr(problem);
  }

  async #qr(problem?: Text): Promise<Step<AccountChange>> {
    const shown = this.attempt.qr;
    if (!shown || shown.state.kind === 'expired') return this.showQr({ key: 'telegram-qr-expired' });
    const { link, state, answered } = shown;
    if (state.kind === 'taken') return this.#follow(state.stage);
    if (state.kind === 'failed') throw state.error;
    const code: Field = {
      ...{ name: 'qr', type: 'picture', label: { key: 'telegram-field-qr' } },
      picture: await qrPicture(link),
    };
    const step = this.#step(
      { key: 'telegram-qr-instructions', args: { link } },
      [code],
      problem,
      async () => {
        try {
          return await this.#qr({ key: 'telegram-qr-open' });
        } catch (error) {
          return this.showQr(problemOf(error));
        }
      },
    );
    return { ...step, ready: answered };
  }

  #askCode(phone: string, stage: CodeStage, problem?: Text): LoginStep {
    const { where, length = 0 } = stage;
    const field: Field = { name: 'code', type: 'text', label: { key: 'telegram-field-code' } };
    return this.#step(
      { key: 'telegram-code', args: { where, length } },
      [field],
      problem,
      async ({ code = '' }) => {
        const digits = code.replace(/[\s-]/g, '');
        if (digits === '') return this.#resend(phone, stage, { key: 'telegram-code-again' });
        try {
          return await this.#follow(await this.attempt.client.login.signIn(phone, stage.hash, digits));
        } catch (error) {
          if (isExpired(error)) return this.#resend(phone, undefined, { key: 'telegram-code-expired' });
          return this.#askCode(phone, stage, problemOf(error));
        }
      },
    );
  }

  /** Another code, by the next way that Telegram has; `before` is undefined where it does not know of one any more. */
  async #resend(phone: string, before: CodeStage | undefined, problem: Text): Promise<Step<AccountChange>> {
    const { attempt } = this;
    if (attempt.codes >= this.mostCodes) {
      if (before) return this.#askCode(phone, before, { key: 'telegram-too-many-codes' });
      throw new GatewayError('limit', { key: 'telegram-too-many-codes' });
    }
    attempt.codes += 1;
    const { login } = attempt.client;
    try {
      const stage = before ? await login.resendCode(phone, before.hash) : await login.sendCode(phone);
      return stage.kind === 'code' ? this.#askCode(phone, stage, problem) : await this.#follow(stage);
    } catch (error) {
      if (before && isExpired(error)) return this.#resend(phone, undefined, problem);
      if (before) return this.#askCode(phone, before, { key: 'telegram-no-other-code' });
      throw error;
    }
  }

  #askPassword(hint: string | undefined, problem?: Text): LoginStep {
    const shown = cleanLine(hint ?? '', MAX_HINT);
    const instructions: Text =
      shown === ''
        ? { key: 'telegram-password-instructions' }
        : { key: 'telegram-password-hint', args: { hint: shown } };
    const field: Field = {
      name: 'password',
      type: 'secret',
      label: { key: 'telegram-field-password' },
      required: true,
    };
    return this.#step(instructions, [field], problem, async ({ password = '' }) => {
      try {
        return await this.#follow(await this.attempt.client.login.password(password));
      } catch (error) {
        return this.#askPassword(hint, problemOf(error));
      }
    });
  }

  async #follow(stage: LoginStage): Promise<Step<AccountChange>> {
    switch (stage.kind) {
      case 'done':
        return this.finished(await this.attempt.use(stage.me));
      case 'password':
        return this.#askPassword(stage.hint);
      case 'no-account':
        await this.over();
        return this.again({ key: 'telegram-no-account' });
      case 'code':
        throw new GatewayError('rejected', { key: 'telegram-trouble' });
      default:
        return stage satisfies never;
    }
  }

  /** A stage of this login, as long as it is not over. Whatever fails in it is said in words. */
  #step(
    instructions: Text,
    fields: readonly Field[],
    problem: Text | undefined,
    submit: (values: FormValues) => Promise<Step<AccountChange>>,
  ): LoginStep {
    return {
      kind: 'form',
      form: { title: { key: 'telegram-login-title' }, instructions, fields },
      ...(problem && { problem }),
      submit: async (values) => {
        if (this.attempt.ended) throw new GatewayError('bad-credentials', { key: 'telegram-login-over' });
        try {
          return await submit(values);
        } catch (error) {
          // The dialogue is over, and so is its connection.
          await this.over();
          throw toLoginError(error);
        }
      },
    };
  }
}

/** What was wrong, for another try. @throws what cannot be corrected */
function problemOf(error: unknown): Text {
  const problem = loginProblem(error);
  if (!problem) throw error;
  return problem;
}
