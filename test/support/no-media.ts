import { fileErrors, fileNotice } from '../../src/core/media/file-errors.js';
import type { FileNotice, FileOwner, Media, OpenedFiles } from '../../src/core/media/media.js';
import type { Pictures } from '../../src/core/profile/pictures.js';
import type { InboundAttachment } from '../../src/gateway/attachment.js';
import { MemoryPictures } from './memory-pictures.js';

/** A gateway without a place for files. */
export class NoMedia implements Media {
  readonly pictures: Pictures = new MemoryPictures();
  /** Whose files were removed. */
  readonly forgotten: string[] = [];

  async publish(_account: FileOwner, { name = 'file', size }: InboundAttachment): Promise<FileNotice> {
    return fileNotice(name, size, fileErrors.noPlace().text);
  }

  openFiles(): Promise<OpenedFiles> {
    return Promise.reject(fileErrors.unreadable());
  }

  async forget({ owner }: FileOwner): Promise<void> {
    this.forgotten.push(owner);
  }
}
