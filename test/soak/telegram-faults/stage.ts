import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { XmlElement } from '../../../src/xmpp/element.js';
import type { GatewayProcess } from '../../client/gateway-process.js';
import { startGateway } from '../../client/gateway-process.js';
import type { SmallDisk } from '../../scenario/bad-states/small-disk.js';
import { mountSmallDisk } from '../../scenario/bad-states/small-disk.js';
import { TelegramServer } from '../../servers/telegram/telegram-server.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import { XmppSide } from './xmpp-side.js';

const DOMAIN = 'telegram.localhost';
const SECRET = 'soak-secret';
const COMMANDS = 'http://jabber.org/protocol/commands';
const REGISTER = 'jabber:iq:register';
/** Of the disk that becomes full, where there may be one. */
const DISK_MEGABYTES = 600;
const CENTRES = 2;
/** Whatever has not stopped by itself by then was killed (ms). */
const STOP_MS = 9_500;
const LOG_TAIL = 5_000;
/** Tries of one login, and the pause between two (ms). */
const LOGINS = 5;
const LOGIN_AGAIN_MS = 1_000;

/** Faults come every few seconds here: whatever waits for the clock waits shorter than in the world. */
const TELEGRAM = {
  limits: {
    ...{ connectMs: 10_000, requestMs: 4_000, patienceMs: 10_000, pingMs: 2_000 },
    ...{ retryFirstMs: 100, retryLastMs: 2_000, gapMs: 200, silentWaitMs: 2_000 },
  },
  conversations: { retryMs: 200 },
};
const DELIVERY = { retryFirstMs: 300, retryMaxMs: 5_000 };

/** The gateway as a process, a Telegram, and an XMPP server. */
export class FaultStage {
  /** What the gateway said when it did not stop by itself. */
  readonly hungStops: string[] = [];
  /** Logins that had to be begun again, and why. */
  readonly refusedLogins: string[] = [];
  #spares = 0;

  private constructor(
    readonly telegram: TelegramServer,
    readonly xmpp: XmppSide,
    readonly gateway: GatewayProcess,
    readonly disk: SmallDisk | undefined,
  ) {}

  /** Starts everything; nobody has registered. */
  static async start(): Promise<FaultStage> {
    const telegram = await TelegramServer.start({ centres: CENTRES });
    const xmpp = await XmppSide.listen(DOMAIN, SECRET);
    const disk = mountSmallDisk(DISK_MEGABYTES);
    const endpoints = telegram.centres.map(({ id, port }) => ({ centre: id, host: '127.0.0.1', port }));
    const gateway = await startGateway({
      entryPoint: resolve('dist/src/main.js'),
      config: {
        ...(disk && { data: { folder: disk.path } }),
        xmpp: { domain: 'localhost', host: '127.0.0.1', port: xmpp.port },
        components: [
          {
            ...{ domain: DOMAIN, network: 'telegram', secret: SECRET },
            options: {
              ...{ apiId: 1, apiHash: 'hash', ...TELEGRAM },
              servers: { endpoints, publicKey: telegram.key.pem },
            },
          },
        ],
        delivery: DELIVERY,
        limits: { registrationsPerHour: 100_000 },
      },
    });
    await xmpp.whenConnected();
    return new FaultStage(telegram, xmpp, gateway, disk);
  }

  /** JID of somebody on Telegram, or of a group or a channel. */
  jid({ id, kind }: { readonly id: number; readonly kind?: 'group' | 'channel' }): string {
    const letter = kind === undefined ? 'u' : kind === 'group' ? 'g' : 'c';
    return `${letter}${id}@${DOMAIN}`;
  }

  /** Logs a user in as somebody of Telegram's, by number and code; again when that was refused. False: in vain. */
  async register(user: string, { person }: ScriptedPerson): Promise<boolean> {
    this.xmpp.comes(user);
    for (let left = LOGINS; left > 0; left -= 1) {
      const refused = await this.#logIn(user, person.phone ?? '');
      if (refused === undefined) return true;
      this.refusedLogins.push(`${user}: ${refused}`);
      await pause(LOGIN_AGAIN_MS);
    }
    return false;
  }

  /** What was said instead of a login. */
  async #logIn(user: string, phone: string): Promise<string | undefined> {
    const first = await this.#command(user, '');
    const session = ` sessionid='${first.child('command')?.attrs.sessionid}' action='next'`;
    const second = await this.#command(user, session, { way: 'phone', phone: `+${phone}` });
    if (second.child('command')?.attrs.status !== 'executing') return second.toString();
    const code = this.telegram.codes.get(phone)?.code ?? '';
    const last = await this.#command(user, session, { code });
    return last.child('command')?.attrs.status === 'completed' ? undefined : last.toString();
  }

  async unregister(user: string): Promise<void> {
    await this.xmpp.iq(user, `<query xmlns='${REGISTER}'><remove/></query>`);
  }

  /** Somebody new with a number, who lives at the second data centre. */
  spare(): { readonly user: string; readonly person: ScriptedPerson } {
    this.#spares += 1;
    const phone = `4930${1_000_000 + this.#spares}`;
    const person = this.telegram.person(`Spare ${this.#spares}`, { phone, homeCentre: CENTRES });
    return { user: `spare${this.#spares}`, person };
  }

  /** An orderly restart; one that has to be ended by force is remembered with what the gateway said. */
  async restartGateway(): Promise<void> {
    const began = Date.now();
    await this.gateway.stop();
    if (Date.now() - began >= STOP_MS) this.hungStops.push(this.gateway.logs().slice(-LOG_TAIL));
    await this.gateway.start();
  }

  async close(): Promise<void> {
    await this.gateway.stop();
    await this.xmpp.close();
    await this.telegram.close();
    this.disk?.remove();
  }

  #command(user: string, attributes: string, values?: Readonly<Record<string, string>>): Promise<XmlElement> {
    const fields = Object.entries(values ?? {}).map(
      ([name, value]) => `<field var='${name}'><value>${value}</value></field>`,
    );
    const form = values ? `<x xmlns='jabber:x:data' type='submit'>${fields.join('')}</x>` : '';
    return this.xmpp.iq(
      user,
      `<command xmlns='${COMMANDS}' node='${REGISTER}'${attributes}>${form}</command>`,
    );
  }
}
