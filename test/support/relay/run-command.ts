import type { XmppClient } from '../../client/xmpp-client.js';

const COMMANDS = 'http://jabber.org/protocol/commands';

/** Runs an ad-hoc command (XEP-0050) of a domain by its node, with the values of each of its forms in turn. */
export async function runCommand(
  who: XmppClient,
  domain: string,
  node: string,
  ...forms: readonly Readonly<Record<string, string>>[]
): Promise<string> {
  let answer = await who.iq('set', domain, `<command xmlns='${COMMANDS}' node='${node}'/>`);
  for (const form of forms) {
    const session = answer.getChild('command')?.attrs.sessionid ?? '';
    const fields = Object.entries(form).map(
      ([name, value]) => `<field var='${name}'><value>${value}</value></field>`,
    );
    const x = `<x xmlns='jabber:x:data' type='submit'>${fields.join('')}</x>`;
    answer = await who.iq(
      'set',
      domain,
      `<command xmlns='${COMMANDS}' node='${node}' sessionid='${session}' action='complete'>${x}</command>`,
    );
  }
  return `${answer}`;
}
