import bigInt from 'big-integer';
import { Api } from 'telegram';
import { afterEach, describe, expect, it } from 'vitest';
import { TelegramServer } from '../../../servers/telegram/telegram-server.js';
import { type PlainClient, peerOf, plainClient, userOf } from '../../../support/telegram/plain-client.js';

describe('contacts and people', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  async function stage() {
    const server = await TelegramServer.start();
    open.push(server);
    const alice = server.person('Alice', { phone: '491701234567' });
    const bob = server.person('Bob', { phone: '491707654321', username: 'bobby' });
    const here: PlainClient = await plainClient(server, alice);
    open.push(here);
    return { server, alice, bob, ...here };
  }

  it('adds, lists, finds and removes contacts', async () => {
    const { client, bob, server } = await stage();
    const imported = await client.invoke(
      new Api.contacts.ImportContacts({
        contacts: [
          new Api.InputPhoneContact({
            ...{ clientId: bigInt(1), phone: '+49 170 7654321', firstName: 'Robert', lastName: 'B' },
          }),
          new Api.InputPhoneContact({ clientId: bigInt(2), phone: '+1555', firstName: 'No', lastName: '' }),
        ],
      }),
    );
    expect(imported.imported.map(({ userId }) => Number(userId))).toEqual([bob.id]);
    const list = await client.invoke(new Api.contacts.GetContacts({ hash: bigInt(0) }));
    expect(list).toMatchObject({ users: [{ firstName: 'Robert', phone: '491707654321', contact: true }] });
    const found = await client.invoke(new Api.contacts.Search({ q: 'rob', limit: 10 }));
    expect(found.myResults).toMatchObject([{ userId: bigInt(bob.id) }]);
    const named = await client.invoke(new Api.contacts.ResolveUsername({ username: 'bobby' }));
    expect(named.peer).toMatchObject({ userId: bigInt(bob.id) });
    const called = await client.invoke(new Api.contacts.ResolvePhone({ phone: '491707654321' }));
    expect(called.peer).toMatchObject({ userId: bigInt(bob.id) });
    await expect(client.invoke(new Api.contacts.ResolvePhone({ phone: '155555' }))).rejects.toThrow(
      'PHONE_NOT_OCCUPIED',
    );
    await client.invoke(new Api.contacts.DeleteContacts({ id: [userOf(bob)] }));
    await client.invoke(
      new Api.contacts.AddContact({ id: userOf(bob), firstName: 'Bo', lastName: '', phone: '' }),
    );
    expect([...(server.world.people.get(bob.id)?.contacts ?? [])]).toEqual([]);
    const statuses = await client.invoke(new Api.contacts.GetStatuses());
    expect(statuses).toMatchObject([{ userId: bigInt(bob.id) }]);
  });

  it('blocks and unblocks, and tells what others do', async () => {
    const { client, bob, alice, next } = await stage();
    await client.invoke(new Api.contacts.Block({ id: peerOf(bob) }));
    const blocked = await client.invoke(new Api.contacts.GetBlocked({ offset: 0, limit: 10 }));
    expect(blocked.blocked).toMatchObject([{ peerId: { userId: bigInt(bob.id) } }]);
    await client.invoke(new Api.contacts.Unblock({ id: peerOf(bob) }));
    bob.says('hello', alice);
    bob.comesOnline();
    bob.renames({ firstName: 'Bobby' });
    bob.changesPicture({ bytes: Buffer.from('jpeg'), width: 1, height: 1 });
    expect((await next(Api.UpdateUserStatus)).status).toBeInstanceOf(Api.UserStatusOnline);
    expect((await next(Api.UpdateUserName)).firstName).toBe('Bobby');
    await next(Api.UpdateUser);
    const [seen] = await client.invoke(new Api.users.GetUsers({ id: [userOf(bob)] }));
    expect(seen).toMatchObject({ firstName: 'Bobby', photo: { className: 'UserProfilePhoto' } });
    const bytes = await client.downloadProfilePhoto(peerOf(bob));
    expect(bytes?.toString()).toBe('jpeg');
    bob.deletesAccount();
    await next(Api.UpdateUser);
    const full = await client.invoke(new Api.users.GetFullUser({ id: userOf(bob) }));
    expect(full.users).toMatchObject([{ deleted: true }]);
  });

  it('changes its own name and presence, and lists its sessions', async () => {
    const { client, alice, server } = await stage();
    await client.invoke(new Api.account.UpdateStatus({ offline: false }));
    expect(alice.person.status).toMatchObject({ online: true });
    await client.invoke(new Api.account.UpdateProfile({ firstName: 'Alicia', about: 'here' }));
    expect(alice.person).toMatchObject({ firstName: 'Alicia', about: 'here' });
    server.logIn(alice.person, 'telephone');
    const { authorizations } = await client.invoke(new Api.account.GetAuthorizations());
    expect(authorizations.map(({ deviceModel, current }) => [deviceModel, current])).toEqual([
      [expect.any(String), true],
      ['telephone', false],
    ]);
    const other = authorizations.find(({ current }) => !current);
    await client.invoke(new Api.account.ResetAuthorization({ hash: other?.hash ?? bigInt(0) }));
    expect(server.world.authorisations.size).toBe(1);
  });
});
