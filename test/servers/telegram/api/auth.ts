import { randomBytes } from 'node:crypto';
import { Api } from 'telegram';
import { long } from '../world/peers.js';
import { caller, type Method, method, refuse } from './call.js';
import { sendCode } from './codes.js';
import { authorise, digits, migrate, passwordAsked } from './login.js';

/** Wrong codes after which one has to ask for another. */
const MAX_WRONG = 5;

/** Logging in with a number or as a bot, and out (core.telegram.org/api/auth). */
export const authMethods: readonly Method[] = [
  method(Api.auth.SendCode, ({ phoneNumber }, call) => sendCode(phoneNumber, call)),
  method(Api.auth.ResendCode, ({ phoneNumber, phoneCodeHash }, call) => {
    const sent = call.server.codes.get(digits(phoneNumber));
    if (sent?.hash !== phoneCodeHash) refuse('PHONE_CODE_HASH_EMPTY');
    return sendCode(phoneNumber, call, true);
  }),
  method(Api.auth.CancelCode, ({ phoneNumber }, call) => call.server.codes.delete(digits(phoneNumber))),
  method(Api.auth.SignIn, ({ phoneNumber, phoneCodeHash, phoneCode }, call) => {
    const { server } = call;
    const sent = server.codes.get(digits(phoneNumber));
    if (!sent || sent.hash !== phoneCodeHash) return refuse('PHONE_CODE_HASH_EMPTY');
    if (!phoneCode) refuse('PHONE_CODE_EMPTY');
    if (sent.expired || sent.wrong >= MAX_WRONG) refuse('PHONE_CODE_EXPIRED');
    if (sent.code !== phoneCode) {
      sent.wrong += 1;
      refuse('PHONE_CODE_INVALID');
    }
    const person = server.world.byPhone(phoneNumber);
    if (!person) return new Api.auth.AuthorizationSignUpRequired({});
    passwordAsked(person, call);
    server.codes.delete(digits(phoneNumber));
    return authorise(person, call);
  }),
  method(Api.auth.SignUp, ({ phoneNumber, phoneCodeHash, firstName, lastName }, call) => {
    const sent = call.server.codes.get(digits(phoneNumber));
    if (sent?.hash !== phoneCodeHash) refuse('PHONE_CODE_HASH_EMPTY');
    if (call.server.world.byPhone(phoneNumber)) refuse('PHONE_NUMBER_OCCUPIED');
    if (firstName === '') refuse('FIRSTNAME_INVALID');
    const phone = digits(phoneNumber);
    const facts = { firstName, lastName: lastName || undefined, phone, homeCentre: call.centre.id };
    return authorise(call.server.world.addPerson(facts), call);
  }),
  method(Api.auth.ImportBotAuthorization, ({ botAuthToken }, call) => {
    const bot = [...call.server.world.people.values()].find(({ botToken }) => botToken === botAuthToken);
    if (!bot)
      return refuse(/^\d+:[\w-]+$/.test(botAuthToken) ? 'ACCESS_TOKEN_EXPIRED' : 'ACCESS_TOKEN_INVALID');
    migrate(bot, call, 'USER');
    return authorise(bot, call);
  }),
  method(Api.auth.LogOut, (_request, call) => {
    const person = caller(call);
    const { authorisations } = call.server.world;
    const { name } = call.session.authKey;
    for (const [key, { files }] of [...authorisations])
      if (key === name || files === name) authorisations.delete(key);
    call.server.doings.emit('logout', person);
    return new Api.auth.LoggedOut({});
  }),
  method(Api.auth.ExportAuthorization, ({ dcId }, call) => {
    const person = caller(call);
    if (!call.server.centres.some(({ id }) => id === dcId)) refuse('DC_ID_INVALID');
    const bytes = randomBytes(32);
    call.server.exports.set(bytes.toString('hex'), { person, key: call.session.authKey.name });
    return new Api.auth.ExportedAuthorization({ id: long(person.id), bytes });
  }),
  method(Api.auth.ImportAuthorization, ({ bytes }, call) => {
    const name = Buffer.from(bytes).toString('hex');
    const exported = call.server.exports.get(name) ?? refuse('AUTH_BYTES_INVALID');
    call.server.exports.delete(name);
    return authorise(exported.person, call, exported.key);
  }),
];
