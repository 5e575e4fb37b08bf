/// <reference types="node" />

import type { Transform } from 'node:stream'
import type { FileHandle } from 'node:fs/promises'
import type { TransformStream } from 'node:stream/web'

/** Bytes, or text as its UTF-8 bytes. A `Uint8Array` over a `SharedArrayBuffer` is refused. */
export type Message = Uint8Array | string

/** An aad or a context: bytes, text, or a map of strings in one canonical encoding, whatever the order of its pairs. */
export type Spoken = Uint8Array | string | ReadonlyMap<string, string> | Readonly<Record<string, string>>

/** The types that this release works with. Others have names too, which say `type_not_supported`. */
export type KeyType =
  | 'xaes256-gcm' | 'aes256-siv' | 'aes256-gcm96' | 'aes128-gcm96' | 'chacha20-poly1305' | 'xchacha20-poly1305' | 'ed25519' | 'ecdsa-p256' | 'ecdsa-p384' | 'ecdsa-p521' | 'rsa-2048' | 'rsa-3072' | 'rsa-4096' | 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87' | 'hmac' | 'aes128-cmac' | 'aes256-cmac'

/** `sha1` verifies signatures; else it is for what Transit made or is to verify, in the view that `transit` gives, and refused elsewhere. */
export type HashAlgorithm = 'sha2-224' | 'sha2-256' | 'sha2-384' | 'sha2-512' | 'sha3-224' | 'sha3-256' | 'sha3-384' | 'sha3-512' | 'sha1'

/** `asn1` is padded standard base64, `jws` URL-safe base64 without padding, as JSON Web Signatures have it. */
export type SignatureForm = 'asn1' | 'jws'

/** RSASSA-PSS or RSASSA-PKCS1-v1_5. */
export type RsaPadding = 'pss' | 'pkcs1v15'

/** `auto` is as long as the key allows, and whatever it was when verifying; `hash` as long as a digest of the hash, as in the form `jws` unless given; or a number of bytes. */
export type SaltLength = 'auto' | 'hash' | number

/** Whose backup it is: HashiCorp Vault's or OpenBao's. */
export type Dialect = 'vault' | 'openbao'

/** Which part of a key: what encrypts, what signs, what MACs. */
export type ExportKind = 'encryption-key' | 'signing-key' | 'hmac-key'

/**
 * `raw` is base64 of the bytes, and of ECDSA and RSA keys PEM; `der` base64 of PKCS#8 or SubjectPublicKeyInfo, `pem` the same as PEM, and `jwk` a JSON
 * Web Key, which the products do not have. Only key pairs have another form than `raw`.
 */
export type ExportFormat = 'raw' | 'der' | 'pem' | 'jwk'

/** Without it secret material does not leave the keyring: a phrase that a reviewer can search for. */
export interface Exposure {
  exposeSecretMaterial: true
}

/** What `Key.certificateRequest` can be told. */
export interface CertificateRequestOptions extends OfVersion {
  /** A request as PEM or DER, whose subject and attributes are taken, whichever key has signed it. */
  template?: Message
}

/** What is of a version. */
export interface OfVersion {
  /** The latest unless given. */
  version?: number
}

/** What `Key.exportWrapped` asks for: that secrets leave, and with which hash they are wrapped. */
export interface WrappedExposure extends Exposure {
  /** Of RSA-OAEP, also in MGF1: `sha2-256` unless given. */
  hash?: HashAlgorithm
}

/** What `Key.backupTransit` asks for: that secrets leave in the clear, and whether also from a key that the product could not work with. */
export interface BackupExposure extends Exposure {
  /** Also of a key that the product would restore and could not work with, or with which it would lose data or believe forged signatures. */
  evenIfUnusable?: boolean
}

/**
 * Options are a plain object; its own properties are read, once each. No aad is said by leaving it out: an option whose value is `undefined` or
 * `null` is refused, so that a value missing by mistake does not leave an aad out. So is an aad that is empty.
 */
export interface AadOptions {
  /** Authenticated with the message, not stored. */
  aad?: Spoken
}

export interface ContextOptions {
  /** Of a derived key: what its subkey is made from. The view that `transit` gives ignores it for other keys and for macs. */
  context?: Spoken
}

export interface DecryptOptions extends AadOptions, ContextOptions {}

export interface EncryptOptions extends DecryptOptions {
  /** The version to work with, instead of the latest. */
  version?: number
}

/** In how many threads a file is worked on. */
export interface OfThreads {
  /**
   * 1 to 64. One is that of JavaScript, which does it unless more are given: then it is done in Node's thread pool and in others, with some 3 MiB of
   * memory for each.
   */
  threads?: number
}

export interface EncryptStreamOptions extends EncryptOptions, OfThreads {}

export interface DecryptStreamOptions extends DecryptOptions, OfThreads {}

/** A file that is read from anywhere: a path, what `open` of `node:fs/promises` gives, or memory. */
export type FileSource = string | URL | FileHandle | Uint8Array

export interface RewrapOptions extends DecryptOptions {
  /** The version to rewrap to, in the view that `transit` gives; the native view has the latest only. */
  version?: number
}

export interface VerifyOptions extends ContextOptions {
  form?: SignatureForm
  /**
   * SHA-256 unless given, but in the form `jws` the hash that JSON Web Signatures have for the key's type. `none` is for what an RSA key pads
   * as it is. Ed25519 and ML-DSA have no hash to choose: it is ignored by the view that `transit` gives, and refused by the native view.
   */
  hash?: HashAlgorithm | 'none'
  /** Whether the message is a digest by the hash. Of ECDSA and RSA keys. */
  prehashed?: boolean
  /** Of RSA keys: `pss` unless given. */
  padding?: RsaPadding
  /** Of RSA keys with `pss`. */
  saltLength?: SaltLength
}

export interface SignOptions extends VerifyOptions {
  version?: number
}

export interface VerifyHmacOptions extends ContextOptions {
  /** SHA-256 unless given. */
  hash?: HashAlgorithm
}

export interface HmacOptions extends VerifyHmacOptions {
  version?: number
}

/**
 * What is done to a value before it is indexed, by the tables of Unicode 16.0 for good: white space is cut off (`trim`), characters that mean the same
 * become one (`nfkc`), case is folded (`casefold`), only digits are left (`digits`), or what is usual for an address (`email`).
 */
export type Normalization = 'none' | 'trim' | 'nfkc' | 'casefold' | 'digits' | 'email'

/** How a column is indexed: the same wherever it is written and searched. */
export interface IndexOptions {
  /** Of the column, such as `users.email`, 1 to 255 bytes. The indexes of two columns have nothing in common. */
  name: string
  /** One step, or several in their order. Nothing is done unless it is said. */
  normalize?: Normalization | readonly Normalization[]
  /** 8 to 256; 128 unless given. */
  bits?: number
  /** The version to write with, for unique columns: without it a rotation is written with when every process knows of it. */
  version?: number
}

/** Of a batch: the values of a column are indexed alike. The first error is thrown, with its `index`. */
export type IndexThrowing = IndexOptions & { errors?: 'throw' }

/** Of a batch. Each error stands in the results, also that of a value that is `null` or `undefined`. */
export type IndexReturning = IndexOptions & { errors: 'return' }

export interface IssueOptions extends EncryptOptions {
  /** What it begins with: 2 to 16 of a-z and 0-9, and an underscore; `srt_` unless given. */
  prefix?: string
}

export interface RedeemOptions extends DecryptOptions {
  /** What it was issued with; `srt_` unless given. */
  prefix?: string
  /** By how many milliseconds the clock of whoever issued it may be ahead; 60,000 unless given. */
  leewayMs?: number
}

