'use strict'

const { getSystemErrorName } = require('node:util')
const { bytesKeys, defineProperty } = require('./intrinsics.js')
const { native } = require('./native.js')

class StrongroomError extends Error {
  code
  number
  family

  // The last three are there where they have something to say: which option is wrong, and what the operating system said.
  constructor (message, code, number, family, detail, system, errno) {
    if (system === undefined) super(message)
    else super(message, { cause: ofSystem(system, errno) })
    this.code = code
    this.number = number
    this.family = family
    if (detail !== undefined) defineProperty(this, 'detail', { __proto__: null, value: detail, enumerable: true, configurable: true, writable: true })
  }
}

// As Node's own functions give the errors of the operating system.
function ofSystem (message, errno) {
  const error = new Error(message)
  if (errno !== undefined) {
    error.errno = -errno
    error.code = getSystemErrorName(-errno)
  }
  return error
}

Object.defineProperty(StrongroomError.prototype, 'name', { __proto__: null, value: 'StrongroomError', configurable: true, writable: true })

native.setIntrinsics(StrongroomError, bytesKeys)

const errors = Object.freeze(native.errorTable().map(Object.freeze))
const version = native.version()

module.exports = { StrongroomError, errors, version }
