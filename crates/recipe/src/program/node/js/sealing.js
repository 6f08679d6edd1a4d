import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Transform } from 'node:stream';

const MAGIC = Buffer.from('SPW1');
const SALT = 32;
const SEGMENT = 64 * 1024;
const TAG = 16;

/** The key and the nonces of one text, made from the owner's key and a salt. */
class Segments {
  #key;
  #prefix;
  #count = 0;

  constructor(key, salt) {
    const derived = Buffer.from(hkdfSync('sha256', key, salt, 'spillway seal 1', 32 + 7));
    this.#key = derived.subarray(0, 32);
    this.#prefix = derived.subarray(32);
  }

  #nonce(isLast) {
    const count = Buffer.alloc(5);
    count.writeUInt32BE(this.#count);
    count[4] = isLast ? 1 : 0;
    this.#count += 1;
    return Buffer.concat([this.#prefix, count]);
  }

  seal(text, isLast) {
    const cipher = createCipheriv('aes-256-gcm', this.#key, this.#nonce(isLast));
    return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  }

  open(segment, isLast) {
    const end = segment.length - TAG;
    const cipher = createDecipheriv('aes-256-gcm', this.#key, this.#nonce(isLast));
    cipher.setAuthTag(segment.subarray(end));
    return Buffer.concat([cipher.update(segment.subarray(0, end)), cipher.final()]);
  }
}

/** Encrypts with AES-256-GCM, each 64 KiB with a check of their own. */
class Seal extends Transform {
  #segments;
  #begun = Buffer.alloc(0);

  constructor({ key, ...options }) {
    super(options);
    const salt = randomBytes(SALT);
    this.#segments = new Segments(key, salt);
    this.push(Buffer.concat([MAGIC, salt]));
  }

  _transform(chunk, encoding, callback) {
    let text = Buffer.concat([this.#begun, chunk]);
    // A full segment waits: it may be the last.
    for (; text.length > SEGMENT; text = text.subarray(SEGMENT)) {
      this.push(this.#segments.seal(text.subarray(0, SEGMENT), false));
    }
    this.#begun = text;
    callback();
  }

  _flush(callback) {
    callback(null, this.#segments.seal(this.#begun, true));
  }
}

/** Decrypts what Seal made. Bytes that were changed, moved or cut off are an error. */
class Open extends Transform {
  #key;
  #segments = null;
  #begun = Buffer.alloc(0);

  constructor({ key, ...options }) {
    super(options);
    this.#key = key;
  }

  _transform(chunk, encoding, callback) {
    let bytes = Buffer.concat([this.#begun, chunk]);
    const header = MAGIC.length + SALT;
    try {
      if (this.#segments === null && bytes.length >= header) {
        if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error('this is not sealed');
        this.#segments = new Segments(this.#key, bytes.subarray(MAGIC.length, header));
        bytes = bytes.subarray(header);
      }
      if (this.#segments !== null) {
        for (; bytes.length > SEGMENT + TAG; bytes = bytes.subarray(SEGMENT + TAG)) {
          this.push(this.#segments.open(bytes.subarray(0, SEGMENT + TAG), false));
        }
      }
      this.#begun = bytes;
      callback();
    } catch (error) {
      callback(error);
    }
  }

  _flush(callback) {
    try {
      if (this.#segments === null) throw new Error('the input ends before the first segment');
      callback(null, this.#segments.open(this.#begun, true));
    } catch (error) {
      callback(error);
    }
  }
}
