'use strict'

// What stands in the options of a column: how its values are written, and what is refused before a subscriber has sealed them.
const { inspect } = require('node:util')
const { Field } = require('../fields/field.js')
const { fieldOptions } = require('../fields/options.js')
const { Sealed } = require('../fields/sealed.js')
const { refusal } = require('../fields/place.js')

// A ciphertext that goes to the database, and the value that comes back into its entity afterwards.
class Outgoing extends Sealed {
  #value

  constructor (ciphertext, value) {
    super(ciphertext)
    this.#value = value
  }

  static value (of) {
    return of.#value
  }

  // A listener that runs after a write may show its entity.
  toString () {
    return this.ciphertext.toString()
  }
}

// A value that nobody has sealed. TypeORM compares two of them where it looks for changes; no driver takes one, and nothing shows what it is.
class Unsealed {
  #place

  constructor (place) {
    this.#place = place
  }

  refuse () {
    throw refusal(`${this.#place}: a value came to a query without being encrypted. An encrypted column is compared by matching(…) alone, and written by save, insert, update and upsert with their listeners`)
  }

  // Asked by the driver of PostgreSQL.
  toPostgres () {
    this.refuse()
  }

  // And by that of MySQL.
  toSqlString () {
    this.refuse()
  }

  toJSON () {
    return '[encrypted]'
  }

  [inspect.custom] () {
    return '[encrypted]'
  }
}

class EncryptedTransformer {
  // Since `attach`, a subscriber seals and opens.
  attached = false
  #last

  constructor (options, rowBound) {
    this.field = new Field(options, rowBound)
    this.context = options.context
    this.maxBytes = options.maxBytes
  }

  get plaintextReads () {
    return this.field.plaintextReads
  }

  to (value) {
    if (value === null || value === undefined) return value
    if (value instanceof Sealed) return value.ciphertext
    if (!this.attached && !this.field.rowBound && this.field.index === undefined) return this.field.write(value)
    if (!this.attached) throw refusal(`${this.field.place} is encrypted by a data source that knows of it: attach(dataSource), once it is initialized`)
    // Equal values, one after the other, are one and the same for who compares them.
    if (this.#last === undefined || !this.field.same(this.#last.value, value)) this.#last = { value, unsealed: new Unsealed(this.field.place) }
    return this.#last.unsealed
  }

  from (stored) {
    if (stored === null || stored === undefined) return stored
    return this.field.rowBound ? this.field.sealed(stored) : this.field.open(stored)
  }

  // Neither a key nor what was compared last.
  [inspect.custom] () {
    return `EncryptedTransformer { ${this.field.column} }`
  }
}

// Bound to the column: a value that is moved to another row of it opens.
const encrypted = (options) => new EncryptedTransformer(fieldOptions(options, ['maxBytes']), false)

// Bound to the row too. The property of the row's tenant is named by `context`.
const rowEncrypted = (options) => new EncryptedTransformer(fieldOptions(options, ['maxBytes', 'context']), true)

module.exports = { EncryptedTransformer, Outgoing, Unsealed, encrypted, rowEncrypted }
