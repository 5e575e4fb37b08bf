'use strict'

const { inspect } = require('node:util')
const { hasOwn } = require('./intrinsics.js')
const { OURS, onlyOurs, staysHere } = require('./native.js')

const STAYS = staysHere('a DataKey holds a key in the clear: pass its plaintext by itself, or its ciphertext to be decrypted there')

// A key in the clear and encrypted. What is logged, written as JSON or copied property by property is the latter alone.
class DataKey {
  #plaintext
  ciphertext
  uncloneable = STAYS

  constructor (token, { plaintext, ciphertext }) {
    onlyOurs(token, 'use key.dataKey()')
    this.#plaintext = plaintext
    this.ciphertext = ciphertext
  }

  get plaintext () {
    return this.#plaintext
  }

  [inspect.custom] (depth, options, show) {
    return `DataKey ${show({ ciphertext: this.ciphertext }, options)}`
  }

  toJSON () {
    return { ciphertext: this.ciphertext }
  }
}

// Those of a batch, in their places. Errors stay what they are.
function dataKeys (results) {
  for (let index = 0; index < results.length; index++) {
    const result = results[index]
    if (hasOwn(result, 'plaintext')) results[index] = new DataKey(OURS, result)
  }
  return results
}

module.exports = { DataKey, dataKeys }
