import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import type { TelegramServer } from '../../servers/telegram/telegram-server.js';
import type { ScriptedPerson } from '../../servers/telegram/world/scripted-person.js';
import { GatewayStage, type GatewayStageOptions, ORCHARD } from './gateway-stage.js';
import type { Correspondent } from './options.js';

/** Three who may be in groups together: Romeo with an XMPP client, the others on their telephones. */
export interface Company {
  readonly stage: GatewayStage;
  readonly server: TelegramServer;
  /** As his own telephone has him. */
  readonly romeo: ScriptedPerson;
  readonly juliet: ScriptedPerson;
  readonly nurse: ScriptedPerson;
}

/** Nobody has said anything yet. Romeo is logged in when `prepare` has set up what was there before. */
export async function company(
  options: GatewayStageOptions = {},
  prepare: (company: Company) => void | Promise<void> = () => undefined,
): Promise<Company> {
  const stage = await GatewayStage.start(options);
  const { server } = stage;
  const romeo = server.person('Romeo', { phone: '491701234567' });
  const juliet = server.person('Juliet', { username: 'juliet' });
  const nurse = server.person('Nurse');
  const all = { stage, server, romeo, juliet, nurse };
  await prepare(all);
  await stage.login(romeo);
  return all;
}

/** What a client has been shown on its way into a room. */
export interface Shown {
  /** Bare JID of the room. */
  readonly room: string;
  /** Presence of those who are there, by nick; the client's own among them. */
  readonly people: ReadonlyMap<string, XmlElement>;
  readonly own: XmlElement;
  readonly subject: string;
  readonly history: readonly string[];
}

/** A client of Romeo's comes into a room; resolves when it has been shown all of it. */
export async function enter(
  stage: GatewayStage,
  where: Correspondent | string,
  client = ORCHARD,
): Promise<Shown> {
  const room = typeof where === 'string' ? where : stage.jid(where);
  const before = stage.heard.all.length;
  await stage.receive(`<presence from='${client}' to='${room}/me'><x xmlns='${NS.MUC}'/></presence>`);
  const last = await stage.next(
    (stanza) => from(stanza, room) && (isSubject(stanza) || stanza.attrs.type === 'error'),
    `the subject of ${room}`,
    client,
  );
  if (last.attrs.type === 'error') throw new Error(`${room} could not be entered: ${last}`);
  stage.heard.clear();
  const shown = stage.heard.all.slice(before).filter((one) => from(one, room) && one.attrs.to === client);
  const people = shown.filter(({ name }) => name === 'presence');
  const own = people.find((one) => statuses(one).includes('110'));
  if (!own) throw new Error('nobody is there');
  return {
    ...{ room, own, subject: last.childText('subject') ?? '' },
    people: new Map(people.map((one) => [nickOf(one), one])),
    history: shown.flatMap((one) => one.childText('body') ?? []),
  };
}

/** The next presence of somebody in a room. */
export function presenceOf(
  stage: GatewayStage,
  room: string,
  nick: string,
  fits: (presence: XmlElement) => boolean = () => true,
): Promise<XmlElement> {
  return stage.next(
    (stanza) => stanza.name === 'presence' && stanza.attrs.from === `${room}/${nick}` && fits(stanza),
    `presence of ${nick} in ${room}`,
    ORCHARD,
  );
}

/** The next thing that is said in a room. */
export function saidIn(stage: GatewayStage, room: string, body = ''): Promise<XmlElement> {
  return stage.next(
    (stanza) =>
      stanza.name === 'message' &&
      from(stanza, room) &&
      stanza.attrs.type === 'groupchat' &&
      (stanza.childText('body') ?? '').includes(body) &&
      stanza.childText('body') !== undefined,
    `"${body}" in ${room}`,
    ORCHARD,
  );
}

/** Affiliation, role, real JID of whoever the presence is of. */
export function itemOf(presence: XmlElement): Readonly<Record<string, string>> {
  return presence.child('x', NS.MUC_USER)?.child('item', NS.MUC_USER)?.attrs ?? {};
}

/** Status codes of a presence or message of a room (XEP-0045 §15.6). */
export function statuses(stanza: XmlElement): readonly string[] {
  const x = stanza.child('x', NS.MUC_USER);
  return (x?.elements() ?? []).flatMap(({ name, attrs }) => (name === 'status' ? (attrs.code ?? []) : []));
}

/** The nick of whom a stanza is from. */
export function nickOf({ attrs: { from: sender = '' } }: XmlElement): string {
  return sender.replace(/^[^/]*\/?/, '');
}

function from({ attrs: { from: sender = '' } }: XmlElement, room: string): boolean {
  return sender === room || sender.startsWith(`${room}/`);
}

function isSubject(stanza: XmlElement): boolean {
  return stanza.childText('subject') !== undefined && stanza.childText('body') === undefined;
}
