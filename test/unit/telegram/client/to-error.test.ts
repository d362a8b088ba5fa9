import { describe, expect, it } from 'vitest';
import { RpcFailure } from '../../../../gateways/telegram/client/gramjs/network/rpc-failure.js';
import { migrationOf, toTgError } from '../../../../gateways/telegram/client/gramjs/to-error.js';

describe('what the server refuses', () => {
  it.each([
    [420, 'FLOOD_WAIT_30', { kind: 'wait', reason: 'FLOOD_WAIT', seconds: 30 }],
    [420, 'FLOOD_PREMIUM_WAIT_3', { kind: 'wait', reason: 'FLOOD_PREMIUM_WAIT', seconds: 3 }],
    [420, 'SLOWMODE_WAIT_60', { kind: 'wait', reason: 'SLOWMODE_WAIT', seconds: 60 }],
    [420, '2FA_CONFIRM_WAIT_604800', { kind: 'wait', seconds: 604_800 }],
    [401, 'AUTH_KEY_UNREGISTERED', { kind: 'lost' }],
    [401, 'SESSION_REVOKED', { kind: 'lost' }],
    [401, 'USER_DEACTIVATED_BAN', { kind: 'lost' }],
    [406, 'AUTH_KEY_DUPLICATED', { kind: 'lost' }],
    [401, 'SESSION_PASSWORD_NEEDED', { kind: 'refused', reason: 'SESSION_PASSWORD_NEEDED' }],
    [403, 'CHAT_WRITE_FORBIDDEN', { kind: 'refused', maybeDone: false }],
    [500, 'RPC_CALL_FAIL', { kind: 'unreachable', maybeDone: true }],
    [-503, 'Timeout', { kind: 'unreachable', maybeDone: true }],
    [500, 'MESSAGE_NOT_ACCEPTED', { kind: 'unreachable', maybeDone: false }],
    [500, 'RANDOM_ID_DUPLICATE', { kind: 'refused' }],
    [400, 'FLOOD_WAIT_X', { kind: 'refused', reason: 'FLOOD_WAIT_X' }],
  ])('%i %s', (code, text, error) => {
    expect(toTgError(new RpcFailure(code, text))).toMatchObject(error);
  });

  it('may be asked for elsewhere', () => {
    expect(migrationOf(new RpcFailure(303, 'PHONE_MIGRATE_4'))).toEqual({ what: 'PHONE', centre: 4 });
    expect(migrationOf(new RpcFailure(303, 'FILE_MIGRATE_2'))).toEqual({ what: 'FILE', centre: 2 });
    expect(migrationOf(new RpcFailure(400, 'MIGRATE'))).toBeUndefined();
  });
});
