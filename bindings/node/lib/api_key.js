'use strict'

const { native } = require('./native.js')
const { refusal } = require('./options.js')
require('./error.js')

// The keys of an API: texts, of which an index is all that is kept.
class ApiKey {
  constructor () {
    throw new TypeError('cannot be constructed; use ApiKey.generate(prefix)')
  }

  static generate (prefix) {
    return native.apiKeyGenerate(prefix)
  }

  static check (text) {
    native.apiKeyCheck(text)
  }

  static get index () {
    return INDEX
  }

  // As Python calls it: spread, what is undefined would index the keys under no name at all.
  static get INDEX () {
    throw refusal('it is ApiKey.index, with a small letter')
  }
}

// How they are indexed, as the library's own `ApiKey::index` says, of the format.
const INDEX = Object.freeze({ name: 'strongroom.api-key', bits: 256 })

module.exports = { ApiKey }
