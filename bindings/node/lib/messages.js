'use strict'

const { inspect } = require('node:util')
const { native, OURS, onlyOurs, staysHere } = require('./native.js')
const { columns, list, onlyErrors, returnsErrors } = require('./columns.js')
const { DataKey, dataKeys } = require('./data_key.js')
const { bareArray, bufferOf, dressed } = require('./intrinsics.js')
const { optional, own, ownIfAny, refusal, said, spoken, unknown } = require('./options.js')
const streams = require('./stream.js')
const { decryptRange, position } = require('./stream_file.js')
require('./error.js')

const asItIs = (found) => found
const NOTHING = Object.freeze({ __proto__: null })

const STAYS = staysHere('a Key or View belongs to the thread that took it from its keyring: open the keyring in the other one and take it there')

let viewHandle

// What a key does with messages. Each operation converts its arguments and calls its native half, in three ways: at once, for each of a batch, and with a promise.
// Called at once it gives bytes as an ArrayBuffer of their own, which Node makes a Buffer of in less time than its native interface does.
class Messages {
  #native
  uncloneable = STAYS

  constructor (token, handle) {
    onlyOurs(token, 'take keys from a keyring')
    this.#native = handle
  }

  static {
    viewHandle = (view) => view.#native
  }

  [inspect.custom] () {
    return #native in this ? `${this.constructor.name} { name: '${this.name}' }` : this.constructor.name
  }

