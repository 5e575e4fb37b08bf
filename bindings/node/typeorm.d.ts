import type { DataSource, EntityTarget, FindOptionsWhere, ObjectLiteral, ValueTransformer } from 'typeorm'
import type { RewrapOptions, Rewrapped, Sealed, StoredOptions, Values, ValueType } from './lib/fields/fields.js'

export type { RewrapOptions, Rewrapped, Sealed, StoredOptions, Values, ValueType }

export interface EncryptedTransformer extends ValueTransformer {
  /** How often this process read a plaintext in the place of a ciphertext, as `allowPlaintext` allows. */
  readonly plaintextReads: number
}

export interface ColumnOptions extends StoredOptions {
  /** The longest value in bytes, where the column has a length: `attach` says whether it is wide enough. */
  maxBytes?: number
}

export interface RowOptions extends ColumnOptions {
  /** The property with the tenant of the row, whose text is the context of a derived key. */
  context?: string
}

/**
 * The `transformer` of a column whose values are bound to the column: one that somebody moves to another row of it opens. The column is of the type `text`,
 * or `bytea` or `blob` with the storage `binary`.
 */
export function encrypted (options: ColumnOptions): EncryptedTransformer

/**
 * The `transformer` of a column whose values are bound to their row, by the primary key, which is made in the program. It needs `attach`. Where an entity is
 * loaded without its key, the property is a `Sealed`.
 */
export function rowEncrypted (options: RowOptions): EncryptedTransformer

/** Lets an initialized data source seal and open rows, fill indexes and refuse comparisons. */
export function attach (dataSource: DataSource): DataSource

/** Conditions for `where` in which encrypted properties are asked for by their index: a value, or an array of which any is meant. `context` is the tenant. */
export function matching<Entity extends ObjectLiteral> (dataSource: DataSource, entity: EntityTarget<Entity>, where: { [Name in keyof Entity]?: any }, options?: { context?: string }): FindOptionsWhere<Entity>

/**
 * Brings what the table holds under the latest versions of its keys, values and indexes. It pages by the primary key and writes a row only where it still
 * is as it was read, so programs go on writing. Done twice, the second time changes nothing.
 */
export function rewrap (dataSource: DataSource, entity: EntityTarget<any>, options?: RewrapOptions): Promise<Rewrapped>
