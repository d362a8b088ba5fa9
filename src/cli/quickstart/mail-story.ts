import { MailPerson, type ReceivedMail } from './mail-person.js';
import {
  EMAIL_DOMAIN,
  FRIEND_MAILBOX,
  MAILBOX_DOMAIN,
  OWN_MAIL_DOMAIN,
  OWN_MAILBOX,
} from './mail-servers.js';
import { USER, XMPP_DOMAIN } from './servers.js';
import type { QuickstartState } from './state.js';
import type { Transcript } from './transcript.js';
import { type XmlElement, XmppPerson, xml } from './xmpp-person.js';

const REGISTER = 'jabber:iq:register';
const FORM = 'jabber:x:data';

const OWN_ADDRESS = `${OWN_MAILBOX}@${MAILBOX_DOMAIN}`;
const FRIEND = `${FRIEND_MAILBOX}@${MAILBOX_DOMAIN}`;
/** The friend, as somebody to chat with (XEP-0106). */
export const FRIEND_CONTACT = `${FRIEND.replace('@', '\\40')}@${EMAIL_DOMAIN}`;
/** The user's address at the gateway. */
export const GATEWAY_ADDRESS = `${USER}@${OWN_MAIL_DOMAIN}`;

/** One person with a mail program and one with an XMPP client write to each other. */
export async function tellMailStory(transcript: Transcript, state: QuickstartState): Promise<void> {
  transcript.section('And email: you on XMPP, a friend with a mailbox');
  const { ports, password } = state;
  const you = await XmppPerson.connect(ports.xmppClients, XMPP_DOMAIN, USER, password);
  try {
    await register(transcript, you, password);
    const friend = await transcript.step(`mail client logs in to ${FRIEND}`, () =>
      MailPerson.connect(ports, FRIEND, password),
    );
    try {
      await write(transcript, you, friend, OWN_ADDRESS);
      await write(transcript, you, friend, GATEWAY_ADDRESS);
    } finally {
      friend.close();
    }
  } finally {
    await you.close();
  }
}

async function register(transcript: Transcript, you: XmppPerson, password: string): Promise<void> {
  await transcript.step(`registering your mailbox ${OWN_ADDRESS}, and ${GATEWAY_ADDRESS}`, async () => {
    const values = {
      FORM_TYPE: REGISTER,
      way: 'both',
      email: OWN_ADDRESS,
      password,
      local: USER,
      name: 'You',
    };
    const fields = Object.entries(values).map(([name, value]) =>
      xml('field', { var: name }, xml('value', {}, value)),
    );
    const form = xml('x', { xmlns: FORM, type: 'submit' }, ...fields);
    await you.request('set', EMAIL_DOMAIN, xml('query', { xmlns: REGISTER }, form));
    transcript.show('IMAP and SMTP have let you in');
  });
}

/** The friend writes to an address of yours, and you answer. */
async function write(
  transcript: Transcript,
  you: XmppPerson,
  friend: MailPerson,
  address: string,
): Promise<void> {
  const question = `Hello, is ${address} you?`;
  await transcript.step(`a mail to ${address} arrives on XMPP`, async () => {
    await friend.send(address, `To ${address}`, question);
    const message = await you.expect('message', (stanza) => says(stanza, question));
    transcript.show(`${message.attrs.from}: ${message.getChildText('body') ?? ''}`);
  });
  const answer = `Yes, that is me, with ${address}.`;
  await transcript.step('your answer arrives as a mail, in the same thread', async () => {
    await you.send(xml('message', { to: FRIEND_CONTACT, type: 'chat', id: answer }, xml('body', {}, answer)));
    const mail = await friend.expect('mail', ({ raw }) => raw.includes(answer));
    for (const name of ['From', 'To', 'Subject', 'In-Reply-To']) show(transcript, mail, name);
  });
}

function says(stanza: XmlElement, text: string): boolean {
  return stanza.name === 'message' && (stanza.getChildText('body') ?? '').includes(text);
}

function show(transcript: Transcript, mail: ReceivedMail, name: string): void {
  transcript.show(`${name}: ${mail.header(name)}`);
}