/** What a token says. `console.log`, `util.inspect` and `JSON.stringify` do not show the payload, and `structuredClone` refuses it. */
export interface Token {
  /** What it was issued with. */
  readonly payload: Buffer
  readonly issued: Date
  /** From when on it is refused. */
  readonly expires: Date
}

/** Each option of a batch is one value for all inputs, or an array with one for each: no other thing with values, since its parts may not be what is meant. */
export type Columns<Options> = { [Name in keyof Options]: Options[Name] | readonly NonNullable<Options[Name]>[] }

/** Of a batch. The first error is thrown; its `index` says which input it was, as that of an error which is returned does. */
export type Throwing<Options = {}> = Columns<Options> & { errors?: 'throw' }

/** Of a batch. Each error stands in the results, in the place of the result, also that of an input that is `null` or `undefined`. */
export type Returning<Options = {}> = Columns<Options> & { errors: 'return' }

/**
 * Options as they are given: nothing but what is known, and each with a value. What may be `undefined`, as the id of a row before it was saved,
 * is refused by the compiler also without `exactOptionalPropertyTypes`.
 */
export type Exactly<Given, Options> = Given & {
  [Name in keyof Given]: Name extends keyof Options ? {} extends Pick<Given, Name> ? unknown : undefined extends Given[Name] ? never : unknown : never
}

/** A key in the clear and encrypted. `console.log`, `util.inspect` and `JSON.stringify` show the latter alone, and `structuredClone` refuses it. */
export interface DataKey {
  /** The key. Wipe it with `fill(0)` after use. */
  readonly plaintext: Buffer
  /** The data key, encrypted as text. */
  readonly ciphertext: string
}

/** What brings a file under the latest version. */
export interface RewrapStream extends Transform {
  /** The version of the key that the new file is under, once the beginning of the old one has arrived. */
  readonly version: number | undefined
}

/** What a file of any size says of itself, to whoever has no key too. None of it is authenticated. */
export class StreamInfo {
  private constructor ()
  /** The version of the key that it is under. */
  readonly version: number
  /** How many bytes its plaintext has, by the length of the file; `undefined` where it was cut off between two chunks. */
  readonly plaintextLength: number | undefined

  /** Reads 64 bytes; no key is asked. */
  static read (source: FileSource): Promise<StreamInfo>
  /** How many bytes the plaintext has of a file of so many; `undefined` if no file has. */
  static plaintextLength (fileLength: number): number | undefined
}

/** The data operations of a key, or of a derived key under a context. */
export class View {
  protected constructor ()

  /** The name of the key. It is known without a look at the keyring. */
  readonly name: string

  /** A ciphertext as text. */
  encrypt<Given extends EncryptOptions> (plaintext: Message, options?: Exactly<Given, EncryptOptions>): string
  encryptAsync<Given extends EncryptOptions> (plaintext: Message, options?: Exactly<Given, EncryptOptions>): Promise<string>
  encryptBatch<Given extends Throwing<EncryptOptions>> (plaintexts: readonly Message[], options?: Exactly<Given, Throwing<EncryptOptions>>): string[]
  encryptBatch<Given extends Returning<EncryptOptions>> (plaintexts: readonly (Message | null | undefined)[], options: Exactly<Given, Returning<EncryptOptions>>): (string | StrongroomError)[]

  /** The plaintext, in memory of its own that no other `Buffer` shares. */
  decrypt<Given extends DecryptOptions> (ciphertext: string, options?: Exactly<Given, DecryptOptions>): Buffer
  decryptAsync<Given extends DecryptOptions> (ciphertext: string, options?: Exactly<Given, DecryptOptions>): Promise<Buffer>
  decryptBatch<Given extends Throwing<DecryptOptions>> (ciphertexts: readonly string[], options?: Exactly<Given, Throwing<DecryptOptions>>): Buffer[]
  decryptBatch<Given extends Returning<DecryptOptions>> (ciphertexts: readonly (string | null | undefined)[], options: Exactly<Given, Returning<DecryptOptions>>): (Buffer | StrongroomError)[]

  /** The ciphertext under the latest version. One that is up to date comes back as it is, but in the view that `transit` gives. */
  rewrap<Given extends RewrapOptions> (ciphertext: string, options?: Exactly<Given, RewrapOptions>): string
  rewrapAsync<Given extends RewrapOptions> (ciphertext: string, options?: Exactly<Given, RewrapOptions>): Promise<string>
  rewrapBatch<Given extends Throwing<RewrapOptions>> (ciphertexts: readonly string[], options?: Exactly<Given, Throwing<RewrapOptions>>): string[]
  rewrapBatch<Given extends Returning<RewrapOptions>> (ciphertexts: readonly (string | null | undefined)[], options: Exactly<Given, Returning<RewrapOptions>>): (string | StrongroomError)[]

  /** Whether a rewrap would change the ciphertext. Only its outside is looked at: this does not say that it opens. */
  needsRewrap (ciphertext: string): boolean
  needsRewrapBatch (ciphertexts: readonly string[], options?: Throwing): boolean[]
  needsRewrapBatch (ciphertexts: readonly (string | null | undefined)[], options: Returning): (boolean | StrongroomError)[]

  /** A ciphertext in the compact binary form. */
  encryptBinary<Given extends EncryptOptions> (plaintext: Message, options?: Exactly<Given, EncryptOptions>): Buffer
  encryptBinaryAsync<Given extends EncryptOptions> (plaintext: Message, options?: Exactly<Given, EncryptOptions>): Promise<Buffer>
  encryptBinaryBatch<Given extends Throwing<EncryptOptions>> (plaintexts: readonly Message[], options?: Exactly<Given, Throwing<EncryptOptions>>): Buffer[]
  encryptBinaryBatch<Given extends Returning<EncryptOptions>> (plaintexts: readonly (Message | null | undefined)[], options: Exactly<Given, Returning<EncryptOptions>>): (Buffer | StrongroomError)[]

  decryptBinary<Given extends DecryptOptions> (ciphertext: Uint8Array, options?: Exactly<Given, DecryptOptions>): Buffer
  decryptBinaryAsync<Given extends DecryptOptions> (ciphertext: Uint8Array, options?: Exactly<Given, DecryptOptions>): Promise<Buffer>
  decryptBinaryBatch<Given extends Throwing<DecryptOptions>> (ciphertexts: readonly Uint8Array[], options?: Exactly<Given, Throwing<DecryptOptions>>): Buffer[]
  decryptBinaryBatch<Given extends Returning<DecryptOptions>> (ciphertexts: readonly (Uint8Array | null | undefined)[], options: Exactly<Given, Returning<DecryptOptions>>): (Buffer | StrongroomError)[]

  rewrapBinary<Given extends RewrapOptions> (ciphertext: Uint8Array, options?: Exactly<Given, RewrapOptions>): Buffer
  rewrapBinaryAsync<Given extends RewrapOptions> (ciphertext: Uint8Array, options?: Exactly<Given, RewrapOptions>): Promise<Buffer>
  rewrapBinaryBatch<Given extends Throwing<RewrapOptions>> (ciphertexts: readonly Uint8Array[], options?: Exactly<Given, Throwing<RewrapOptions>>): Buffer[]
  rewrapBinaryBatch<Given extends Returning<RewrapOptions>> (ciphertexts: readonly (Uint8Array | null | undefined)[], options: Exactly<Given, Returning<RewrapOptions>>): (Buffer | StrongroomError)[]

  needsRewrapBinary (ciphertext: Uint8Array): boolean
  needsRewrapBinaryBatch (ciphertexts: readonly Uint8Array[], options?: Throwing): boolean[]
  needsRewrapBinaryBatch (ciphertexts: readonly (Uint8Array | null | undefined)[], options: Returning): (boolean | StrongroomError)[]

