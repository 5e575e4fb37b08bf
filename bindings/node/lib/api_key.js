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

  // How they are indexed.
  static get index () {
    return INDEX
  }
}

const INDEX = Object.freeze(native.apiKeyIndex())

module.exports = { ApiKey }
