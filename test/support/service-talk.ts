import type { XmlElement } from '@xmpp/client';
import { escapeXml, type XmppClient } from '../client/xmpp-client.js';

/** The XMPP servers that the important scenarios run against. */
export const SERVERS = ['prosody', 'ejabberd'] as const;

/** A submitted data form (XEP-0004). */
export function submit(values: Readonly<Record<string, string>>, formType?: string): string {
  const fields = formType === undefined ? values : { FORM_TYPE: formType, ...values };
  const inner = Object.entries(fields).map(
    ([name, value]) => `<field var='${escapeXml(name)}'><value>${escapeXml(value)}</value></field>`,
  );
  return `<x xmlns='jabber:x:data' type='submit'>${inner.join('')}</x>`;
}

/** Wraps children into the query of in-band registration (XEP-0077). */
export function registration(children: string): string {
  return `<query xmlns='jabber:iq:register'>${children}</query>`;
}

/** Registers with plain fields and lets the gateway and the user see each other. Rejects when refused. */
export async function register(
  user: XmppClient,
  domain: string,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  const children = Object.entries(fields).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
  const answer = await user.iq('set', domain, registration(children.join('')));
  if (answer.attrs.type !== 'result') throw new Error(`not registered: ${answer.toString()}`);
  await befriend(user, domain);
}

/** Mutual subscription of a registered user and the gateway; resolves when the gateway shows itself available. */
export async function befriend(user: XmppClient, domain: string): Promise<void> {
  // Roster pushes go to resources that have asked for the roster (RFC 6121 §2.1.6).
  await user.iq('get', undefined, "<query xmlns='jabber:iq:roster'/>");
  await user.waitFor({ name: 'presence', type: 'subscribe', from: domain }, 'the request of the gateway');
  await user.send(`<presence type='subscribed' to='${domain}'/>`);
  await user.send(`<presence type='subscribe' to='${domain}'/>`);
  await rosterState(user, domain, 'both');
  await user.waitFor({ name: 'presence', type: null, from: domain }, 'the gateway available');
}

/** Resolves when the user's server pushes this subscription state; servers need not pass on what led to it. */
export async function rosterState(
  user: XmppClient,
  jid: string,
  state: 'none' | 'to' | 'both',
): Promise<void> {
  await user.waitFor((stanza) => {
    const item = stanza.getChild('query', 'jabber:iq:roster')?.getChild('item');
    return stanza.attrs.type === 'set' && item?.attrs.jid === jid && item.attrs.subscription === state;
  }, `the subscription ${state} with ${jid}`);
}

/** A command (XEP-0050): its first stage, or, with `session`, the next one. */
export function command(
  user: XmppClient,
  to: string,
  node: string,
  next: { readonly session?: string; readonly action?: string; readonly form?: string } = {},
): Promise<XmlElement> {
  const session = next.session === undefined ? '' : ` sessionid='${escapeXml(next.session)}'`;
  const action = next.action === undefined ? '' : ` action='${next.action}'`;
  return user.iq(
    'set',
    to,
    `<command xmlns='http://jabber.org/protocol/commands' node='${escapeXml(node)}'${session}${action}>` +
      `${next.form ?? ''}</command>`,
  );
}

/** The `<command/>` of an answer. Throws when it is an error. */
export function commandOf(answer: XmlElement): XmlElement {
  const found = answer.getChild('command', 'http://jabber.org/protocol/commands');
  if (answer.attrs.type !== 'result' || !found) throw new Error(`no command: ${answer.toString()}`);
  return found;
}

/** The session id of a stage. */
export function sessionOf(answer: XmlElement): string {
  const id = commandOf(answer).attrs.sessionid;
  if (id === undefined) throw new Error(`no session: ${answer.toString()}`);
  return id;
}

/** Runs a command of one form to its end; resolves with the text of its notes. */
export async function complete(
  user: XmppClient,
  to: string,
  node: string,
  values: Readonly<Record<string, string>>,
): Promise<string> {
  const asked = await command(user, to, node);
  const end = await command(user, to, node, {
    session: sessionOf(asked),
    action: 'complete',
    form: submit(values),
  });
  return noteOf(end);
}

/** The words of a stage's notes. */
export function noteOf(answer: XmlElement): string {
  return commandOf(answer)
    .getChildren('note')
    .map((note) => note.text())
    .join('\n');
}

/** A chat with the gateway's own address: says a word and resolves with the answer. */
export async function say(user: XmppClient, to: string, body: string, lang?: string): Promise<string> {
  const language = lang === undefined ? '' : ` xml:lang='${lang}'`;
  await user.send(
    `<message type='chat' to='${escapeXml(to)}' id='${user.nextId()}'${language}><body>${escapeXml(body)}</body></message>`,
  );
  const answer = await user.waitFor({ name: 'message', from: to, child: 'body' }, `an answer to ${body}`);
  return answer.getChildText('body') ?? '';
}
