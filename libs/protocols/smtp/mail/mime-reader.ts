import { isBlank } from '../../http/characters.ts';
import { mediaType, parameter, trimBlanks } from '../../http/text.ts';
import { Attachment } from './attachment.ts';
import { HeadReader, MailField } from './head-reader.ts';
import { LineAssembler, togetherLimit, type LineSink } from './line-assembler.ts';
import { readParameter } from './parameters.ts';
import { transferDecoder, type TransferDecoder } from './transfer-decoding.ts';

/** Attachments that are told of one mail; the reading of parts ends with the last of them. */
export const attachmentLimit = 64;
/** Multiparts within multiparts. */
export const depthLimit = 16;
/** Mails attached to attached mails. */
export const nestingLimit = 4;
/** Longest boundary that is looked for; RFC 2046, section 5.1.1, allows 70. */
const boundaryLimit = 200;

const State = { head: 0, leaf: 1, between: 2 } as const;

const dash = 0x2d;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const lineBreak = Uint8Array.of(carriageReturn, lineFeed);

/**
 * A mail while it passes: the fields of its head, and the files in it (RFC 2045, 2046): each part that has a file name, calls itself an attachment, or is neither text nor
 * made of parts. A mail within the mail is a file, and is looked into as well. Content is not kept.
 */
export class MimeReader implements LineSink {
  /** Of the mail itself. */
  readonly head = new HeadReader();
  readonly attachments: Attachment[];
  readonly #hashes: boolean;
  readonly #nesting: number;
  readonly #lines = new LineAssembler(this);
  /** Delimiters of the multiparts that are open, the outermost first: `--boundary`. */
  readonly #delimiters: Uint8Array[] = [];
  #state: number = State.head;
  /** Of the entity at hand. */
  #entity = this.head;
  #leaf: Attachment | undefined;
  #decoder: TransferDecoder | undefined;
  /** Octets of the line break before the line at hand: the content's, unless a delimiter follows. */
  #pendingBreak = 0;

  constructor(hashes: boolean, attachments: Attachment[] = [], nesting = 0) {
    this.#hashes = hashes;
    this.attachments = attachments;
    this.#nesting = nesting;
  }

  append(bytes: Uint8Array, start: number, end: number): void {
    // A text without parts is of no further interest.
    if (this.#state !== State.between || this.#delimiters.length > 0) this.#lines.append(bytes, start, end);
  }

  /** Nothing more comes; `isWhole` if nothing is missing. */
  end(isWhole: boolean): void {
    // A header that breaks off says something else than its whole.
    if (isWhole || this.#state !== State.head) this.#lines.end();
    this.#entity.finish();
    if (this.#state === State.leaf) this.#endLine();
    this.#closeLeaf(isWhole);
  }

  line(bytes: Uint8Array, start: number, end: number, isFirst: boolean, isLast: boolean): void {
    if (isFirst && isLast && this.#delimiters.length > 0 && this.#readDelimiter(bytes, start, end)) return;
    const stop = isLast ? contentEnd(bytes, start, end) : end;
    if (this.#state === State.head) {
      // The empty line ends the head; one without a line break is the end of it all.
      if (isFirst && isLast && stop === start && end > start) this.#openBody();
      else this.#entity.line(bytes, start, stop, isFirst);
    } else if (this.#decoder !== undefined) {
      if (isFirst) this.#endLine();
      this.#decoder.append(bytes, start, stop);
      if (isLast) this.#pendingBreak = end - stop;
    }
  }

  /** The line break was content. */
  #endLine(): void {
    if (this.#pendingBreak > 0) this.#decoder?.append(lineBreak, 2 - this.#pendingBreak, 2);
    this.#pendingBreak = 0;
  }

  /** True if the line is the delimiter of an open multipart, the innermost one first; an outer one ends what is within (RFC 2046, section 5.1.2). */
  #readDelimiter(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < 3 || end - start > togetherLimit || bytes[start] !== dash || bytes[start + 1] !== dash) return false;
    for (let level = this.#delimiters.length - 1; level >= 0; level--) {
      const rest = start + this.#delimiters[level]!.length;
      if (!beginsWith(bytes, start, end, this.#delimiters[level]!)) continue;
      const isClosing = rest + 1 < end && bytes[rest] === dash && bytes[rest + 1] === dash;
      if (!isOnlyBlank(bytes, isClosing ? rest + 2 : rest, end)) continue;
      this.#pendingBreak = 0;
      this.#closeLeaf(true);
      this.#delimiters.length = isClosing ? level : level + 1;
      this.#state = isClosing ? State.between : State.head;
      this.#entity.finish();
      this.#entity = new HeadReader();
      return true;
    }
    return false;
  }

  #openBody(): void {
    const head = this.#entity;
    head.finish();
    this.#state = State.between;
    const contentType = head.value(MailField.contentType);
    const mimeType = (contentType === undefined ? undefined : mediaType(contentType)) ?? 'text/plain';
    if (mimeType.startsWith('multipart/') && this.#openMultipart(contentType!)) return;
    if (this.attachments.length === attachmentLimit) return;
    const disposition = head.value(MailField.disposition) ?? '';
    const fileName = readParameter(disposition, 'filename') ?? readParameter(contentType ?? '', 'name');
    const isText = mimeType.startsWith('text/') || mimeType.startsWith('multipart/');
    if (isText && fileName === undefined && mediaType(disposition) !== 'attachment') return;
    this.#openLeaf(fileName, mimeType, head.value(MailField.encoding));
  }

  #openMultipart(contentType: string): boolean {
    const boundary = parameter(contentType, 'boundary');
    if (boundary === undefined || boundary === '' || boundary.length > boundaryLimit) return false;
    if (this.#delimiters.length === depthLimit) return false;
    this.#delimiters.push(Buffer.from(`--${boundary}`, 'latin1'));
    return true;
  }

  #openLeaf(fileName: string | undefined, mimeType: string, encoding: string | undefined): void {
    const isMail = (mimeType === 'message/rfc822' || mimeType === 'message/global') && this.#nesting < nestingLimit;
    const inner = isMail ? new MimeReader(this.#hashes, this.attachments, this.#nesting + 1) : undefined;
    this.#leaf = new Attachment(fileName, mimeType, this.#hashes, inner);
    this.attachments.push(this.#leaf);
    this.#decoder = transferDecoder(encoding === undefined ? undefined : trimBlanks(encoding), this.#leaf.append);
    this.#state = State.leaf;
  }

  #closeLeaf(isWhole: boolean): void {
    this.#decoder?.end();
    this.#leaf?.end(isWhole);
    this.#decoder = undefined;
    this.#leaf = undefined;
  }
}

/** Where the line break begins; `end` if there is none. */
function contentEnd(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || bytes[end - 1] !== lineFeed) return end;
  return end - start > 1 && bytes[end - 2] === carriageReturn ? end - 2 : end - 1;
}

function beginsWith(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start < text.length) return false;
  for (let at = 0; at < text.length; at++) if (bytes[start + at] !== text[at]) return false;
  return true;
}

/** Blanks, and a line break at the end. */
function isOnlyBlank(bytes: Uint8Array, start: number, end: number): boolean {
  const stop = contentEnd(bytes, start, end);
  for (let at = start; at < stop; at++) if (!isBlank(bytes[at]!)) return false;
  return true;
}