  /** Writes a binary ciphertext to `out`; gives its length. `buffer_too_small` has the length as `needed`. */
  encryptInto<Given extends EncryptOptions> (plaintext: Message, out: Uint8Array, options?: Exactly<Given, EncryptOptions>): number
  /** Writes the plaintext of a binary ciphertext to `out`; gives its length. */
  decryptInto<Given extends DecryptOptions> (ciphertext: Uint8Array, out: Uint8Array, options?: Exactly<Given, DecryptOptions>): number

  sign<Given extends SignOptions> (message: Message, options?: Exactly<Given, SignOptions>): string
  signAsync<Given extends SignOptions> (message: Message, options?: Exactly<Given, SignOptions>): Promise<string>
  signBatch<Given extends Throwing<SignOptions>> (messages: readonly Message[], options?: Exactly<Given, Throwing<SignOptions>>): string[]
  signBatch<Given extends Returning<SignOptions>> (messages: readonly (Message | null | undefined)[], options: Exactly<Given, Returning<SignOptions>>): (string | StrongroomError)[]

  /** Throws unless the signature fits; never gives a boolean that could be overlooked. */
  verify<Given extends VerifyOptions> (message: Message, signature: string, options?: Exactly<Given, VerifyOptions>): void
  verifyAsync<Given extends VerifyOptions> (message: Message, signature: string, options?: Exactly<Given, VerifyOptions>): Promise<void>
  verifyBatch<Given extends Throwing<VerifyOptions>> (messages: readonly Message[], signatures: readonly string[], options?: Exactly<Given, Throwing<VerifyOptions>>): undefined[]
  verifyBatch<Given extends Returning<VerifyOptions>> (messages: readonly (Message | null | undefined)[], signatures: readonly (string | null | undefined)[], options: Exactly<Given, Returning<VerifyOptions>>): (undefined | StrongroomError)[]

  hmac<Given extends HmacOptions> (message: Message, options?: Exactly<Given, HmacOptions>): string
  hmacAsync<Given extends HmacOptions> (message: Message, options?: Exactly<Given, HmacOptions>): Promise<string>
  hmacBatch<Given extends Throwing<HmacOptions>> (messages: readonly Message[], options?: Exactly<Given, Throwing<HmacOptions>>): string[]
  hmacBatch<Given extends Returning<HmacOptions>> (messages: readonly (Message | null | undefined)[], options: Exactly<Given, Returning<HmacOptions>>): (string | StrongroomError)[]

  /** Throws unless the mac fits. */
  verifyHmac<Given extends VerifyHmacOptions> (message: Message, mac: string, options?: Exactly<Given, VerifyHmacOptions>): void
  verifyHmacAsync<Given extends VerifyHmacOptions> (message: Message, mac: string, options?: Exactly<Given, VerifyHmacOptions>): Promise<void>
  verifyHmacBatch<Given extends Throwing<VerifyHmacOptions>> (messages: readonly Message[], macs: readonly string[], options?: Exactly<Given, Throwing<VerifyHmacOptions>>): undefined[]
  verifyHmacBatch<Given extends Returning<VerifyHmacOptions>> (messages: readonly (Message | null | undefined)[], macs: readonly (string | null | undefined)[], options: Exactly<Given, Returning<VerifyHmacOptions>>): (undefined | StrongroomError)[]

  /** A fresh key of 16, 32 or 64 bytes for another program to encrypt with; 32 unless given. */
  dataKey (): DataKey
  dataKey<Given extends EncryptOptions> (size: number, options?: Exactly<Given, EncryptOptions>): DataKey
  dataKeyBatch<Given extends Throwing<EncryptOptions>> (sizes: readonly number[], options?: Exactly<Given, Throwing<EncryptOptions>>): DataKey[]
  dataKeyBatch<Given extends Returning<EncryptOptions>> (sizes: readonly (number | null | undefined)[], options: Exactly<Given, Returning<EncryptOptions>>): (DataKey | StrongroomError)[]

  /**
   * What a value is found by: the same text for equal values of a column, which names the version. Store it beside the ciphertext, and look for
   * `indexes`. It tells whoever reads the table which rows are equal. Of a derived key, take the view that `context` gives.
   */
  index<Given extends IndexOptions> (value: Message, options: Exactly<Given, IndexOptions>): string
  indexAsync<Given extends IndexOptions> (value: Message, options: Exactly<Given, IndexOptions>): Promise<string>
  indexBatch<Given extends IndexThrowing> (values: readonly Message[], options: Exactly<Given, IndexThrowing>): string[]
  indexBatch<Given extends IndexReturning> (values: readonly (Message | null | undefined)[], options: Exactly<Given, IndexReturning>): (string | StrongroomError)[]
  /** `index` as its bits alone, without the version. */
  indexBinary<Given extends IndexOptions> (value: Message, options: Exactly<Given, IndexOptions>): Buffer
  indexBinaryAsync<Given extends IndexOptions> (value: Message, options: Exactly<Given, IndexOptions>): Promise<Buffer>
  indexBinaryBatch<Given extends IndexThrowing> (values: readonly Message[], options: Exactly<Given, IndexThrowing>): Buffer[]
  indexBinaryBatch<Given extends IndexReturning> (values: readonly (Message | null | undefined)[], options: Exactly<Given, IndexReturning>): (Buffer | StrongroomError)[]

  /** What to look for a value by, as in `WHERE email_index IN (…)`: one for each version that may have been written with, the newest first. */
  indexes<Given extends IndexOptions> (value: Message, options: Exactly<Given, IndexOptions>): string[]
  indexesAsync<Given extends IndexOptions> (value: Message, options: Exactly<Given, IndexOptions>): Promise<string[]>
  indexesBatch<Given extends IndexThrowing> (values: readonly Message[], options: Exactly<Given, IndexThrowing>): string[][]
  indexesBatch<Given extends IndexReturning> (values: readonly (Message | null | undefined)[], options: Exactly<Given, IndexReturning>): (string[] | StrongroomError)[]
  /** `indexes` as their bits alone. */
  indexesBinary<Given extends IndexOptions> (value: Message, options: Exactly<Given, IndexOptions>): Buffer[]
  indexesBinaryAsync<Given extends IndexOptions> (value: Message, options: Exactly<Given, IndexOptions>): Promise<Buffer[]>
  indexesBinaryBatch<Given extends IndexThrowing> (values: readonly Message[], options: Exactly<Given, IndexThrowing>): Buffer[][]
  indexesBinaryBatch<Given extends IndexReturning> (values: readonly (Message | null | undefined)[], options: Exactly<Given, IndexReturning>): (Buffer[] | StrongroomError)[]

  /**
   * What a value is found by where what it begins with is looked for: an index for its beginning of each of these numbers of characters, sorted. A
   * value that is shorter has none of that length. Look for `indexesPrefix`.
   */
  indexPrefixes<Given extends IndexOptions> (value: Message, lengths: readonly number[], options: Exactly<Given, IndexOptions>): string[]
  indexPrefixesAsync<Given extends IndexOptions> (value: Message, lengths: readonly number[], options: Exactly<Given, IndexOptions>): Promise<string[]>
  indexPrefixesBinary<Given extends IndexOptions> (value: Message, lengths: readonly number[], options: Exactly<Given, IndexOptions>): Buffer[]
  indexPrefixesBinaryAsync<Given extends IndexOptions> (value: Message, lengths: readonly number[], options: Exactly<Given, IndexOptions>): Promise<Buffer[]>
  /** What to look by for values that begin with this one: one for each version, the newest first. */
  indexesPrefix<Given extends IndexOptions> (value: Message, options: Exactly<Given, IndexOptions>): string[]
  indexesPrefixAsync<Given extends IndexOptions> (value: Message, options: Exactly<Given, IndexOptions>): Promise<string[]>
  indexesPrefixBinary<Given extends IndexOptions> (value: Message, options: Exactly<Given, IndexOptions>): Buffer[]
  indexesPrefixBinaryAsync<Given extends IndexOptions> (value: Message, options: Exactly<Given, IndexOptions>): Promise<Buffer[]>

