import type { Column, SQL, Table } from 'drizzle-orm'
import type { customType as mysqlCustomType } from 'drizzle-orm/mysql-core'
import type { customType as pgCustomType } from 'drizzle-orm/pg-core'
import type { customType as sqliteCustomType } from 'drizzle-orm/sqlite-core'
import type { RewrapOptions, Rewrapped, StoredOptions, Values, ValueType } from './lib/fields/fields.js'

export type { RewrapOptions, Rewrapped, StoredOptions, Values, ValueType }

interface Stored<Type extends ValueType> { data: Values[Type], driverData: string | Buffer }
interface Found { data: string, driverData: string }

/**
 * A type of columns whose values are encrypted, of the `customType` of your database: `encrypted(customType, { key, column: 'people.email' })('email')`.
 * Values are bound to the column: one that somebody moves to another row of it opens. To compare with the column throws: see `matches`.
 */
export function encrypted<Type extends ValueType = 'text'> (customType: typeof pgCustomType, options: StoredOptions<Type>): ReturnType<typeof pgCustomType<Stored<Type>>>
export function encrypted<Type extends ValueType = 'text'> (customType: typeof sqliteCustomType, options: StoredOptions<Type>): ReturnType<typeof sqliteCustomType<Stored<Type>>>
export function encrypted<Type extends ValueType = 'text'> (customType: typeof mysqlCustomType, options: StoredOptions<Type>): ReturnType<typeof mysqlCustomType<Stored<Type>>>

/** The column with the blind index of another, which names its property in the option `index`. */
export function blindIndex (customType: typeof pgCustomType): ReturnType<typeof pgCustomType<Found>>
export function blindIndex (customType: typeof sqliteCustomType): ReturnType<typeof sqliteCustomType<Found>>
export function blindIndex (customType: typeof mysqlCustomType): ReturnType<typeof mysqlCustomType<Found>>

/** A row, or rows, with the indexes of their values: for `values(…)` of an insert, and `set` of an update and of `onConflictDoUpdate`. */
export function withIndexes<Row extends object> (table: Table, row: Row): Row & Record<string, any>
export function withIndexes<Row extends object> (table: Table, rows: readonly Row[]): (Row & Record<string, any>)[]

/** Rows whose value equals this one, or one of these, by the indexes of all versions. */
export function matches<Of extends Column> (column: Of, value: Of['_']['data'] | readonly Of['_']['data'][]): SQL
/** Rows that have another value. */
export function differs<Of extends Column> (column: Of, value: Of['_']['data'] | readonly Of['_']['data'][]): SQL

/**
 * Lets a database, and its transactions, refuse what Drizzle does not tell a column of: `like`, `orderBy`, `groupBy`, and expressions of SQL that compare it
 * or are written to it. Called once, with
 * what `drizzle(…)` gave, which it gives back.
 */
export function refuseComparisons<Database extends object> (db: Database): Database

/** How often this process read a plaintext in the place of a ciphertext, as `allowPlaintext` allows. */
export function plaintextReads (column: Column): number

/**
 * Brings what the table holds under the latest versions of its keys, values and indexes. It pages by the primary key and writes a row only where it still
 * is as it was read, so programs go on writing. Done twice, the second time changes nothing. For PostgreSQL and SQLite.
 */
export function rewrap (db: object, table: Table, options?: RewrapOptions): Promise<Rewrapped>
