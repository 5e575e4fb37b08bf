'use strict'

// An encrypted column: values become what the database stores, and back. Adapters say which row and which context a value is of.
const { Key } = require('../key.js')
const { View } = require('../view.js')
const { StrongroomError } = require('../error.js')
const { inspect } = require('node:util')
const { rowText, said } = require('./bound.js')
const { ENCODINGS, text } = require('./encoding.js')
const { Refused, named, refusal } = require('./place.js')
const { PlaintextCounter, beginsAsCiphertext } = require('./plaintext.js')
const { Sealed } = require('./sealed.js')

// How the library says that nothing is left of a value. Its code is that of other refusals too.
const UNINDEXED = 'there is no blind index of this value'
const PLAIN = Object.freeze({ derived: false, convergent: false })

class Field {
  #key
  #indexKey
  #encoding
  #counter
  #last
  #lastIndex
  // With a row, a value opens in its row alone.
  rowBound

  constructor (options, rowBound, place = options.column) {
    this.#key = options.key
    this.#indexKey = options.indexKey
    this.#encoding = ENCODINGS[options.type]
    this.#counter = new PlaintextCounter(place)
    this.rowBound = rowBound
    this.place = place
    this.column = options.column
    this.index = options.index
    this.type = options.type
    this.binary = options.storage === 'binary'
    this.allowPlaintext = options.allowPlaintext
    this.writePlaintext = options.writePlaintext
    this.indexed = { __proto__: null, name: options.column }
    if (options.normalize !== undefined) this.indexed.normalize = options.normalize
    if (options.bits !== undefined) this.indexed.bits = options.bits
  }

  // Neither the key nor a value is shown where a schema is printed.
  [inspect.custom] () {
    return `Field { ${this.place} }`
  }

  get plaintextReads () {
    return this.#counter.count
  }