  /**
   * What a value is found by where a part of it is looked for: an index for every run of `n` of its characters, sorted. Whoever reads the table can tell
   * names from how often each comes. Look for `indexesNgrams`.
   */
  indexNgrams<Given extends IndexOptions> (value: Message, n: number, options: Exactly<Given, IndexOptions>): string[]
  indexNgramsAsync<Given extends IndexOptions> (value: Message, n: number, options: Exactly<Given, IndexOptions>): Promise<string[]>
  indexNgramsBinary<Given extends IndexOptions> (value: Message, n: number, options: Exactly<Given, IndexOptions>): Buffer[]
  indexNgramsBinaryAsync<Given extends IndexOptions> (value: Message, n: number, options: Exactly<Given, IndexOptions>): Promise<Buffer[]>
  /** What to look by for values that have this one within: for each version, the newest first, what such a value has all of. */
  indexesNgrams<Given extends IndexOptions> (value: Message, n: number, options: Exactly<Given, IndexOptions>): string[][]
  indexesNgramsAsync<Given extends IndexOptions> (value: Message, n: number, options: Exactly<Given, IndexOptions>): Promise<string[][]>
  indexesNgramsBinary<Given extends IndexOptions> (value: Message, n: number, options: Exactly<Given, IndexOptions>): Buffer[][]
  indexesNgramsBinaryAsync<Given extends IndexOptions> (value: Message, n: number, options: Exactly<Given, IndexOptions>): Promise<Buffer[][]>

  /** Whether `index` would write another version now. Only the outside of the text is looked at. */
  needsReindex (index: string): boolean
  needsReindexBatch (indexes: readonly string[], options?: Throwing): boolean[]
  needsReindexBatch (indexes: readonly (string | null | undefined)[], options: Returning): (boolean | StrongroomError)[]

  /**
   * A token: text that `redeem` reads for `ttlMs` milliseconds, a second to 400 days. Nobody reads it without the key, the same aad and the same prefix. It can be redeemed as
   * often as somebody shows it. For keys of type `xaes256-gcm`.
   *
   * `ttlMs` is in **milliseconds**, as times of JavaScript are: an hour is `3_600_000`. Less than a second is refused, and what looks like seconds (`3600`, which are 3.6 of
   * them) is warned of once, as `STRONGROOM_SHORT_TTL`.
   */
  issue<Given extends IssueOptions> (payload: Message, ttlMs: number, options?: Exactly<Given, IssueOptions>): string
  issueAsync<Given extends IssueOptions> (payload: Message, ttlMs: number, options?: Exactly<Given, IssueOptions>): Promise<string>
  /** What a token says. Throws `token_expired` from when it expires on, and `token_not_yet_valid` if its clock is ahead by more than `leewayMs`. */
  redeem<Given extends RedeemOptions> (text: string, options?: Exactly<Given, RedeemOptions>): Token
  redeemAsync<Given extends RedeemOptions> (text: string, options?: Exactly<Given, RedeemOptions>): Promise<Token>

  /**
   * Encrypts a file of any size, as a stream of Node's: what is written to it is read from it encrypted, and its end when writing has ended.
   * Use `pipeline` of `node:stream/promises`, which destroys it after an error: the file has no end then, and says so when it is read. It opens with
   * the same aad only. For keys of type `xaes256-gcm`.
   */
  encryptStream<Given extends EncryptStreamOptions> (options?: Exactly<Given, EncryptStreamOptions>): Transform
  /**
   * Decrypts a file of any size, as a stream of Node's: the file is written to it, and the plaintext read from it. What comes out is authentic; that
   * it was all is known when it has ended without an error, so what is done with it before has to be undone after one.
   */
  decryptStream<Given extends DecryptStreamOptions> (options?: Exactly<Given, DecryptStreamOptions>): Transform
  /**
   * Brings a file of any size under the latest version, as a stream of Node's: the old file is written to it, and the new one read from it. No
   * plaintext comes out. One that is up to date is authenticated too, and comes out byte for byte. After an error what came out is no whole file.
   */
  rewrapStream<Given extends DecryptOptions> (options?: Exactly<Given, DecryptOptions>): RewrapStream

  /** As `encryptStream`, a stream of the web, for `pipeThrough`: its chunks are `Uint8Array`s, or strings of text that is encrypted. */
  encryptWebStream<Given extends EncryptStreamOptions> (options?: Exactly<Given, EncryptStreamOptions>): TransformStream<Message, Uint8Array>
  /** As `decryptStream`, a stream of the web. */
  decryptWebStream<Given extends DecryptStreamOptions> (options?: Exactly<Given, DecryptStreamOptions>): TransformStream<Uint8Array, Uint8Array>
  /** As `rewrapStream`, a stream of the web. */
  rewrapWebStream<Given extends DecryptOptions> (options?: Exactly<Given, DecryptOptions>): TransformStream<Uint8Array, Uint8Array>

  /**
   * Some of the plaintext of a file of any size: the bytes from `start` on and before `end`, as far as there are any. `end` may be `Infinity`. Only
   * the chunks of the range are read, and the last one, by which it is authenticated that the file has its end. At most 2^30 bytes.
   */
  decryptRange<Given extends DecryptOptions> (source: FileSource, start: number, end: number, options?: Exactly<Given, DecryptOptions>): Promise<Buffer>

  /** How many bytes, or characters of ASCII, `encrypt` would give now. Nothing is encrypted. */
  encryptedLen<Given extends EncryptOptions> (plaintext: Message, options?: Exactly<Given, EncryptOptions>): number
  /** How many bytes `encryptBinary` and `encryptInto` would give now. */
  encryptedBinaryLen<Given extends EncryptOptions> (plaintext: Message, options?: Exactly<Given, EncryptOptions>): number
  /** How many bytes `decryptBinary` and `decryptInto` would give, if the ciphertext opens: that is not looked at. */
  decryptedBinaryLen<Given extends DecryptOptions> (ciphertext: Uint8Array, options?: Exactly<Given, DecryptOptions>): number

  /**
   * The public key of a version, the latest unless given: `raw` as its algorithm writes it (of `ed25519` 32 bytes), `der` or `pem` as SubjectPublicKeyInfo,
   * `jwk` as the text of a JSON Web Key. As everywhere, what can be left out must have a value where it is given.
   */
  publicKey (): Buffer
  publicKey (version: number): Buffer
  publicKey (options: { format: 'raw' | 'der' }): Buffer
  publicKey (options: { format: 'pem' | 'jwk' }): string
  publicKey (version: number, options: { format: 'raw' | 'der' }): Buffer
  publicKey (version: number, options: { format: 'pem' | 'jwk' }): string

  /**
   * The same key or view, with its context, exactly as lenient as Vault's and OpenBao's Transit in what it reads and takes: line breaks and spare
   * bits in base64, other spellings of versions, older versions to work with, options that would be ignored, SHA-1 for macs, contexts and aads of up
   * to 2^30 bytes. A rewrap makes a new ciphertext each time. For programs and data that come from there.
   */
  transit (): View
}

