'use strict'

// Plaintext that is still in a column which is being moved over: allowed by name only, counted, and warned of once.
const { StrongroomError } = require('../error.js')

// How a ciphertext as text begins, with any version.
const BEGINS = /^(?:vault|strongroom):v[0-9]+:/
// How one begins as bytes, which no text in UTF-8 does.
const MARK = 0xFE

// Whether what stands in a column claims to be a ciphertext: then it has to open, also where plaintext is allowed. A key may have a template
// of its own, which the library knows.
function beginsAsCiphertext (view, stored) {
  if (typeof stored !== 'string') return stored[0] === MARK
  if (BEGINS.test(stored)) return true
  try {
    view.needsRewrap(stored)
  } catch (error) {
    if (error instanceof StrongroomError && error.code === 'malformed') return false
  }
  return true
}

class PlaintextCounter {
  #place
  count = 0

  constructor (place) {
    this.#place = place
  }

  add () {
    if (++this.count > 1) return
    const code = 'STRONGROOM_PLAINTEXT'
    const message = `${this.#place}: a plaintext was read in the place of a ciphertext, as allowPlaintext allows; said once, and counted from here on`
    process.emitWarning(message, { type: 'StrongroomWarning', code })
  }
}

module.exports = { PlaintextCounter, beginsAsCiphertext }
