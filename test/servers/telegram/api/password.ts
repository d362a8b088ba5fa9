import { randomBytes } from 'node:crypto';
import { Api } from 'telegram';
import { PasswordCheck } from '../wire/srp.js';
import { long } from '../world/peers.js';
import { type Method, method, refuse } from './call.js';
import { authorise } from './login.js';

/** Wrong passwords after which one has to wait, and for how long (seconds). */
const MAX_WRONG = 10;
const WAIT = 86_400;

/** The second factor (core.telegram.org/api/srp). */
export const passwordMethods: readonly Method[] = [
  method(Api.account.GetPassword, (_request, call) => {
    const { server, session } = call;
    const { name } = session.authKey;
    const person = server.owing.get(name) ?? call.authorisation?.person;
    const unknown = {
      newAlgo: new Api.PasswordKdfAlgoUnknown(),
      newSecureAlgo: new Api.SecurePasswordKdfAlgoUnknown(),
      secureRandom: randomBytes(32),
    };
    if (person?.password === undefined) return new Api.account.Password({ ...unknown, hasPassword: false });
    const salts = { one: randomBytes(16), two: randomBytes(16) };
    const check = new PasswordCheck(person.password, salts);
    server.passwordChecks.set(name, check);
    return new Api.account.Password({
      ...{ ...unknown, hasPassword: true },
      currentAlgo: new Api.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow({
        ...{ salt1: salts.one, salt2: salts.two, g: PasswordCheck.generator, p: PasswordCheck.prime },
      }),
      ...{ srp_B: check.public, srpId: long(check.id) },
      ...(person.passwordHint !== undefined && { hint: person.passwordHint }),
    });
  }),
  method(Api.auth.CheckPassword, ({ password }, call) => {
    const { server, session } = call;
    const { name } = session.authKey;
    const person = server.owing.get(name);
    const check = server.passwordChecks.get(name);
    if (!person) return refuse('AUTH_KEY_UNREGISTERED', 401);
    if (!(password instanceof Api.InputCheckPasswordSRP)) return refuse('PASSWORD_HASH_INVALID');
    if (!check || check.id !== BigInt.asIntN(64, BigInt(password.srpId.toString())))
      return refuse('SRP_ID_INVALID');
    const wrong = server.wrongPasswords.get(person) ?? 0;
    if (wrong >= MAX_WRONG) refuse(`FLOOD_WAIT_${WAIT}`, 420);
    if (!check.accepts(password.A, password.M1)) {
      server.wrongPasswords.set(person, wrong + 1);
      return refuse('PASSWORD_HASH_INVALID');
    }
    server.wrongPasswords.delete(person);
    server.owing.delete(name);
    server.passwordChecks.delete(name);
    return authorise(person, call);
  }),
];
