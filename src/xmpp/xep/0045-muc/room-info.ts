import { NS } from '../../namespace.js';
import { type DataField, type DataForm, formTypeField } from '../0004-data-forms/data-form.js';

/** The node that asks a room for the user's own nick there (XEP-0045 §7.12). */
export const NODE_OWN_NICK = 'x-roomuser-item';

/** What the features of a room tell, one of each pair (XEP-0045 §16.3). */
export interface RoomPrivacy {
  readonly hidden: boolean;
  readonly membersOnly: boolean;
  readonly moderated: boolean;
  readonly passwordProtected: boolean;
  readonly nonAnonymous: boolean;
  readonly temporary: boolean;
}

/** One feature for each pair. */
export function privacyFeatures(privacy: RoomPrivacy): readonly string[] {
  return [
    privacy.hidden ? 'muc_hidden' : 'muc_public',
    privacy.membersOnly ? 'muc_membersonly' : 'muc_open',
    privacy.moderated ? 'muc_moderated' : 'muc_unmoderated',
    privacy.nonAnonymous ? 'muc_nonanonymous' : 'muc_semianonymous',
    privacy.passwordProtected ? 'muc_passwordprotected' : 'muc_unsecured',
    privacy.temporary ? 'muc_temporary' : 'muc_persistent',
  ];
}

/** The extended information of a room (XEP-0045 §6.4, §16.5.4); what is undefined is not known. */
export interface RoomInfo {
  readonly name: string;
  readonly description?: string;
  /** SHA-1 of the room's picture (XEP-0486 §3.3). */
  readonly photo?: string;
  readonly subject?: string;
  readonly occupants?: number;
  /** Whether an ordinary occupant may change the subject. */
  readonly openSubject?: boolean;
  /** Seconds between two messages of one occupant, 0: none (XEP-0500). */
  readonly slowModeSeconds?: number;
}

/** The `muc#roominfo` form; booleans are `1` and `0`, because clients compare with `1` (H05). */
export function roomInfoForm(info: RoomInfo): DataForm {
  const fields: DataField[] = [
    formTypeField(NS.MUC_ROOMINFO),
    { var: 'muc#roomconfig_roomname', type: 'text-single', values: [info.name] },
  ];
  const { description, photo, subject, occupants, openSubject, slowModeSeconds } = info;
  if (description !== undefined)
    fields.push({ var: 'muc#roominfo_description', type: 'text-single', values: [description] });
  if (photo !== undefined)
    fields.push({ var: 'muc#roominfo_avatarhash', type: 'text-multi', values: [photo] });
  if (subject !== undefined)
    fields.push({ var: 'muc#roominfo_subject', type: 'text-single', values: [subject] });
  if (occupants !== undefined)
    fields.push({ var: 'muc#roominfo_occupants', type: 'text-single', values: [String(occupants)] });
  if (openSubject !== undefined)
    fields.push({
      var: 'muc#roomconfig_changesubject',
      type: 'boolean',
      values: [openSubject ? '1' : '0'],
    });
  if (slowModeSeconds !== undefined)
    fields.push({
      var: 'muc#roominfo_slow_mode_duration',
      type: 'text-single',
      values: [String(slowModeSeconds)],
    });
  fields.push(
    { var: 'muc#roomconfig_allowinvites', type: 'boolean', values: ['1'] },
    { var: 'muc#roomconfig_allowpm', type: 'list-single', values: ['anyone'] },
  );
  return { type: 'result', fields };
}
