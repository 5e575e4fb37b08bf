'use strict'

const { native } = require('./native.js')
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
}

// How they are indexed, as the library's own `ApiKey::index` says, of the format.
const INDEX = Object.freeze({ name: 'strongroom.api-key', bits: 256 })

module.exports = { ApiKey }
