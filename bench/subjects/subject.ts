/** Domain of the stub XMPP server. */
export const SERVER_DOMAIN = 'bench';
/** Domain of the gateway under test. */
export const GATEWAY_DOMAIN = 'irc.bench';
/** Domain of the gateway to the telephone network. */
export const SMS_DOMAIN = 'sms.bench';
/** Domain of the gateway to email. */
export const EMAIL_DOMAIN = 'email.bench';
/** Domain of the gateway to Telegram. */
export const TELEGRAM_DOMAIN = 'telegram.bench';
/** Domain of relays. */
export const RELAY_DOMAIN = 'relay.bench';
/** Domain of rooms that nothing of the gateway is in but relays. */
export const ROOMS_DOMAIN = 'rooms.bench';
/** Secret of the component (XEP-0114). */
export const COMPONENT_SECRET = 'bench-secret';

/** What a gateway is to be started with. */
export interface Setting {
  /** Empty folder for configuration, logs and state; removed afterwards. */
  readonly dataFolder: string;
  /** Port on 127.0.0.1 for the component connection. */
  readonly xmppPort: number;
  /** Loopback address of the stub IRC server, also the IRC server's name in addresses. */
  readonly ircHost: string;
  /** Port of the stub IRC server, plain text. */
  readonly ircPort: number;
  /** Whether channel messages are archived. */
  readonly archive: boolean;
}

/** A process under test. */
export interface Running {
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason, with its signal or exit code in words. */
  readonly exited: Promise<string>;
  /** Asks the process to end and resolves when it is gone. */
  stop(): Promise<void>;
  /** Ends the process as a crash does (SIGKILL) and resolves when it is gone. */
  kill(): Promise<void>;
}

/** A gateway that runs, with rooms. */
export interface RunningRooms {
  readonly process: Running;
  /** Channel messages that a reader of the gateway's database sees. */
  archived(): number;
}

/** A gateway that can be measured. */
export interface Subject {
  readonly name: SubjectName;
  /** Version for the report, or why the subject cannot run here. */
  probe(): { readonly version: string } | { readonly missing: string };
  /** Starts the gateway; does not wait for its component connection. */
  start(setting: Setting): RunningRooms;
}

/** Names of the subjects. `passthrough` is the self-test of the stubs. */
export type SubjectName = 'biboumi' | 'isthmus' | 'passthrough';

/** Address of a channel, the same for every subject. */
export function roomAddress(channel: string, ircHost: string): string {
  return `${channel}%${ircHost}@${GATEWAY_DOMAIN}`;
}