/** The specification of a new key. What is not given is off. */
export interface KeySpec {
  /** `xaes256-gcm` unless given. */
  keyType?: KeyType
  // Options of KeySpec, made by `cargo xtask bless`.
  /** Every message is worked on with a subkey made from a context. */
  derived?: boolean
  /** Equal plaintexts under equal contexts give equal ciphertexts, within one version. Needs `derived`, and takes no aad. */
  convergent?: boolean
  /** The size of a key of type hmac in bytes, 32 to 512. */
  keySize?: number
  /** What ciphertexts and signatures start with, with {{version}} for the number. */
  versionTemplate?: string
  /** The material can be exported. This cannot be undone. */
  exportable?: boolean
  /** Backups that are not sealed can be taken, if the key is exportable too. This cannot be undone. */
  allowPlaintextBackup?: boolean
  /** The key can be deleted. */
  deletionAllowed?: boolean
  /** After how long the key is due for rotation: never, or an hour or more. In milliseconds; 0 for never. */
  autoRotatePeriodMs?: number
  /** Names and values for people and programs that sort keys; not secret from those who can open the keyring. */
  labels?: Readonly<Record<string, string>>
  // End of options of KeySpec.
}

/** Changes to a key: all of them or, with an error, none. What is not named stays. */
export interface KeyConfig {
  // Options of KeyConfig, made by `cargo xtask bless`.
  /** The material can be exported. This cannot be undone. */
  exportable?: boolean
  /** Backups that are not sealed can be taken, if the key is exportable too. This cannot be undone. */
  allowPlaintextBackup?: boolean
  /** The key can be deleted. */
  deletionAllowed?: boolean
  /** After how long the key is due for rotation: never, or an hour or more. In milliseconds; 0 for never. */
  autoRotatePeriodMs?: number
  /** Names and values for people and programs that sort keys; not secret from those who can open the keyring. One set to `null` is removed. */
  labels?: Readonly<Record<string, string | null>>
  /** What was made with a version below this is refused until it is lowered again. */
  minDecryptionVersion?: number
  /** Versions from this on can be asked for in new ciphertexts and signatures. `null`: only the latest. */
  minEncryptionVersion?: number | null
  // End of options of KeyConfig.
}

export interface ImportOptions {
  /**
   * `raw` unless given. `private-key` is a key pair in whatever form programs write one, PEM or DER: PKCS#8, SEC 1 or PKCS#1; `pkcs8` takes the first
   * of them alone. `public-key` is a public key alone, which verifies and, of RSA, encrypts. `wrapped` is what was wrapped for `wrappingKey`.
   */
  format?: 'raw' | 'pkcs8' | 'private-key' | 'public-key' | 'wrapped'
  /** What it was wrapped with: `sha2-256` unless given. */
  hash?: HashAlgorithm
  /** What the private key is encrypted with, in PKCS#8. */
  passphrase?: Message
  /** The key may rotate to material made here. */
  allowRotation?: boolean
  /** How a derived key of a Transit type makes subkeys: `hkdf-sha256` unless given. */
  kdf?: 'hkdf-sha256' | 'hmac-counter'
}

export interface ImportVersionOptions extends ImportOptions {
  /** The version to complete: one that was imported as a public key, whose private half this is. The latest is completed also without its number. */
  version?: number
}

/** A key as it is now: type, options, versions and counts. Nothing in it is secret. */
export interface KeyInfo {
  name: string
  /** The type of the latest version. */
  keyType: KeyType
  /** The key is suspended as a whole. */
  disabled: boolean
  /** The latest version came from outside. */
  imported: boolean
  /** `rotate` adds a version, once the key is enabled. */
  allowRotation: boolean
  latestVersion: number
  /** 0 as long as nothing was trimmed. */
  minAvailableVersion: number
  // Options of KeyInfo, made by `cargo xtask bless`.
  /** Every message is worked on with a subkey made from a context. */
  derived: boolean
  /** Equal plaintexts under equal contexts give equal ciphertexts, within one version. Needs `derived`, and takes no aad. */
  convergent: boolean
  /** The size of a key of type hmac in bytes, 32 to 512. */
  keySize: number | null
  /** What ciphertexts and signatures start with, with {{version}} for the number. */
  versionTemplate: string | null
  /** The material can be exported. This cannot be undone. */
  exportable: boolean
  /** Backups that are not sealed can be taken, if the key is exportable too. This cannot be undone. */
  allowPlaintextBackup: boolean
  /** The key can be deleted. */
  deletionAllowed: boolean
  /** After how long the key is due for rotation: never, or an hour or more. In milliseconds; 0 for never. */
  autoRotatePeriodMs: number
  /** Names and values for people and programs that sort keys; not secret from those who can open the keyring. */
  labels: Record<string, string>
  /** What was made with a version below this is refused until it is lowered again. */
  minDecryptionVersion: number
  /** Versions from this on can be asked for in new ciphertexts and signatures. `null`: only the latest. */
  minEncryptionVersion: number | null
  // End of options of KeyInfo.
  versions: VersionInfo[]
  /** What somebody should know or do about the key. */
  warnings: string[]
}

export interface VersionInfo {
  version: number
  keyType: KeyType
  state: 'active' | 'deactivated' | 'suspended' | 'destroyed'
  imported: boolean
  created: Date | null
  /** When it stopped being the latest. */
  retired: Date | null
  trimmed: Date | null
  /** How often it encrypted, where that is counted. */
  uses: number | null
  /** Why nothing new is made with it whatever the settings are, such as `kdf_of_aes128`. */
  unusable: string | null
}

/** A key of a keyring. Follows rotations, also those of other processes. */
export class Key extends View {
  private constructor ()

  /** A view of a derived key under a context: every operation of it works with the subkey. */
  context (context: Spoken): View
  info (): KeyInfo
  /** Adds a version and makes it the latest; gives its number. The new version may be of another type that does the same. */
  rotate (): number
  rotate (keyType: KeyType): number
  configure<Given extends KeyConfig> (changes: Exactly<Given, KeyConfig>): KeyInfo
  /** Suspends the key as a whole, until `enable`. */
  disable (): void
  enable (): void
  /** Destroys the material of every version below this one. This cannot be undone. */
  trim (minAvailableVersion: number): void
  /** Adds material from outside as the latest version of an imported key, or gives a version that has a public key alone its private half; gives its number. */
  importVersion<Given extends ImportVersionOptions> (material: Uint8Array, options?: Exactly<Given, ImportVersionOptions>): number
  /** The raw material by version, from `minDecryptionVersion` on, if the key is exportable. */
  export (kind: ExportKind, options: Exposure): Map<number, Buffer>
  /**
   * The material by version, wrapped for a public key of RSA, PEM or DER, as base64: the wrapping key of another keyring, of OpenBao or of Vault, which
   * import it in the format `wrapped` or with `import`. A version that has a public key alone is left out.
   */
  exportWrapped<Given extends WrappedExposure> (to: Message, options: Exactly<Given, WrappedExposure>): Map<number, string>
  /**
   * A certificate request (PKCS#10) as PEM. Subject and attributes, among which are the extensions, are those of the template; without one there are
   * none.
   */
  certificateRequest<Given extends CertificateRequestOptions> (options?: Exactly<Given, CertificateRequestOptions>): string
  /**
   * Keeps certificates as PEM with the version whose they are, in the place of those that it has: at most 100 of at most 64 KiB, the key's own first, then
   * those of authorities. Signatures and dates are not looked at.
   */
  setCertificateChain<Given extends OfVersion> (chain: Message, options?: Exactly<Given, OfVersion>): void
  /** The certificates that are kept with a version, the latest unless given, as PEM, the key's own first. */
  certificateChain (): string | undefined
  certificateChain (version: number): string | undefined
  /** The public keys from `minDecryptionVersion` on as a JSON Web Key Set, in which the `kid` of a key is name and version, `tokens:1`. */
  jwks (): string
  /** The whole key, sealed: for another keyring or another day. */
  backup (seal: Seal): Buffer
  backupAsync (seal: Seal): Promise<Buffer>

