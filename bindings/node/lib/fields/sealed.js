'use strict'

// A ciphertext as it is read where no row opens it: `open` takes the primary key of its row.
class Sealed {
  #open
  ciphertext

  constructor (ciphertext, open) {
    this.ciphertext = ciphertext
    this.#open = open
  }

  open (row, options) {
    return this.#open(this.ciphertext, row, options)
  }
}

module.exports = { Sealed }
