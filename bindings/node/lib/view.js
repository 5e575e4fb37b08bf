'use strict'

const { native, OURS, onlyOurs } = require('./native.js')
const { NONE, check, columns, returnsErrors, spoken } = require('./options.js')
require('./error.js')

const NOTHING = Object.freeze({})

let viewHandle

// Each operation converts its arguments and calls its native half, in three ways: at once, for each of a batch, and with a promise.
// Called at once it gives bytes as an ArrayBuffer of their own, which Node makes a Buffer of in less time than its native interface does.
class View {
  #native

  constructor (token, handle) {
    onlyOurs(token, 'take keys from a keyring')
    this.#native = handle
  }

  static {
    viewHandle = (view) => view.#native
  }

  encrypt (plaintext, options) {
    if (options === undefined) return native.encrypt(this.#native, plaintext)
    check(options)
    return native.encrypt(this.#native, plaintext, undefined, spoken(options.aad), spoken(options.context), options.version, options.hash, options.form)
  }

  encryptAsync (plaintext, options) {
    return later(native.encryptAsync, this.#native, plaintext, undefined, options)
  }

  encryptBatch (plaintexts, options) {
    return batch(native.encryptBatch, this.#native, plaintexts, undefined, options)
  }

  decrypt (ciphertext, options) {
    if (options === undefined) return Buffer.from(native.decrypt(this.#native, ciphertext))
    check(options)
    return Buffer.from(native.decrypt(this.#native, ciphertext, undefined, spoken(options.aad), spoken(options.context), options.version, options.hash, options.form))
  }

  decryptAsync (ciphertext, options) {
    return later(native.decryptAsync, this.#native, ciphertext, undefined, options)
  }

  decryptBatch (ciphertexts, options) {
    return batch(native.decryptBatch, this.#native, ciphertexts, undefined, options)
  }

  rewrap (ciphertext, options) {
    if (options === undefined) return native.rewrap(this.#native, ciphertext)
    check(options)
    return native.rewrap(this.#native, ciphertext, undefined, spoken(options.aad), spoken(options.context), options.version, options.hash, options.form)
  }

  rewrapAsync (ciphertext, options) {
    return later(native.rewrapAsync, this.#native, ciphertext, undefined, options)
  }

  rewrapBatch (ciphertexts, options) {
    return batch(native.rewrapBatch, this.#native, ciphertexts, undefined, options)
  }

  encryptBinary (plaintext, options) {
    if (options === undefined) return Buffer.from(native.encryptBinary(this.#native, plaintext))
    check(options)
    return Buffer.from(native.encryptBinary(this.#native, plaintext, undefined, spoken(options.aad), spoken(options.context), options.version, options.hash, options.form))
  }

  encryptBinaryAsync (plaintext, options) {
    return later(native.encryptBinaryAsync, this.#native, plaintext, undefined, options)
  }

  encryptBinaryBatch (plaintexts, options) {
    return batch(native.encryptBinaryBatch, this.#native, plaintexts, undefined, options)
  }

  decryptBinary (ciphertext, options) {
    if (options === undefined) return Buffer.from(native.decryptBinary(this.#native, ciphertext))
    check(options)
    return Buffer.from(native.decryptBinary(this.#native, ciphertext, undefined, spoken(options.aad), spoken(options.context), options.version, options.hash, options.form))
  }

  decryptBinaryAsync (ciphertext, options) {
    return later(native.decryptBinaryAsync, this.#native, ciphertext, undefined, options)
  }

  decryptBinaryBatch (ciphertexts, options) {
    return batch(native.decryptBinaryBatch, this.#native, ciphertexts, undefined, options)
  }

  rewrapBinary (ciphertext, options) {
    if (options === undefined) return Buffer.from(native.rewrapBinary(this.#native, ciphertext))
    check(options)
    return Buffer.from(native.rewrapBinary(this.#native, ciphertext, undefined, spoken(options.aad), spoken(options.context), options.version, options.hash, options.form))
  }

  rewrapBinaryAsync (ciphertext, options) {
    return later(native.rewrapBinaryAsync, this.#native, ciphertext, undefined, options)
  }

  rewrapBinaryBatch (ciphertexts, options) {
    return batch(native.rewrapBinaryBatch, this.#native, ciphertexts, undefined, options)
  }

  sign (message, options) {
    if (options === undefined) return native.sign(this.#native, message)
    check(options)
    return native.sign(this.#native, message, undefined, spoken(options.aad), spoken(options.context), options.version, options.hash, options.form)
  }

  signAsync (message, options) {
    return later(native.signAsync, this.#native, message, undefined, options)
  }

  signBatch (messages, options) {
    return batch(native.signBatch, this.#native, messages, undefined, options)
  }

  hmac (message, options) {
    if (options === undefined) return native.hmac(this.#native, message)
    check(options)
    return native.hmac(this.#native, message, undefined, spoken(options.aad), spoken(options.context), options.version, options.hash, options.form)
  }

  hmacAsync (message, options) {
    return later(native.hmacAsync, this.#native, message, undefined, options)
  }

  hmacBatch (messages, options) {
    return batch(native.hmacBatch, this.#native, messages, undefined, options)
  }

  verify (message, signature, options) {
    if (options === undefined) return native.verify(this.#native, message, signature)
    check(options)
    return native.verify(this.#native, message, signature, spoken(options.aad), spoken(options.context), options.version, options.hash, options.form)
  }

  verifyAsync (message, signature, options) {
    return later(native.verifyAsync, this.#native, message, signature, options)
  }

  verifyBatch (messages, signatures, options) {
    return batch(native.verifyBatch, this.#native, messages, Array.from(signatures), options)
  }

  verifyHmac (message, mac, options) {
    if (options === undefined) return native.verifyHmac(this.#native, message, mac)
    check(options)
    return native.verifyHmac(this.#native, message, mac, spoken(options.aad), spoken(options.context), options.version, options.hash, options.form)
  }

  verifyHmacAsync (message, mac, options) {
    return later(native.verifyHmacAsync, this.#native, message, mac, options)
  }

  verifyHmacBatch (messages, macs, options) {
    return batch(native.verifyHmacBatch, this.#native, messages, Array.from(macs), options)
  }

  needsRewrap (ciphertext) {
    return native.needsRewrap(this.#native, ciphertext)
  }

  needsRewrapBatch (ciphertexts, options) {
    return batch(native.needsRewrapBatch, this.#native, ciphertexts, undefined, options, NONE)
  }

  needsRewrapBinary (ciphertext) {
    return native.needsRewrapBinary(this.#native, ciphertext)
  }

  needsRewrapBinaryBatch (ciphertexts, options) {
    return batch(native.needsRewrapBinaryBatch, this.#native, ciphertexts, undefined, options, NONE)
  }

  dataKey (size, options) {
    if (options === undefined) return native.dataKey(this.#native, size)
    check(options)
    return native.dataKey(this.#native, size, undefined, spoken(options.aad), spoken(options.context), options.version, options.hash, options.form)
  }

  dataKeyBatch (sizes, options) {
    return batch(native.dataKeyBatch, this.#native, sizes, undefined, options)
  }

  encryptInto (plaintext, out, options) {
    if (options === undefined) return native.encryptInto(this.#native, plaintext, out)
    check(options)
    return native.encryptInto(this.#native, plaintext, out, spoken(options.aad), spoken(options.context), options.version, options.hash, options.form)
  }

  decryptInto (ciphertext, out, options) {
    if (options === undefined) return native.decryptInto(this.#native, ciphertext, out)
    check(options)
    return native.decryptInto(this.#native, ciphertext, out, spoken(options.aad), spoken(options.context), options.version, options.hash, options.form)
  }

  publicKey (version) {
    return native.publicKey(this.#native, version)
  }

  transit () {
    return new View(OURS, native.transit(this.#native))
  }
}

async function later (call, handle, input, second, options) {
  if (options === undefined) return call(handle, input, second)
  check(options)
  return call(handle, input, second, spoken(options.aad), spoken(options.context), options.version, options.hash, options.form)
}

// The inputs are copied into an array of values first, so that no code of the caller's runs while the native half looks at them.
function batch (call, handle, given, second, options = NOTHING, known) {
  check(options, 'errors', known)
  const inputs = Array.from(given)
  return call(handle, returnsErrors(options), inputs, columns(inputs.length, second, options))
}

module.exports = { View, viewHandle }