  /** `export` in the forms of Transit's `export`: by version the ASCII bytes of the text, so that they can be wiped. */
  exportTransit (kind: ExportKind, format: ExportFormat, options: Exposure): Map<number, Buffer>
  /** The public keys by version, from `minDecryptionVersion` on, in the forms of Transit's `export`. */
  publicKeysTransit (format: ExportFormat): Map<number, string>
  /**
   * The whole key in the clear, as Vault or OpenBao writes it and restores it: the ASCII bytes of base64. Wipe them with `fill(0)` after use.
   * Refused as `not_exportable` or `plaintext_backup_not_allowed` unless the key allows both, and for types that the product does not have.
   */
  backupTransit<Given extends BackupExposure> (dialect: Dialect, options: Exactly<Given, BackupExposure>): Buffer
  backupTransitAsync<Given extends BackupExposure> (dialect: Dialect, options: Exactly<Given, BackupExposure>): Promise<Buffer>
}

export interface RestoreTransitOptions {
  /** The name it had unless given. */
  name?: string
  /** Told from the backup unless given. Old backups do not show it; `corrupt_backup` says so where it matters. */
  dialect?: Dialect
}

export interface OpenOptions {
  seal: Seal
  /** For how many milliseconds an unreachable store is put up with by encryption: as many as the keyring allows unless given, and no more. */
  maxStalenessMs?: number
  /** How often a version with 96-bit nonces may encrypt. It can only be lowered. */
  usageLimit?: number
  /** `unbuffered` for machines that are cloned while they run. */
  nonces?: 'pooled' | 'unbuffered'
  /** The one keyring to open, as its `pin()` gave it, or its id and least generation. Whoever holds an older root key can write what passes the latter. */
  pin?: string | { id: string, generation: number }
  /**
   * What the keyring's `witness()` gave. Only that keyring opens, going on from there, and a key of which an older document was put back since, or that
   * is missing, is refused as `rolled_back`; the others work.
   */
  witness?: Uint8Array
}

export interface OpenOrCreateOptions extends OpenOptions {
  /** The name of a new keyring, for people to read, at most 255 bytes. */
  label?: string
}

/** A new keyring has no pin and no witness yet. */
export type CreateOptions = Omit<OpenOrCreateOptions, 'pin' | 'witness'>

export interface Report {
  documents: number
  keys: number
  unfinishedReseal: boolean
  faults: { document: string, error: StrongroomError }[]
  /** What lets others at the documents, though nothing is wrong with them: in a folder, modes and owners. */
  warnings: StoreWarning[]
  /** What has become of the documents since the witness was made; `null` if the keyring was opened without one. */
  witness: WitnessReport | null
}

/** What has become of the documents since a witness was made: the names of those of which there is something to say. */
export interface WitnessReport {
  /** By the clock of whoever made it. */
  made: Date
  /** How many documents it knows. */
  documents: number
  /** Not there any more. A fault. */
  missing: string[]
  /** Older than they were. A fault. */
  older: string[]
  /** As new by their numbers, but not made from what they were. A fault. */
  otherHistory: string[]
  /** Keys that were deleted since. */
  deleted: string[]
  /** Keys that were deleted and created anew since. The witness knows nothing of the new ones. */
  recreated: string[]
  /** Made since: the witness knows nothing of them. */
  unknown: string[]
}

/** What lets others at a file, or at the folder itself, which is `.`. */
export interface StoreWarning {
  subject: string
  /** What it is, in a word that does not change: `others_may_write`, `others_may_read`, `foreign_owner` or `not_a_regular_file`. */
  code: string
  message: string
}

/** The named keys of one environment, under one root key, in one folder. */
export class Keyring {
  private constructor ()

  /** For tests: without a folder and without a seal. */
  static inMemory (): Keyring
  /** Opens the keyring in a folder. Never creates one. */
  static open<Given extends OpenOptions> (folder: string | URL, options: Exactly<Given, OpenOptions>): Promise<Keyring>
  static openSync<Given extends OpenOptions> (folder: string | URL, options: Exactly<Given, OpenOptions>): Keyring
  /** Creates a keyring in an empty folder. */
  static create<Given extends CreateOptions> (folder: string | URL, options: Exactly<Given, CreateOptions>): Promise<Keyring>
  static createSync<Given extends CreateOptions> (folder: string | URL, options: Exactly<Given, CreateOptions>): Keyring
  /** For development: in a service a folder that is empty by mistake would go unnoticed. With a pin or a witness none is created. */
  static openOrCreate<Given extends OpenOrCreateOptions> (folder: string | URL, options: Exactly<Given, OpenOrCreateOptions>): Promise<Keyring>
  static openOrCreateSync<Given extends OpenOrCreateOptions> (folder: string | URL, options: Exactly<Given, OpenOrCreateOptions>): Keyring
  /** Restores a snapshot, a file or its bytes, into an empty folder. */
  static restore<Given extends OpenOptions> (snapshot: string | URL | Uint8Array, folder: string | URL, options: Exactly<Given, OpenOptions>): Promise<Keyring>
  static restoreSync<Given extends OpenOptions> (snapshot: string | URL | Uint8Array, folder: string | URL, options: Exactly<Given, OpenOptions>): Keyring

  /** The id of the keyring: 32 hexadecimal digits. */
  readonly id: string
  /** What to keep outside of the keyring to know it again: the option `pin` takes it. It is not secret, and stays good over planned reseals. */
  pin (): string
  /**
   * A record of what every document is now: the option `witness` takes it. It is not secret. Keep it where whoever can write the folder cannot write. It knows
   * nothing of what happens after it was made, so make a new one after changes that matter, with a keyring that was opened with the one before. A reseal does
   * not spoil it.
   */
  witness (): Buffer
  witnessAsync (): Promise<Buffer>
  /** Wipes what is open. Every handle then says `closed`. */
  close (): void
  [Symbol.dispose] (): void

  key (name: string): Key
  createKey (name: string): Key
  createKey<Given extends KeySpec> (name: string, spec: KeyType | Exactly<Given, KeySpec>): Key
  /** The key of this name and specification, made if there is none. */
  keyOrCreate (name: string): Key
  keyOrCreate<Given extends KeySpec> (name: string, spec: KeyType | Exactly<Given, KeySpec>): Key
  /** A key of the given material, of the default type without a specification. */
  importKey (name: string, material: Uint8Array): Key
  importKey<Spec extends KeySpec, Given extends ImportOptions> (name: string, material: Uint8Array, spec: KeyType | Exactly<Spec, KeySpec>, options?: Exactly<Given, ImportOptions>): Key
  /**
   * A key that two sides agree on, each with a key of a type `ecdsa-...` and the other's public key, as PEM or DER: ECDH and HKDF-SHA256, as OpenBao's
   * `derive-key`. The type is one of `aes256-gcm96`, `aes128-gcm96`, `chacha20-poly1305` and `xchacha20-poly1305`, which all hold the same bytes: take one
   * type for two base keys. A key of the name that was imported, or agreed on, gets a further version. The option is a version of the base key. Whose
   * public key the other one is has to be known from elsewhere.
   */
  deriveKey<Spec extends KeySpec, Given extends OfVersion> (name: string, base: Key, peer: Message, spec: KeyType | Exactly<Spec, KeySpec>, options?: Exactly<Given, OfVersion>): Key
  /**
   * The public key that others wrap keys for, to import them here in the format `wrapped`: RSA with 4,096 bits, `pem` unless a format is named.
   * It is made when it is first asked for, which takes a second or some, and stays the keyring's.
   */
  wrappingKey (options?: { format: 'pem' | 'jwk' }): string
  wrappingKey (options: { format: 'raw' | 'der' }): Buffer
  wrappingKeyAsync (options?: { format: 'pem' | 'jwk' }): Promise<string>
  wrappingKeyAsync (options: { format: 'raw' | 'der' }): Promise<Buffer>
  restoreKey (backup: Uint8Array, seal: Seal): Key
  restoreKey (backup: Uint8Array, seal: Seal, name: string): Key
  restoreKeyAsync (backup: Uint8Array, seal: Seal): Promise<Key>
  restoreKeyAsync (backup: Uint8Array, seal: Seal, name: string): Promise<Key>
  /**
   * A key from a plaintext backup of Vault's or OpenBao's Transit, as text or its bytes, with all its versions and settings. Everything is checked
   * first; a key that exists is never overwritten.
   */
  restoreTransit<Given extends RestoreTransitOptions> (backup: Message, options?: Exactly<Given, RestoreTransitOptions>): Key
  restoreTransitAsync<Given extends RestoreTransitOptions> (backup: Message, options?: Exactly<Given, RestoreTransitOptions>): Promise<Key>
  /** The names of the keys, in order, also of one whose document cannot be read; `key` says what is wrong with it. */
  keys (): string[]
  deleteKey (name: string): void