  get name () {
    return native.keyName(this.#native)
  }

  encrypt (plaintext, options) {
    if (options === undefined) return native.encrypt(this.#native, plaintext)
    return told(native.encrypt, this.#native, plaintext, undefined, options)
  }

  encryptAsync (plaintext, options) {
    return later(native.encryptAsync, this.#native, plaintext, undefined, options)
  }

  encryptBatch (plaintexts, options) {
    return batch(native.encryptBatch, this.#native, [plaintexts, 'plaintexts'], undefined, options)
  }

  decrypt (ciphertext, options) {
    if (options === undefined) return bufferOf(native.decrypt(this.#native, ciphertext))
    return bufferOf(told(native.decrypt, this.#native, ciphertext, undefined, options))
  }

  decryptAsync (ciphertext, options) {
    return later(native.decryptAsync, this.#native, ciphertext, undefined, options)
  }

  decryptBatch (ciphertexts, options) {
    return batch(native.decryptBatch, this.#native, [ciphertexts, 'ciphertexts'], undefined, options)
  }

  rewrap (ciphertext, options) {
    if (options === undefined) return native.rewrap(this.#native, ciphertext)
    return told(native.rewrap, this.#native, ciphertext, undefined, options)
  }

  rewrapAsync (ciphertext, options) {
    return later(native.rewrapAsync, this.#native, ciphertext, undefined, options)
  }

  rewrapBatch (ciphertexts, options) {
    return batch(native.rewrapBatch, this.#native, [ciphertexts, 'ciphertexts'], undefined, options)
  }

  encryptBinary (plaintext, options) {
    if (options === undefined) return bufferOf(native.encryptBinary(this.#native, plaintext))
    return bufferOf(told(native.encryptBinary, this.#native, plaintext, undefined, options))
  }

  encryptBinaryAsync (plaintext, options) {
    return later(native.encryptBinaryAsync, this.#native, plaintext, undefined, options)
  }

  encryptBinaryBatch (plaintexts, options) {
    return batch(native.encryptBinaryBatch, this.#native, [plaintexts, 'plaintexts'], undefined, options)
  }

  decryptBinary (ciphertext, options) {
    if (options === undefined) return bufferOf(native.decryptBinary(this.#native, ciphertext))
    return bufferOf(told(native.decryptBinary, this.#native, ciphertext, undefined, options))
  }

  decryptBinaryAsync (ciphertext, options) {
    return later(native.decryptBinaryAsync, this.#native, ciphertext, undefined, options)
  }

  decryptBinaryBatch (ciphertexts, options) {
    return batch(native.decryptBinaryBatch, this.#native, [ciphertexts, 'ciphertexts'], undefined, options)
  }

  rewrapBinary (ciphertext, options) {
    if (options === undefined) return bufferOf(native.rewrapBinary(this.#native, ciphertext))
    return bufferOf(told(native.rewrapBinary, this.#native, ciphertext, undefined, options))
  }

  rewrapBinaryAsync (ciphertext, options) {
    return later(native.rewrapBinaryAsync, this.#native, ciphertext, undefined, options)
  }

  rewrapBinaryBatch (ciphertexts, options) {
    return batch(native.rewrapBinaryBatch, this.#native, [ciphertexts, 'ciphertexts'], undefined, options)
  }

  sign (message, options) {
    if (options === undefined) return native.sign(this.#native, message)
    return told(native.sign, this.#native, message, undefined, options)
  }

  signAsync (message, options) {
    return later(native.signAsync, this.#native, message, undefined, options)
  }

  signBatch (messages, options) {
    return batch(native.signBatch, this.#native, [messages, 'messages'], undefined, options)
  }

  hmac (message, options) {
    if (options === undefined) return native.hmac(this.#native, message)
    return told(native.hmac, this.#native, message, undefined, options)
  }

  hmacAsync (message, options) {
    return later(native.hmacAsync, this.#native, message, undefined, options)
  }

  hmacBatch (messages, options) {
    return batch(native.hmacBatch, this.#native, [messages, 'messages'], undefined, options)
  }

  verify (message, signature, options) {
    if (options === undefined) return native.verify(this.#native, message, signature)
    return told(native.verify, this.#native, message, signature, options)
  }

  verifyAsync (message, signature, options) {
    return later(native.verifyAsync, this.#native, message, signature, options)
  }

  verifyBatch (messages, signatures, options) {
    return batch(native.verifyBatch, this.#native, [messages, 'messages'], [signatures, 'signatures'], options)
  }

  verifyHmac (message, mac, options) {
    if (options === undefined) return native.verifyHmac(this.#native, message, mac)
    return told(native.verifyHmac, this.#native, message, mac, options)
  }

  verifyHmacAsync (message, mac, options) {
    return later(native.verifyHmacAsync, this.#native, message, mac, options)
  }

  verifyHmacBatch (messages, macs, options) {
    return batch(native.verifyHmacBatch, this.#native, [messages, 'messages'], [macs, 'macs'], options)
  }

  needsRewrap (ciphertext, options) {
    if (options !== undefined) nothing(options)
    return native.needsRewrap(this.#native, ciphertext)
  }

  needsRewrapBatch (ciphertexts, options) {
    return batch(native.needsRewrapBatch, this.#native, [ciphertexts, 'ciphertexts'], undefined, options, onlyErrors)
  }

  needsRewrapBinary (ciphertext, options) {
    if (options !== undefined) nothing(options)
    return native.needsRewrapBinary(this.#native, ciphertext)
  }

  needsRewrapBinaryBatch (ciphertexts, options) {
    return batch(native.needsRewrapBinaryBatch, this.#native, [ciphertexts, 'ciphertexts'], undefined, options, onlyErrors)
  }

  dataKey (size, options) {
    if (size === undefined && arguments.length > 0) throw refusal('the size of a data key is undefined; it is 16, 32 or 64')
    if (options === undefined) return new DataKey(OURS, native.dataKey(this.#native, size))
    return new DataKey(OURS, told(native.dataKey, this.#native, size, undefined, options))
  }

  dataKeyBatch (sizes, options) {
    return dataKeys(batch(native.dataKeyBatch, this.#native, [sizes, 'sizes'], undefined, options))
  }

  encryptInto (plaintext, out, options) {
    if (options === undefined) return native.encryptInto(this.#native, plaintext, out)
    return told(native.encryptInto, this.#native, plaintext, out, options)
  }

  decryptInto (ciphertext, out, options) {
    if (options === undefined) return native.decryptInto(this.#native, ciphertext, out)
    return told(native.decryptInto, this.#native, ciphertext, out, options)
  }

  encryptedLen (plaintext, options) {
    if (options === undefined) return native.encryptedLen(this.#native, plaintext)
    return told(native.encryptedLen, this.#native, plaintext, undefined, options)
  }

  encryptedBinaryLen (plaintext, options) {
    if (options === undefined) return native.encryptedBinaryLen(this.#native, plaintext)
    return told(native.encryptedBinaryLen, this.#native, plaintext, undefined, options)
  }

  decryptedBinaryLen (ciphertext, options) {
    if (options === undefined) return native.decryptedBinaryLen(this.#native, ciphertext)
    return told(native.decryptedBinaryLen, this.#native, ciphertext, undefined, options)
  }

  encryptStream (options) {
    return streams.encryptStream(ofStream(native.encrypter, this.#native, options))
  }

  decryptStream (options) {
    return streams.decryptStream(ofStream(native.decrypter, this.#native, options))
  }

  rewrapStream (options) {
    return streams.rewrapStream(ofRewrap(this.#native, options))
  }

  encryptWebStream (options) {
    return streams.encryptWebStream(ofStream(native.encrypter, this.#native, options))
  }

  decryptWebStream (options) {
    return streams.decryptWebStream(ofStream(native.decrypter, this.#native, options))
  }

  rewrapWebStream (options) {
    return streams.rewrapWebStream(ofRewrap(this.#native, options))
  }

  async decryptRange (source, start, end, options) {
    const [from, until] = [position(start, 'start'), position(end, 'end')]
    const ranger = options === undefined ? native.ranger(this.#native, from, until) : told(native.ranger, this.#native, from, until, options)
    return decryptRange(ranger, source)
  }

  publicKey (...given) {
    const [first] = given
    // The version can be left out where options are given.
    if (typeof first === 'object' && first !== null) return native.publicKey(this.#native, undefined, own(first))
    return native.publicKey(this.#native, optional(given, 'the version'), ownIfAny(given[1]))
  }
}

// A call with options: each is read before the native half looks at anything, so that no code of the caller's runs while it does.
function told (call, handle, input, second, options) {
  const { aad, context, version, hash, form, prehashed, padding, saltLength, errors } = said(options)
  if (errors !== undefined) throw unknown('errors')
  // What is not given costs a look at it in the native half.
  if (hash === undefined && form === undefined && prehashed === undefined && padding === undefined && saltLength === undefined) {
    return call(handle, input, second, spoken(aad), spoken(context), version)
  }
  return call(handle, input, second, spoken(aad), spoken(context), version, hash, form, prehashed, padding, saltLength)
}

// A stream is worked on in so many threads.
function ofStream (call, handle, options) {
  if (options === undefined) return call(handle)
  const found = own(options)
  const threads = found.threads
  if (threads === null) throw refusal('the option threads is null; leave it out if there is none')
  delete found.threads
  return told(call, handle, threads, undefined, found)
}

const ofRewrap = (handle, options) => options === undefined ? native.rewrapper(handle) : told(native.rewrapper, handle, undefined, undefined, options)

async function later (call, handle, input, second, options) {
  return options === undefined ? call(handle, input, second) : told(call, handle, input, second, options)
}

// `inputs`, and `second` if there is one, are a column and what it is called.
function batch (call, handle, inputs, second, options = NOTHING, check = asItIs) {
  const found = check(said(options))
  const returned = returnsErrors(found)
  const worked = list(inputs[0], inputs[1], asItIs, returned)
  const other = second === undefined ? undefined : list(second[0], second[1], asItIs, returned)
  const results = bareArray(worked.length)
  call(handle, returned, worked, columns(worked.length, other, found), results)
  return dressed(results)
}

// There is no option for a single look at the outside of a ciphertext.
function nothing (options) {
  const found = onlyErrors(said(options))
  if (found.errors !== undefined) throw unknown('errors')
}

module.exports = { Messages, nothing, viewHandle }
