import { type Call, isBotless } from './api/call.js';
import { METHODS } from './api/methods.js';
import { failureOf } from './faults.js';
import type { RequestLog } from './request-log.js';
import type { TelegramServer } from './telegram-server.js';
import type { DataCentre } from './wire/data-centre.js';
import type { MtprotoSession } from './wire/mtproto-session.js';
import { RpcFailure, type TlObject, type TlResult } from './wire/schema.js';

/** Answers requests: by the method of that name, or by the fault that a test wants. */
export class Dispatch {
  constructor(
    private readonly server: TelegramServer,
    private readonly requests: RequestLog,
  ) {}

  /** Undefined: there is no answer. @throws {RpcFailure} */
  async answer(
    centre: DataCentre,
    session: MtprotoSession,
    request: TlObject,
  ): Promise<TlResult | undefined> {
    const { server } = this;
    const { world } = server;
    const authorisation = world.authorisations.get(session.authKey.name);
    if (authorisation) authorisation.active = server.seconds();
    const asked = { request, person: authorisation?.person, centre: centre.id };
    this.requests.note(asked);
    server.doings.emit('asked', asked);
    const fault = server.faults.take(request);
    try {
      const revoked = server.revoked.get(session.authKey.name);
      if (revoked?.always) throw revoked.failure;
      if (fault?.kind === 'error') throw failureOf(fault);
      if (fault?.kind === 'refuse') {
        session.line?.close();
        return undefined;
      }
      if (fault?.kind === 'hold' && !fault.acted) await this.#hold(fault.until);
      const found = METHODS.get(request.className);
      if (!found) throw new RpcFailure(400, `METHOD_NOT_KNOWN_${request.className}`);
      if (authorisation?.person.bot && isBotless(request.className))
        throw new RpcFailure(400, 'BOT_METHOD_INVALID');
      const call: Call = { server, centre, session, authorisation };
      const result = (await found.answer(request, call)) as TlResult;
      if (fault?.kind === 'hold' && fault.acted) await this.#hold(fault.until);
      if (fault?.kind === 'drop') session.line?.close();
      if (fault?.kind === 'cut') session.line?.cutAfter(fault.bytes);
      return fault?.kind === 'unanswered' ? undefined : result;
    } finally {
      this.requests.moved();
    }
  }

  async #hold(until: Promise<void>): Promise<void> {
    this.requests.moved();
    await until;
  }
}
