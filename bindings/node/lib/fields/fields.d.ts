import type { Key, View } from '../../index.js'

/** The types of values, which are written alike in every language (`docs/fields.md`). */
export interface Values {
  text: string
  bytes: Buffer
  /** Whole numbers that a `number` holds exactly. */
  int: number
  bigint: bigint
  /** Digits with their zeros, such as `'12.50'`. */
  decimal: string
  bool: boolean
  /** Such as `'2026-11-30'`. */
  date: string
  datetime: Date
  /** As `datetime` is written, with the microseconds and the offset that other languages gave it. */
  datetime_text: string
  /** Such as `'2026-11-30T17:00:00'`. */
  naive_datetime: string
  json: unknown
}

export type ValueType = keyof Values

/** One step, or several in their order, of `IndexOptions`. */
type Normalize = NonNullable<import('../../index.js').IndexOptions['normalize']>

export interface FieldOptions<Type extends ValueType = ValueType> {
  /** The key, or what gives it: asked at each use, so that a schema is defined without a keyring. */
  key: Key | View | (() => Key | View)
  /** What values are bound to: the table and the column, such as `people.email`. It stays after either is renamed. */
  column: string
  /** `text` unless given. */
  type?: Type
  /** The property with the blind index, by which rows are found. */
  index?: string
  /** The key of the index, where it is another one. */
  indexKey?: Key | View | (() => Key | View)
  /** How values are normalised before they are indexed: the same for as long as the column is searched. */
  normalize?: Normalize
  /** Of an index: 128 unless given. */
  bits?: number
  /** Whether a plaintext that is still in the column is read, counted and warned of, while a table is moved over. */
  allowPlaintext?: boolean
  /** Beside `allowPlaintext`: goes on writing plaintext, as long as an older release of the program reads the column too. */
  writePlaintext?: boolean
}

export interface StoredOptions<Type extends ValueType = ValueType> extends FieldOptions<Type> {
  /** A ciphertext as text, unless `binary` is said: then as bytes. */
  storage?: 'text' | 'binary'
}

/** What a row-bound field is where no row opens it: `open` takes the primary key of its row. */
export interface Sealed<Value = unknown> {
  readonly ciphertext: string | Buffer
  open (row: string | number | bigint, options?: { context?: string }): Value
}

export interface RewrapOptions {
  /** Rows of a page: 500 unless given. */
  batchSize?: number
  /** Also encrypts the plaintext that is still there. */
  encryptPlaintext?: boolean
  /** Counts what would be changed, by how it looks. Nothing is opened or written. */
  dryRun?: boolean
  /** The key behind which to go on, such as `last` of what was interrupted. */
  after?: string | number | bigint
  /** Called after each page. */
  onBatch? (done: Rewrapped): void | PromiseLike<void>
}

/** How many rows were read, and of cells how many became something else. */
export interface Rewrapped {
  rows: number
  rewrapped: number
  encrypted: number
  reindexed: number
  /** Plaintext that was left, where `allowPlaintext` leaves it. */
  plaintext: number
  /** Rows that others wrote again and again: they were left to the next time. */
  contended: number
  /** The key of the last row that was looked at. */
  last?: string | number | bigint
}
