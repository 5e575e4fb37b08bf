'use strict'

const { Transform } = require('node:stream')
const { native, OURS, onlyOurs } = require('./native.js')
const { bufferOf, isPromise, then } = require('./intrinsics.js')

// What is done with the pieces of a file: `take` gives what can be made of one, and `finish` the rest. What several threads make is promised.
const encrypting = (handle) => ({
  take: (chunk) => native.encrypterTake(handle, chunk),
  finish: () => native.encrypterFinish(handle)
})

// What is no plaintext yet waits for more.
const decrypting = (handle) => ({
  take: (chunk) => native.decrypterTake(handle, chunk),
  finish: () => native.decrypterFinish(handle)
})

const rewrapping = (handle) => ({
  take: (chunk) => native.rewrapperTake(handle, chunk),
  finish: () => native.rewrapperFinish(handle)
})

// What is made of what arrives, or the error of it.
function made (callback, make) {
  let given
  try {
    given = make()
  } catch (error) {
    callback(error)
    return
  }
  // What a callback throws is nobody's rejection.
  if (isPromise(given)) then(given, (memory) => process.nextTick(handOn, callback, memory), (error) => process.nextTick(callback, error))
  else handOn(callback, given)
}

// Without bytes nothing is.
function handOn (callback, memory) {
  if (memory.byteLength === 0) callback()
  else callback(null, bufferOf(memory))
}

// The end is written when the side that is written to has ended, and never when the stream is destroyed.
class EncryptStream extends Transform {
  #work

  constructor (token, handle) {
    onlyOurs(token, 'a key has encryptStream()')
    super()
    this.#work = encrypting(handle)
  }

  _transform (chunk, encoding, callback) {
    made(callback, () => this.#work.take(chunk))
  }

  _flush (callback) {
    made(callback, this.#work.finish)
  }
}

// A file that is read with an encoding arrives as text, and is refused.
const BYTES = { decodeStrings: false }

class DecryptStream extends Transform {
  #work

  constructor (token, handle) {
    onlyOurs(token, 'a key has decryptStream()')
    super(BYTES)
    this.#work = decrypting(handle)
  }

  _transform (chunk, encoding, callback) {
    made(callback, () => this.#work.take(chunk))
  }

  _flush (callback) {
    made(callback, this.#work.finish)
  }
}

class RewrapStream extends Transform {
  #native
  #work

  constructor (token, handle) {
    onlyOurs(token, 'a key has rewrapStream()')
    super(BYTES)
    this.#native = handle
    this.#work = rewrapping(handle)
  }

  get version () {
    return native.rewrapperVersion(this.#native)
  }

  _transform (chunk, encoding, callback) {
    made(callback, () => this.#work.take(chunk))
  }

  _flush (callback) {
    made(callback, this.#work.finish)
  }
}

// The pair of streams as the web has them: a side to write to and one to read from. What is thrown ends both, and what is aborted gets no end.
function web (work) {
  const put = async (memory, controller) => {
    const bytes = new Uint8Array(await memory)
    if (bytes.length > 0) controller.enqueue(bytes)
  }
  return new TransformStream({
    transform: (chunk, controller) => put(work.take(chunk), controller),
    flush: (controller) => put(work.finish(), controller)
  })
}

module.exports = {
  encryptStream: (handle) => new EncryptStream(OURS, handle),
  decryptStream: (handle) => new DecryptStream(OURS, handle),
  rewrapStream: (handle) => new RewrapStream(OURS, handle),
  encryptWebStream: (handle) => web(encrypting(handle)),
  decryptWebStream: (handle) => web(decrypting(handle)),
  rewrapWebStream: (handle) => web(rewrapping(handle))
}
