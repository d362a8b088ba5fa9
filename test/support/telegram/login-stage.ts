import { GatewayStage, type GatewayStageOptions, ORCHARD, ROMEO } from './gateway-stage.js';
import { type LoginTalk, type Shown, TALKS } from './login-talk.js';

/** The number of who logs in, in these tests. */
export const PHONE = '491701234567';

/** A gateway on which nobody is logged in yet, and who talks to it. */
export class LoginStage {
  private constructor(
    readonly gateway: GatewayStage,
    private readonly talk: keyof typeof TALKS,
  ) {}

  static async start(
    talk: keyof typeof TALKS = 'ad-hoc command',
    options: GatewayStageOptions = {},
  ): Promise<LoginStage> {
    return new LoginStage(await GatewayStage.start(options), talk);
  }

  /** A client talks to the gateway in the way that is tried. */
  talkOf(client = ORCHARD): LoginTalk {
    return TALKS[this.talk](this.gateway, client);
  }

  /** The code that was sent last. */
  code(phone = PHONE): string {
    return this.gateway.server.codes.get(phone)?.code ?? 'none was sent';
  }

  /** The number is given, and a code is asked for. */
  async begin(phone = `+${PHONE}`, client = ORCHARD): Promise<{ talk: LoginTalk; shown: Shown }> {
    const talk = this.talkOf(client);
    return { talk, shown: await talk.begin({ phone, way: 'phone' }) };
  }

  /** Whether the gateway has an account of that user with a session. */
  registered(user = ROMEO): boolean {
    const row = this.gateway.store.row(user);
    return row?.registered === true && row.secrets.session !== undefined;
  }

  /** The link of a QR code. */
  linkIn({ text }: Shown): string {
    return /tg:\/\/login\?token=[\w-]+/.exec(text)?.[0] ?? '';
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
  }
}
