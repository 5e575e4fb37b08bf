'use strict'

const { Transform } = require('node:stream')
const { native, OURS, onlyOurs } = require('./native.js')
const { bufferOf } = require('./intrinsics.js')

// What is made of what arrives, or the error of it. Without bytes nothing is handed on.
function made (callback, make) {
  let bytes
  try {
    bytes = bufferOf(make())
  } catch (error) {
    callback(error)
    return
  }
  if (bytes.length === 0) callback()
  else callback(null, bytes)
}

// The end is written when the side that is written to has ended, and never when the stream is destroyed.
class EncryptStream extends Transform {
  #native

  constructor (token, handle) {
    onlyOurs(token, 'a key has encryptStream()')
    super()
    this.#native = handle
  }

  _transform (chunk, encoding, callback) {
    made(callback, () => native.encrypterTake(this.#native, chunk))
  }

  _flush (callback) {
    made(callback, () => native.encrypterFinish(this.#native))
  }
}

// What is no plaintext yet waits for more.
class DecryptStream extends Transform {
  #native

  constructor (token, handle) {
    onlyOurs(token, 'a key has decryptStream()')
    // A file that is read with an encoding arrives as text, and is refused.
    super({ decodeStrings: false })
    this.#native = handle
  }

  _transform (chunk, encoding, callback) {
    made(callback, () => native.decrypterTake(this.#native, chunk))
  }

  _flush (callback) {
    made(callback, () => native.decrypterFinish(this.#native))
  }
}

module.exports = {
  encryptStream: (handle) => new EncryptStream(OURS, handle),
  decryptStream: (handle) => new DecryptStream(OURS, handle)
}
