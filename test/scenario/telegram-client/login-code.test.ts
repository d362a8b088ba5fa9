import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClientStage } from '../../support/telegram/client-stage.js';

let stage: ClientStage;
beforeEach(async () => {
  stage = await ClientStage.open();
});
afterEach(() => stage.close());

describe('logging in by a code (C21)', () => {
  it('C21 asks for the code and says where it went', async () => {
    stage.server.world.addPerson({ firstName: 'Alice', phone: '491701234567' });
    const one = stage.client();
    const sent = await one.client.login.sendCode('+49 170 1234567');
    expect(sent).toMatchObject({ kind: 'code', where: 'app', length: 5 });
  });

  it('C21 is logged in with the right code, at the data centre where the account lives', async () => {
    const alice = stage.server.world.addPerson({ firstName: 'Alice', phone: '491701234567', homeCentre: 2 });
    const one = await stage.login(alice);
    expect(await one.client.me()).toMatchObject({ id: `u${alice.id}`, firstName: 'Alice', self: true });
    expect(stage.server.world.authorisations.size).toBe(1);
  });
});
