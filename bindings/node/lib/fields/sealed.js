'use strict'

const { refusal } = require('./place.js')

// A ciphertext as it is read where no row opens it: `open` takes the primary key of its row.
class Sealed {
  #field
  ciphertext

  constructor (ciphertext, field) {
    this.ciphertext = ciphertext
    this.#field = field
  }

  open (row, { context } = {}) {
    return this.#field.open(this.ciphertext, row, context)
  }

  // In a text or an answer a ciphertext would stand where the value is meant.
  toString () {
    throw refusal(`${this.#field.place} was read without what opens it: select the id too, or open(id)`)
  }

  toJSON () {
    return this.toString()
  }
}

module.exports = { Sealed }
