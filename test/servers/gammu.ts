import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createWorkspace, Daemon, run } from './process.js';

/** A part of a text as a phone has it. */
export interface PhoneText {
  readonly from: string;
  readonly text: string;
  /** Place in a long text: 8-bit reference, number of parts, place from 1. */
  readonly part?: readonly [reference: number, total: number, sequence: number];
  readonly coding?: 'Unicode_No_Compression' | 'Default_No_Compression' | '8bit';
  /** `YYYYMMDDTHHMMSS` in UTC. */
  readonly sent?: string;
  readonly pdu?: 'Deliver' | 'Status_Report';
}

/** gammu-smsd with gammu's dummy phone. */
export interface GammuSmsd {
  readonly inboxPath: string;
  readonly outboxPath: string;
  readonly sentPath: string;
  readonly errorPath: string;
  /** Puts texts into the phone's memory; gammu-smsd fetches and deletes them. */
  phoneReceives(...texts: readonly PhoneText[]): void;
  /** Resolves with what gammu-smsd says of the message as it hands it to the phone. */
  transmitted(pattern: RegExp): Promise<RegExpExecArray>;
  /** What `RunOnFailure` does, for a phone that cannot be made to fail: runs the documented line on the file. */
  giveUp(name: string): Promise<void>;
  start(): Promise<void>;
  kill(): Promise<void>;
  logs(): string;
  stop(): Promise<void>;
}

/** The line of docs/sms.md that moves what could not be sent, as gammu-smsd runs it: with the file's name at its end. */
const giveUpLine = (outbox: string, error: string) => `cd ${outbox} && mv -t ${error} --`;

/** Starts it in a folder of its own; `running: false` only writes its configuration. */
export async function startGammu(
  spec: { readonly inboxFormat?: 'detail' | 'unicode' | 'standard'; readonly running?: boolean } = {},
): Promise<GammuSmsd> {
  const workspace = createWorkspace('gammu');
  const [inboxPath, outboxPath, sentPath, errorPath, phone] = [
    'inbox',
    'outbox',
    'sent',
    'error',
    'phone',
  ].map((name) => {
    const path = workspace.file(name);
    mkdirSync(path);
    return path;
  }) as [string, string, string, string, string];
  for (const folder of [1, 2, 3, 4, 5]) mkdirSync(join(phone, 'sms', String(folder)), { recursive: true });
  const config = workspace.write(
    'smsdrc',
    `[gammu]
model = dummy
connection = none
port = ${phone}
gammuloc = /dev/null

[smsd]
service = files
logfile = stderr
debuglevel = 255
inboxpath = ${inboxPath}/
outboxpath = ${outboxPath}/
sentsmspath = ${sentPath}/
errorsmspath = ${errorPath}/
inboxformat = ${spec.inboxFormat ?? 'detail'}
transmitformat = auto
runonfailure = ${giveUpLine(outboxPath, errorPath)}
commtimeout = 1
receivefrequency = 1
loopsleep = 1
multiparttimeout = 1
`,
  );
  const start = () =>
    Daemon.start({
      name: 'gammu-smsd',
      command: 'gammu-smsd',
      args: ['-c', config],
      workspace,
      ready: (daemon, signal) => daemon.waitForLog(/Starting phone communication/, { signal }),
    });
  let daemon = spec.running === false ? undefined : await start();
  let location = 0;
  return {
    inboxPath,
    outboxPath,
    sentPath,
    errorPath,
    phoneReceives(...texts) {
      for (const text of texts) {
        location += 1;
        // Whole at once: gammu-smsd would read half a file.
        const draft = workspace.write('draft', backup(text));
        renameSync(draft, join(phone, 'sms', '1', String(location)));
      }
    },
    transmitted(pattern) {
      if (!daemon) throw new Error('gammu-smsd does not run');
      return daemon.waitForLog(new RegExp(`Found \\d+ sms to .*${pattern.source}`));
    },
    async giveUp(name) {
      await run('sh', ['-c', `${giveUpLine(outboxPath, errorPath)} ${name}`]);
    },
    async start() {
      if (daemon) await daemon.start();
      else daemon = await start();
    },
    kill: async () => daemon?.kill(),
    logs: () => daemon?.logs() ?? '',
    stop: async () => daemon?.kill(),
  };
}

/** Names and contents of the files in a folder. */
export function filesIn(path: string): ReadonlyMap<string, string> {
  return new Map(readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'utf8')]));
}

/** Writes into a folder as gammu-smsd would. */
export function writeInto(path: string, name: string, content: string | Buffer): void {
  writeFileSync(join(path, name), content);
}

function backup(text: PhoneText): string {
  const { from, part, coding = 'Unicode_No_Compression', sent = '20260601T120000', pdu = 'Deliver' } = text;
  const hex = (value: string) => Buffer.from(value, 'utf16le').swap16().toString('hex').toUpperCase();
  const header = part ? `UDH = 050003${Buffer.from(part).toString('hex').toUpperCase()}\n` : '';
  const body = coding === '8bit' ? Buffer.from(text.text).toString('hex') : hex(text.text);
  return `[SMSBackup000]
SMSC = "1234"
SMSCUnicode = ${hex('1234')}
PDU = ${pdu}
DateTime = ${sent}Z
State = UnRead
Number = "${from}"
NumberUnicode = ${hex(from)}
${header}Text00 = ${body}
Coding = ${coding}
Folder = 1
Length = ${text.text.length}
Class = -1
`;
}
