import { expect, it } from 'vitest';
import { NS } from '../../../src/xmpp/namespace.js';
import { DOMAIN } from '../domain-parts.js';
import { complaints } from './outputs.js';
import { StanzaStage, stageTranslator } from './stage.js';

/** Longer than what is sent back of a refused request. */
const LONG = 100_000;

const translator = stageTranslator();

/** What goes out after the stanzas, one string each, have come in. */
async function answersTo(...stanzas: readonly string[]): Promise<string[]> {
  const stage = new StanzaStage({ translator });
  for (const stanza of stanzas) stage.feed(Buffer.from(stanza));
  await stage.settled();
  const sent = stage.sink.take();
  expect(complaints(stage.received, sent)).toEqual([]);
  await stage.stop();
  return sent;
}

const from = "from='romeo@example.org/orchard'";
const ping = `<ping xmlns='${NS.PING}'/>`;

it('A03 what is meant for another domain is not answered in its name', async () => {
  expect(await answersTo(`<iq type='get' id='1' ${from} to='other.example.org'>${ping}</iq>`)).toEqual([]);
  expect(await answersTo(`<message ${from} to='@${DOMAIN}'><body>x</body></message>`)).toEqual([]);
  expect(await answersTo(`<iq type='get' id='1' ${from}>${ping}</iq>`)).toEqual([]);
});

it('A05 S07 an address of ours that cannot be prepared → jid-malformed from that very address', async () => {
  const to = `#tea@${DOMAIN}/&#x202e;`;
  const [answer] = await answersTo(`<iq type='get' id='1' ${from} to='${to}'>${ping}</iq>`);
  expect(answer).toContain(`from='#tea@${DOMAIN}/\u202e'`);
  expect(answer).toContain('<jid-malformed');
});

it('A09 a request that carries an error of its own gets exactly one error', async () => {
  const error = `<error type='cancel'><gone xmlns='${NS.STANZA_ERRORS}'/></error>`;
  const [answer = ''] = await answersTo(`<iq type='get' id='1' ${from} to='${DOMAIN}'>${error}</iq>`);
  expect(answer.match(/<error/g)).toHaveLength(1);
});

it('S11 S16 a large request that is refused is not sent back', async () => {
  const payload = `<x xmlns='urn:unknown'>${'x'.repeat(LONG)}</x>`;
  const [answer = ''] = await answersTo(`<iq type='get' id='1' ${from} to='${DOMAIN}'>${payload}</iq>`);
  expect(answer).toContain('<service-unavailable');
  expect(answer.length).toBeLessThan(LONG);
});

it('A06 what is no stanza is ignored', async () => {
  expect(await answersTo(`<Amessage ${from} to='#tea@${DOMAIN}/&#x202e;'/>`)).toEqual([]);
  expect(
    await answersTo(`<iq xmlns='urn:other' type='get' id='1' ${from} to='${DOMAIN}'>${ping}</iq>`),
  ).toEqual([]);
});

it.each(['', 'x'.repeat(1100), '\u202e'])(
  'S07 a person whose name makes no JID is heard all the same (%j)',
  async (nick) => {
    const stage = new StanzaStage({ translator });
    stage.feed(Buffer.from(`<presence ${from} to='#tea@${DOMAIN}/romeo'><x xmlns='${NS.MUC}'/></presence>`));
    await stage.settled();
    stage.sink.take();
    stage.gateway.world.tell(nick, 'romeo', 'psst');
    await stage.settled();
    const sent = stage.sink.take();
    expect(complaints([], sent)).toEqual([]);
    expect(sent).toEqual([expect.stringContaining('psst')]);
    await stage.stop();
  },
);

it('A05 C09 what fails after a request was answered is no second answer', async () => {
  const stage = new StanzaStage({ translator });
  stage.gateway.createSession = () => {
    throw new Error('the network is broken');
  };
  const fields = '<nick>romeo</nick><password>p</password>';
  const query = `<query xmlns='${NS.REGISTER}'>${fields}</query>`;
  stage.feed(Buffer.from(`<presence ${from} to='${DOMAIN}'/>`));
  stage.feed(Buffer.from(`<iq type='set' id='1' ${from} to='${DOMAIN}'>${query}</iq>`));
  await stage.settled();
  const answers = stage.sink.take().filter((xml) => xml.startsWith('<iq'));
  expect(answers).toEqual([expect.stringContaining("type='result'")]);
  await stage.stop();
});