  /** Whether every document can be read. */
  check (): Report
  checkAsync (): Promise<Report>
  /** Writes the whole keyring, still sealed, to a new file. */
  snapshot (file: string | URL): void
  snapshotAsync (file: string | URL): Promise<void>
  snapshotBytes (): Buffer
  /** Looks at the folder now. It is looked at by itself four times a second. */
  refresh (): void
  /** Looks at the folder now, and asks the seal for a new root key: what a seal that answers with promises needs before a call that gives none, and what keeps a platform from being waited for on this thread. */
  refreshAsync (): Promise<void>
  /** Rotates the keys that are due; each has the new version or an error. */
  rotateDue (): ({ name: string, version: number, error?: undefined } | { name: string, error: StrongroomError, version?: undefined })[]
  rotateDueAsync (): Promise<({ name: string, version: number, error?: undefined } | { name: string, error: StrongroomError, version?: undefined })[]>

  /**
   * For how many milliseconds every process may at most encrypt without having seen the folder: a second to 365 days, 60,000 unless it is set.
   * Who asks for a longer `maxStalenessMs` when it opens is refused, and `trim` waits for as long.
   */
  setMaxStaleness (milliseconds: number): void
  /**
   * Writes the usage documents anew that cannot be read, or that are old or missing as this process or its witness knows; gives the names of those keys, which
   * encrypt again after a rotation.
   */
  repair (): string[]
  repairAsync (): Promise<string[]>
  /**
   * Takes away a key that was not changed since it was created and whose document cannot be read, as one that was sealed under a root key which a reseal has taken
   * away meanwhile. What it has encrypted, if it has, opens with a restored copy alone. The name can be used again. Anything else is refused.
   */
  removeUnreadable (name: string): void

  /** The copies of the root key. What a seal is called, and since when it is there, is known of those with a label. */
  seals (): SealInfo[]
  addSeal (seal: Seal): void
  addSealAsync (seal: Seal): Promise<void>
  removeSeal (kind: string, id: string): void
  /**
   * Wraps the root key anew in the copies that these seals have, or without any in the copy of the seal that opened the keyring: under the newest version of a
   * platform's key, say. The root key stays. A seal that has no copy is refused (`seal_without_copy`).
   */
  rewrapSeals (seals?: readonly Seal[]): void
  rewrapSealsAsync (seals?: readonly Seal[]): Promise<void>
  /** Makes a new root key under these seals alone; gives the number of documents sealed anew. */
  reseal (seals: readonly Seal[]): number
  resealAsync (seals: readonly Seal[]): Promise<number>
  /** Writes documents of an older format anew; gives their number. */
  upgrade (): number
}

/**
 * A seal written in JavaScript, such as one of a key service. What a method throws, or its promise is rejected with, is the `cause` of the error
 * `seal_failed`.
 *
 * Calls that give a promise (`Keyring.open`, `addSealAsync` and their like) ask it while they wait on another thread, and take a value or a promise.
 * Other calls take a value alone, refuse a promise as `seal_failed`, and are refused themselves as long as they wait. If a keyring with promises meets a root
 * key that another process has made, its calls that give none say so: await `refreshAsync()` then.
 */
export interface SealProvider {
  /** Which kind of seal this is, 1 to 255 bytes; written beside the wrapped copy, as is `keyId`. */
  readonly kind: string
  readonly keyId: string
  /** How many milliseconds a call that gives a promise waits for each answer: 30,000 unless given, at most 3,600,000. Then it says `seal_failed`. */
  readonly timeoutMs?: number
  /**
   * Wraps the 32 bytes of a key, bound to `aad`. The buffer is wiped once this has answered, or is not waited for any longer. `null` refuses. What it
   * gives is unwrapped once and compared before anything is written; if that fails, so does the call (`seal_failed`).
   */
  wrap (key: Buffer, aad: Buffer): Uint8Array | null | PromiseLike<Uint8Array | null>
  /** Gives the 32 bytes back, or `null` if this seal does not open that blob under that `aad`. */
  unwrap (blob: Buffer, aad: Buffer): Uint8Array | null | PromiseLike<Uint8Array | null>
}

/** How the root key is wrapped. Can be used any number of times; what it needs is read when it is used. */
export class Seal {
  private constructor ()

  /** A fresh key for `rootKeyEnv` or `rootKeyFile`, as text. Keep it outside the keyring. */
  static generateRootKey (): Buffer
  /** A 32-byte key. */
  static rootKey (key: Uint8Array): Seal
  /** A 32-byte key as text, in hexadecimal digits or base64. Bytes can be wiped afterwards, a string cannot. */
  static rootKeyText (text: Message): Seal
  /** A key in an environment variable of the process, in hexadecimal digits or base64. */
  static rootKeyEnv (variable: string): Seal
  /**
   * A key in a file that only its owner can read, or that a container platform mounts with mode 0440, 0640 or 0444, read-only or in a
   * folder that others cannot write into. Every other mode is refused (`insecure_permissions`) unless `insecureModeOk` is said.
   */
  static rootKeyFile (path: string): Seal
  /** A passphrase, stretched with Argon2id: opening takes some tenths of a second. `id` tells several apart and is not secret. */
  static passphrase (passphrase: Message): Seal
  static passphrase (passphrase: Message, id: string): Seal
  /**
   * A passphrase in a file of at most 65,536 bytes, with a mode as for `rootKeyFile`. One newline at its end does not count. `id` tells
   * several passphrases apart and is not secret.
   */
  static passphraseFile (path: string): Seal
  static passphraseFile (path: string, id: string): Seal
  /**
   * The seal that a URL names, such as `vault://HOST/transit/NAME` or `file:PATH`; `docs/seals.md` lists them. It says where a key is and
   * how to log in, and never holds a secret; what is no such URL is refused (`invalid_url`). Nothing is asked until the seal is used. A call
   * that uses it then waits for the platform, 10 seconds at most for each question: one that gives a promise does so on another thread, any other on this one.
   */
  static url (url: string): Seal
  /**
   * Several seals, each of which opens the keyring: they are tried in this order, and the first that does it is enough. A keyring that is
   * created with them has a copy for each. A sealed backup takes one seal only. At least one is given.
   */
  static any (seals: readonly Seal[]): Seal
  /** The same root key or passphrase in a file that others can read, too. Other seals are refused when they are used. */
  insecureModeOk (): Seal
  /**
   * The same passphrase, stretched with up to 1 GiB in 16 passes where the copy that it is to open says so; without this, over 128 MiB or
   * four times the usual work is refused (`seal_too_costly`). For files that you trust. Other seals are refused when they are used.
   */
  allowCostly (): Seal
  /**
   * The same seal with a label of 1 to 255 bytes, which is not secret: what people call it. Where a copy of the root key is made for the
   * seal, the label is written beside the copy, with the time, for `seals` to show. Opening and backups take no notice of it.
   */
  labelled (label: string): Seal
  /** The id of the seal, as `seals` shows it. What the seal needs, such as a file, is read; no keyring is. */
  id (): string
  /** A seal of your own. Its methods are called on the thread that made it. */
  static provider (provider: SealProvider): Seal
}

