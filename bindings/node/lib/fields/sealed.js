'use strict'

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
}

module.exports = { Sealed }
