'use strict'

const { bytesKeys } = require('./intrinsics.js')
const { native } = require('./native.js')

class StrongroomError extends Error {
  code
  number
  family

  constructor (message, code, number, family) {
    super(message)
    this.code = code
    this.number = number
    this.family = family
  }
}
Object.defineProperty(StrongroomError.prototype, 'name', { __proto__: null, value: 'StrongroomError', configurable: true, writable: true })

native.setIntrinsics(StrongroomError, bytesKeys)

const errors = Object.freeze(native.errorTable().map(Object.freeze))
const version = native.version()

module.exports = { StrongroomError, errors, version }
