import { Api } from 'telegram';
import { photoOf } from '../world/files.js';
import { long } from '../world/peers.js';
import { picture } from '../world/people.js';
import { caller, type Method, method, namedFor } from './call.js';
import { uploadedPhoto } from './uploaded.js';
import { personOf } from './users.js';

/** Pictures of people (core.telegram.org/api/files#profile-pictures). */
export const photoMethods: readonly Method[] = [
  method(Api.photos.GetUserPhotos, ({ userId, offset, limit }, call) => {
    const person = personOf(userId, call);
    const photo = photoOf(call.server.world, person.photo);
    const photos = photo ? [photo].slice(offset, offset + limit) : [];
    const { users } = namedFor(call, { userId: long(person.id) });
    return new Api.photos.Photos({ photos, users });
  }),
  method(Api.photos.UploadProfilePhoto, async ({ file }, call) => {
    const person = caller(call);
    const photo = await uploadedPhoto(file, call);
    picture(call.server, person, photo, call.session);
    const { users } = namedFor(call, { userId: long(person.id) });
    return new Api.photos.Photo({ photo, users });
  }),
  method(Api.photos.UpdateProfilePhoto, ({ id }, call) => {
    const person = caller(call);
    const input = id instanceof Api.InputPhoto ? BigInt(id.id.toString()) : undefined;
    const photo = input === undefined ? undefined : photoOf(call.server.world, { id: input, centre: 0 });
    picture(call.server, person, photo, call.session);
    const { users } = namedFor(call, { userId: long(person.id) });
    return new Api.photos.Photo({ photo: photo ?? new Api.PhotoEmpty({ id: long(0) }), users });
  }),
  method(Api.photos.DeletePhotos, ({ id }, call) => {
    const person = caller(call);
    const wanted = id.flatMap((one) => (one instanceof Api.InputPhoto ? [one.id.toString()] : []));
    if (!person.photo || !wanted.includes(person.photo.id.toString())) return [];
    const { id: gone } = person.photo;
    picture(call.server, person, undefined, call.session);
    return [gone];
  }),
];