  // The key, what is to be known of it, and the options of a call that says nothing of its own.
  #keyed () {
    const key = given(this.#key)
    if (this.#last?.key === key) return this.#last
    const kind = this.#kind(key, 'key')
    const plain = this.rowBound ? undefined : said(this.column, undefined, undefined, kind)
    return (this.#last = { key, kind, plain })
  }

  // How the key that indexes is asked, which may be another than the one that encrypts.
  #indexing () {
    if (this.#indexKey === undefined) return this.#keyed()
    const key = given(this.#indexKey)
    if (this.#lastIndex?.key === key) return this.#lastIndex
    return (this.#lastIndex = { key, kind: this.#kind(key, 'indexKey') })
  }

  // What a key is in this respect is fixed when it is created. A view has its context already.
  #kind (key, name) {
    if (key instanceof Key) return key.info()
    if (key instanceof View) return PLAIN
    throw refusal(`${this.place}: the option ${name} has to be a key or a function that gives one${typeof key?.then === 'function' ? ', and not a promise of one' : ''}`)
  }

  #said (keyed, row, context) {
    if (!this.rowBound) return keyed.plain
    return said(this.column, rowText(row), context, keyed.kind)
  }

  #named (error, row, advice) {
    const checks = error?.code === 'decrypt_failed' ? ` (the key, the column${this.rowBound ? ', and whether it was moved from another row' : ''})` : undefined
    return named(error, this.place, this.rowBound ? shown(row) : undefined, advice ?? checks)
  }

  seal (value, row, context) {
    try {
      const keyed = this.#keyed()
      const plaintext = this.#encoding.encode(value)
      const options = this.#said(keyed, row, context)
      return this.binary ? keyed.key.encryptBinary(plaintext, options) : keyed.key.encrypt(plaintext, options)
    } catch (error) {
      throw this.#named(error, row)
    }
  }

  open (stored, row, context) {
    try {
      const keyed = this.#keyed()
      this.#checkStored(stored)
      const options = this.#said(keyed, row, context)
      let plaintext
      try {
        plaintext = this.binary ? keyed.key.decryptBinary(stored, options) : keyed.key.decrypt(stored, options)
      } catch (error) {
        plaintext = this.#plaintext(error, keyed.key, stored, row)
      }
      return this.#decoded(plaintext)
    } catch (error) {
      throw this.#named(error, row)
    }
  }

  // What is stored of a value: with `writePlaintext` itself, for a release beside which older ones read the column.
  write (value, row, context) {
    if (!this.writePlaintext) return this.seal(value, row, context)
    try {
      const plaintext = Buffer.from(this.#encoding.encode(value))
      const stored = this.binary ? plaintext : text(plaintext)
      if (beginsAsCiphertext(this.#keyed().key, stored)) throw new Refused('was given a value that begins as a ciphertext, which is not read back where plaintext is written')
      return stored
    } catch (error) {
      throw this.#named(error, row)
    }
  }

  // Of some that are stored, each value; `null` stays.
  openAll (stored, rows, contexts) {
    const places = present(stored)
    let opened
    try {
      const keyed = this.#keyed()
      const ciphertexts = places.map((at) => this.#checkStored(stored[at]))
      const options = this.#saidAll(keyed, places, rows, contexts)
      opened = this.binary ? keyed.key.decryptBinaryBatch(ciphertexts, options) : keyed.key.decryptBatch(ciphertexts, options)
    } catch {
      // One of them is a plaintext, or does not open. Each by itself says what it is.
      return stored.map((one, at) => one === null || one === undefined ? one : this.open(one, rows?.[at], contexts?.[at]))
    }
    const values = stored.slice()
    for (let index = 0; index < places.length; index++) {
      const at = places[index]
      try {
        values[at] = this.#decoded(opened[index])
      } catch (error) {
        throw this.#named(error, rows?.[at])
      }
    }
    return values
  }

  // As `rewrap` of the library, which opens each. Those that are up to date come back as they are.
  rewrapAll (stored, rows, contexts) {
    const places = present(stored)
    try {
      const keyed = this.#keyed()
      const ciphertexts = places.map((at) => stored[at])
      const options = this.#saidAll(keyed, places, rows, contexts)
      const renewed = this.binary ? keyed.key.rewrapBinaryBatch(ciphertexts, options) : keyed.key.rewrapBatch(ciphertexts, options)
      const all = stored.slice()
      for (let index = 0; index < places.length; index++) all[places[index]] = renewed[index]
      return all
    } catch (error) {
      throw this.#named(error, error.index === undefined ? undefined : rows?.[places[error.index]])
    }
  }

  // Whether a rewrap would change what is stored, by its outside.
  needsRewrap (stored) {
    const { key } = this.#keyed()
    return this.binary ? key.needsRewrapBinary(stored) : key.needsRewrap(stored)
  }

  isCiphertext (stored, row) {
    try {
      this.#checkStored(stored)
    } catch (error) {
      throw named(error, this.place, row)
    }
    return beginsAsCiphertext(this.#keyed().key, stored)
  }

  // A plaintext that is still in the column, as the value that it is.
  decodePlaintext (stored, row) {
    try {
      return this.#decoded(Buffer.from(stored))
    } catch (error) {
      throw this.#named(error, row)
    }
  }

  // How long what is stored is, at most, of values of so many bytes.
  encryptedLen (bytes) {
    const { key, plain } = this.#keyed()
    const options = plain?.context === undefined ? undefined : { context: plain.context }
    return this.binary ? key.encryptedBinaryLen(Buffer.alloc(bytes), options) : key.encryptedLen(Buffer.alloc(bytes), options)
  }

  // Whether two values are written alike.
  same (one, other) {
    if (one === null || other === null || one === undefined || other === undefined) return one === other
    try {
      const [first, second] = [one, other].map((value) => Buffer.from(this.#encoding.encode(value)))
      return first.equals(second)
    } catch (error) {
      throw named(error, this.place)
    }
  }

  sealed (stored) {
    return new Sealed(stored, this)
  }

  indexOf (value, context) {
    return this.#searched((view, text) => view.index(text, this.indexed), null, value, context)
  }

  // What to look for a value by: an index of each version that may have been written with.
  indexesOf (value, context) {
    return this.#searched((view, text) => view.indexes(text, this.indexed), [], value, context)
  }

  // Whether a text is an index, of any version.
  isIndex (text) {
    try {
      this.needsReindex(text)
    } catch (error) {
      return error.code !== 'malformed'
    }
    return true
  }

  needsReindex (index) {
    return this.#indexing().key.needsReindex(index)
  }

  // Of a value of which nothing is left, `none`.
  #searched (search, none, value, context) {
    try {
      const { key, kind } = this.#indexing()
      // The index of a derived key is of a tenant, as the value is.
      const view = kind.derived ? key.context(context ?? this.column) : key
      return search(view, this.#encoding.encode(value))
    } catch (error) {
      if (error?.code === 'invalid_value' && error.message.startsWith(UNINDEXED)) return none
      throw named(error, this.place)
    }
  }

  // A value that is no ciphertext, if it may stand there; else the error.
  #plaintext (error, view, stored, row) {
    if (!(error instanceof StrongroomError) || error.code !== 'malformed' || beginsAsCiphertext(view, stored)) throw error
    if (!this.allowPlaintext) throw this.#named(error, row, (said) => `it is a plaintext, or was never encrypted: allowPlaintext: true reads it, for a column that is being moved over (${said})`)
    this.#counter.add()
    return Buffer.from(stored)
  }

  #checkStored (stored) {
    if (this.binary ? stored instanceof Uint8Array : typeof stored === 'string') return stored
    throw new Refused(`holds ${stored instanceof Uint8Array ? 'bytes' : typeof stored} in the database, where ${this.binary ? 'bytes' : 'text'} has to be`)
  }

  #decoded (plaintext) {
    if (this.#encoding.bytes) return plaintext
    try {
      return this.#encoding.decode(plaintext)
    } finally {
      plaintext.fill(0)
    }
  }

  #saidAll (keyed, places, rows, contexts) {
    if (!this.rowBound) return keyed.plain
    const aads = []
    const said = []
    for (const at of places) {
      const { aad, context } = this.#said(keyed, rows[at], contexts?.[at])
      aads.push(aad)
      said.push(context)
    }
    return keyed.kind.derived ? { aad: aads, context: said } : { aad: aads }
  }
}

const given = (key) => typeof key === 'function' ? key() : key

// The key of a row in a message, where it is one.
function shown (row) {
  try {
    return rowText(row)
  } catch {
    return undefined
  }
}

function present (values) {
  const places = []
  for (let at = 0; at < values.length; at++) if (values[at] !== null && values[at] !== undefined) places.push(at)
  return places
}

module.exports = { Field }