/** A wrapped copy of the root key. */
export interface SealInfo {
  kind: string
  id: string
  /** What people call it. */
  label: string | null
  /** When it was added; known if it had a label then. */
  added: Date | null
  /** Whether this keyring was opened with it, or goes on with it since a reseal. */
  inUse: boolean
}

/** The keys of an API: texts that its users show, and of which an index is all that is kept. */
export class ApiKey {
  private constructor ()

  /** A fresh one, `acme_…` for `acme`: 256 random bits, and a checksum. The prefix is 2 to 16 of a-z and 0-9. It is shown once. */
  static generate (prefix: string): string
  /** Refuses a text that was mistyped or cut off (`malformed`), before any table is asked. It says nothing of whose key it is. */
  static check (text: string): void
  /** How they are indexed, as in `key.indexBinary(text, ApiKey.index)`. */
  static readonly index: Readonly<{ name: string, bits: number }>
}

/** The stable name of an error, in the order of the numbers. A later release may know more. */
export type ErrorCode =
  | 'closed' | 'invalid_key_name' | 'invalid_option' | 'key_exists' | 'key_mismatch' | 'context_required'
  | 'context_not_allowed' | 'invalid_context' | 'invalid_aad' | 'aad_not_allowed' | 'operation_not_supported'
  | 'message_too_long' | 'buffer_too_small' | 'version_not_allowed' | 'invalid_window' | 'not_exportable'
  | 'plaintext_backup_not_allowed' | 'deletion_not_allowed' | 'rotation_not_allowed'
  | 'rotation_type_mismatch' | 'invalid_material' | 'duplicate_material' | 'invalid_root_key' | 'last_seal'
  | 'seal_exists' | 'seal_not_found' | 'keyring_exists' | 'invalid_size' | 'type_not_supported'
  | 'exposure_not_confirmed' | 'usage_limit_reached' | 'index_not_supported' | 'invalid_value' | 'invalid_url'
  | 'malformed' | 'key_not_found' | 'version_too_old' | 'version_too_new' | 'key_disabled' | 'decrypt_failed'
  | 'bad_signature' | 'corrupt_backup' | 'no_such_version' | 'invalid_certificate' | 'token_not_yet_valid'
  | 'truncated_stream' | 'token_expired'
  | 'keyring_not_found' | 'store_failed' | 'conflict' | 'uncertain' | 'corrupt_document' | 'rolled_back'
  | 'wrong_seal' | 'seal_failed' | 'stale' | 'entropy_failed' | 'insecure_permissions' | 'unsupported_format'
  | 'keyring_mismatch' | 'usage_unknown' | 'pin_required' | 'seal_too_costly'

/** What is wrong where `invalid_option` can mean several things. Each keeps its meaning for good; a later release may know more. */
export type ErrorDetail =
  | 'backup_period_too_long' | 'backup_of_several_types' | 'backup_of_several_kdfs' | 'backup_would_lose'
  | 'backup_of_old_rules' | 'backup_of_aes128_kdf' | 'backup_of_ed25519_kdf' | 'format_is_raw_only'
  | 'sha1_not_allowed' | 'sha1_signs_nothing_new' | 'hash_not_supported' | 'padding_not_supported'
  | 'salt_not_supported' | 'unhashed_needs_pkcs1v15' | 'unhashed_has_no_hash' | 'digest_of_another_length'
  | 'unhashed_too_long' | 'salt_too_long' | 'cannot_be_switched_off'
  | 'kdf_makes_nothing_new' | 'rule_makes_nothing_new' | 'too_many_versions' | 'rotation_would_make_nothing'
  | 'type_would_make_nothing' | 'auto_rotate_period_too_short' | 'auto_rotate_period_too_long'
  | 'labels_out_of_range' | 'derived_not_supported' | 'convergent_not_supported' | 'convergent_needs_derived'
  | 'key_size_not_supported' | 'key_size_out_of_range' | 'version_template_malformed'
  | 'version_template_ambiguous' | 'version_template_not_supported' | 'key_is_lent' | 'value_of_another_kind'
  | 'not_at_creation' | 'label_not_there' | 'fixed_at_creation' | 'item_says_too_much'
  | 'version_out_of_range' | 'item_of_another_operation' | 'import_needs_allow_rotation' | 'not_imported'
  | 'nothing_to_complete' | 'version_is_whole' | 'completed_by_private_key' | 'derived_needs_private_key'
  | 'passphrase_not_supported' | 'no_wrapping_key' | 'agreed_type_not_supported'
  | 'derived_has_no_certificate' | 'token_prefix_malformed' | 'token_ttl_out_of_range' | 'api_key_prefix_malformed'
  | 'kdf_differs' | 'kdf_needs_derived'
  | 'kdf_too_short_for_convergent' | 'kdf_not_supported' | 'document_too_large' | 'pin_malformed'
  | 'pinned_at_creation'
  | 'keyring_label_too_long' | 'key_is_readable' | 'snapshot_of_too_many' | 'snapshot_too_large'
  | 'max_staleness_out_of_range' | 'max_staleness_above_keyring' | 'no_seal' | 'several_seals' | 'too_many_root_keys'
  | 'rule_is_unusable' | 'unknown_key_type' | 'seal_under_another_id' | 'seal_without_copy'
  | 'seal_label_out_of_range' | 'allow_costly_not_supported'
  | 'insecure_mode_not_supported' | 'keyring_id_malformed' | 'index_name_out_of_range' | 'index_bits_out_of_range'
  | 'index_length_out_of_range' | 'unknown_normalization' | 'columns_differ' | 'column_offsets_malformed'
  | 'column_validity_too_short' | 'column_too_large' | 'hash_needs_wrapped' | 'item_missing' | 'not_unicode' | 'unknown_dialect'
  | 'unknown_export_format' | 'unknown_form' | 'unknown_hash' | 'unknown_kdf' | 'unknown_material_format'
  | 'unknown_nonces' | 'unknown_padding' | 'unknown_part' | 'unknown_public_key_format'
  | 'unknown_salt_length'

export type ErrorFamily = 'misuse' | 'untrusted_input' | 'environment'

/** Everything that the library refuses. An argument of a wrong type is a `TypeError` instead. */
export class StrongroomError extends Error {
  private constructor ()
  name: 'StrongroomError'
  /** The stable name, such as `decrypt_failed`. */
  readonly code: ErrorCode
  /** The stable number. */
  readonly number: number
  /** Who has to act: `misuse` is the program's fault and never caused by untrusted data. */
  readonly family: ErrorFamily
  /** Of `invalid_option`: which option, or which combination of them, is wrong. */
  readonly detail?: ErrorDetail
  /** Of `buffer_too_small`: how many bytes it takes. */
  readonly needed?: number
  /** In a batch: which input it was. A `TypeError` about an input has it too. */
  readonly index?: number
  /**
   * Of `seal_failed`: what a seal written in JavaScript threw. Of what else comes from the operating system: an `Error` with its `code` and `errno`, as
   * those of `node:fs`.
   */
  readonly cause?: unknown
}

/** Every error there is, in the order of the numbers; `{…}` in a message is filled in. */
export const errors: readonly { readonly number: number, readonly code: ErrorCode, readonly family: ErrorFamily, readonly message: string }[]

/** The version of the library. */
export const version: string
