import { randomBytes, randomInt } from 'node:crypto';
import { Api } from 'telegram';
import { RpcFailure } from '../wire/schema.js';
import { PasswordCheck } from '../wire/srp.js';
import { long, userView } from '../world/views.js';
import { type Person, randomLong } from '../world/world.js';
import { type Call, caller, type Method, method } from './call.js';

/** Who has given a right code and still owes the password, by name of the authorisation key. */
const owing = new WeakMap<Call['server'], Map<string, Person>>();
const checks = new WeakMap<Call['server'], Map<string, PasswordCheck>>();

/** Logging in and out (core.telegram.org/api/auth). */
export const authMethods: readonly Method[] = [
  method(Api.auth.SendCode, ({ phoneNumber }, call) => sendCode(phoneNumber, call)),
  method(Api.auth.ResendCode, ({ phoneNumber }, call) => sendCode(phoneNumber, call)),
  method(Api.auth.SignIn, ({ phoneNumber, phoneCodeHash, phoneCode }, call) => {
    const { server, session } = call;
    const sent = server.codes.get(digits(phoneNumber));
    if (!sent || sent.hash !== phoneCodeHash) throw new RpcFailure(400, 'PHONE_CODE_HASH_EMPTY');
    if (sent.expired) throw new RpcFailure(400, 'PHONE_CODE_EXPIRED');
    if (sent.code !== phoneCode) throw new RpcFailure(400, 'PHONE_CODE_INVALID');
    const person = server.world.byPhone(phoneNumber);
    if (!person) return new Api.auth.AuthorizationSignUpRequired({});
    if (person.password !== undefined) {
      mapOf(owing, server).set(session.authKey.name, person);
      throw new RpcFailure(401, 'SESSION_PASSWORD_NEEDED');
    }
    server.codes.delete(digits(phoneNumber));
    return authorise(person, call);
  }),
  method(Api.account.GetPassword, (_request, call) => {
    const { server, session } = call;
    const person = mapOf(owing, server).get(session.authKey.name) ?? call.authorisation?.person;
    const unknown = {
      newAlgo: new Api.PasswordKdfAlgoUnknown(),
      newSecureAlgo: new Api.SecurePasswordKdfAlgoUnknown(),
      secureRandom: randomBytes(32),
    };
    if (person?.password === undefined) return new Api.account.Password({ ...unknown, hasPassword: false });
    const salts = { one: randomBytes(16), two: randomBytes(16) };
    const check = new PasswordCheck(person.password, salts);
    mapOf(checks, server).set(session.authKey.name, check);
    return new Api.account.Password({
      ...unknown,
      hasPassword: true,
      currentAlgo: new Api.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow({
        ...{ salt1: salts.one, salt2: salts.two, g: PasswordCheck.generator, p: PasswordCheck.prime },
      }),
      ...{ srp_B: check.public, srpId: long(check.id) },
      ...(person.passwordHint !== undefined && { hint: person.passwordHint }),
    });
  }),
  method(Api.auth.CheckPassword, ({ password }, call) => {
    const { server, session } = call;
    const person = mapOf(owing, server).get(session.authKey.name);
    const check = mapOf(checks, server).get(session.authKey.name);
    if (!person || !check || !(password instanceof Api.InputCheckPasswordSRP))
      throw new RpcFailure(400, 'SRP_ID_INVALID');
    if (!check.accepts(password.A, password.M1)) throw new RpcFailure(400, 'PASSWORD_HASH_INVALID');
    mapOf(owing, server).delete(session.authKey.name);
    return authorise(person, call);
  }),
  method(Api.auth.ImportBotAuthorization, ({ botAuthToken }, call) => {
    const bot = [...call.server.world.people.values()].find(({ botToken }) => botToken === botAuthToken);
    if (!bot) throw new RpcFailure(400, 'ACCESS_TOKEN_INVALID');
    migrate(bot, call, 'USER');
    return authorise(bot, call);
  }),
  method(Api.auth.LogOut, (_request, call) => {
    caller(call);
    call.server.world.authorisations.delete(call.session.authKey.name);
    return new Api.auth.LoggedOut({});
  }),
  method(Api.auth.ExportAuthorization, ({ dcId }, call) => {
    const person = caller(call);
    if (!call.server.centres.some(({ id }) => id === dcId)) throw new RpcFailure(400, 'DC_ID_INVALID');
    const bytes = randomBytes(32);
    call.server.exports.set(bytes.toString('hex'), person);
    return new Api.auth.ExportedAuthorization({ id: long(person.id), bytes });
  }),
  method(Api.auth.ImportAuthorization, ({ bytes }, call) => {
    const name = Buffer.from(bytes).toString('hex');
    const person = call.server.exports.get(name);
    if (!person) throw new RpcFailure(400, 'AUTH_BYTES_INVALID');
    call.server.exports.delete(name);
    // Such sessions fetch files; the updates go to the one at home.
    call.session.wantsUpdates = false;
    return authorise(person, call);
  }),
];

function sendCode(phoneNumber: string, call: Call): Api.auth.SentCode {
  const { server } = call;
  const number = digits(phoneNumber);
  if (!/^\d{7,15}$/.test(number)) throw new RpcFailure(400, 'PHONE_NUMBER_INVALID');
  const person = server.world.byPhone(number);
  if (person?.banned) throw new RpcFailure(400, 'PHONE_NUMBER_BANNED');
  if (person) migrate(person, call, 'PHONE');
  const sent = {
    code: String(randomInt(10_000, 99_999)),
    hash: randomBytes(9).toString('hex'),
    expired: false,
  };
  server.codes.set(number, sent);
  const { length } = sent.code;
  return new Api.auth.SentCode({
    // To other clients where there are any, else by SMS.
    type: person ? new Api.auth.SentCodeTypeApp({ length }) : new Api.auth.SentCodeTypeSms({ length }),
    phoneCodeHash: sent.hash,
    timeout: 60,
  });
}

/** Sends a client to the data centre where the account lives. */
function migrate(person: Person, { centre }: Call, what: 'PHONE' | 'USER'): void {
  if (person.homeCentre !== centre.id) throw new RpcFailure(303, `${what}_MIGRATE_${person.homeCentre}`);
}

function authorise(person: Person, { server, session }: Call): Api.auth.Authorization {
  const known = {
    hash: randomLong(),
    person,
    key: session.authKey,
    created: server.seconds(),
    device: 'client',
  };
  server.world.authorisations.set(session.authKey.name, known);
  return new Api.auth.Authorization({ user: userView(person, person) });
}

function digits(phone: string): string {
  return phone.replace(/\D/g, '');
}

function mapOf<Value>(
  maps: WeakMap<Call['server'], Map<string, Value>>,
  server: Call['server'],
): Map<string, Value> {
  const map = maps.get(server) ?? new Map<string, Value>();
  maps.set(server, map);
  return map;
}
