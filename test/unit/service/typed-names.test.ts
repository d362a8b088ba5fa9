import { describe, expect, it } from 'vitest';
import { el } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { MemoryDirectory } from '../../support/memory-network/directory.js';
import { DOMAIN, ROMEO, ServiceStage } from '../../support/service-stage.js';

async function staged() {
  const directory = new MemoryDirectory();
  directory.know('tybalt', { nick: 'prince_of_cats' });
  const stage = new ServiceStage({ directory });
  await stage.register();
  return { stage, directory };
}

const typed = (input: string) => el('query', NS.GATEWAY, null, el('prompt', NS.GATEWAY, null, input));

describe('names that only the network knows', () => {
  it('E07 E09 becomes an address that does not change', async () => {
    const { stage } = await staged();
    const answer = await stage.ok('set', ROMEO, typed('@prince_of_cats'));
    expect(answer.child('jid')?.text()).toBe(`tybalt@${DOMAIN}`);
  });

  it('the network is not asked what its rules tell', async () => {
    const { stage, directory } = await staged();
    await stage.ok('set', ROMEO, typed('tybalt'));
    expect(directory.take()).toEqual([]);
  });

  it('E09 nobody is no address, and the network is asked for users only', async () => {
    const { stage, directory } = await staged();
    const stranger = 'mercutio@example.org/street';
    expect((await stage.fails('set', stranger, typed('@prince_of_cats'))).condition).toBe('not-acceptable');
    expect(directory.take()).toEqual([]);
    expect((await stage.fails('set', ROMEO, typed('@nobody'))).condition).toBe('not-acceptable');
  });

  it('says why the network could not be asked', async () => {
    const { stage } = await staged();
    expect((await stage.fails('set', ROMEO, typed('@secret'))).condition).toBe('forbidden');
  });

  it('B04 commands take such names for people', async () => {
    const { stage, directory } = await staged();
    const said = await stage.chat(ROMEO, 'block @prince_of_cats');
    expect(said.join()).toContain(`tybalt@${DOMAIN}`);
    expect(directory.take()).toEqual(['resolve @prince_of_cats']);
  });
});
