import type { FieldOptions, RewrapOptions, Rewrapped, Values, ValueType } from './lib/fields/fields.js'

export type { FieldOptions, RewrapOptions, Rewrapped, Values, ValueType }

export interface EncryptedField extends FieldOptions {
  /** The field with the tenant of the row, whose text is the context of a derived key. */
  context?: string
}

export interface EncryptedModel {
  /** The field that values are bound to: `id` unless given. */
  id?: string
  /** The encrypted fields, of the type String or Bytes in the schema. */
  fields: Record<string, EncryptedField>
}

export interface Encryption {
  name: 'strongroom'
  query: {
    $allModels: {
      $allOperations (asked: { model: string, operation: string, args: any, query: (args: any) => Promise<any> }): Promise<any>
    }
  }
}

/**
 * The extension that encrypts fields, each value bound to its row: `client.$extends(encryption(client, { Person: { fields: { … } } }))`. `where` goes by blind
 * indexes, and what they cannot answer is refused. It is the last `query` extension of a client: what a later one adds is not encrypted.
 */
export function encryption (client: object, models: Record<string, EncryptedModel>): Encryption

/** How often this process read a plaintext in the place of a ciphertext, as `allowPlaintext` allows. */
export function plaintextReads (extension: Encryption, model: string, field: string): number

/**
 * Brings what a model holds under the latest versions of its keys, values and indexes. It pages by the primary key and writes a row only where it still
 * is as it was read, so programs go on writing. Done twice, the second time changes nothing.
 */
export function rewrap (extension: Encryption, model: string, options?: RewrapOptions): Promise<Rewrapped>
