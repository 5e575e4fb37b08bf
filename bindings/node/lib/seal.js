'use strict'

const { isAsyncFunction, isBytes, isPromise, then } = require('./intrinsics.js')
const { inspect } = require('node:util')
const { list } = require('./columns.js')
const { native, OURS, onlyOurs, staysHere } = require('./native.js')
const { optional, refusal } = require('./options.js')
require('./error.js')

let isSeal, sealHandle

const STAYS = staysHere('a Seal belongs to the thread that made it: make it in the other one')

class Seal {
  #native
  uncloneable = STAYS

  constructor (token, handle) {
    onlyOurs(token, 'use Seal.rootKey and its siblings')
    this.#native = handle
  }

  static {
    isSeal = (seal) => typeof seal === 'object' && seal !== null && #native in seal
    sealHandle = (seal) => {
      if (!isSeal(seal)) throw refusal('seal must be a Seal, such as Seal.rootKeyEnv(name)')
      return seal.#native
    }
  }

  [inspect.custom] () {
    return 'Seal {}'
  }

  static generateRootKey () {
    return native.generateRootKey()
  }

  static rootKey (key) {
    return new Seal(OURS, native.sealRootKey(key))
  }

  static rootKeyText (text) {
    return new Seal(OURS, native.sealRootKeyText(text))
  }

  static rootKeyEnv (variable) {
    return new Seal(OURS, native.sealRootKeyEnv(variable))
  }

  static rootKeyFile (path) {
    return new Seal(OURS, native.sealRootKeyFile(path))
  }

  static passphrase (passphrase, ...id) {
    return new Seal(OURS, native.sealPassphrase(passphrase, optional(id, 'the id of a passphrase')))
  }

  static passphraseFile (path, ...id) {
    return new Seal(OURS, native.sealPassphraseFile(path, optional(id, 'the id of a passphrase')))
  }

  static url (url) {
    return new Seal(OURS, native.sealUrl(url))
  }

  static any (seals) {
    return new Seal(OURS, native.sealAny(list(seals, 'seals', sealHandle)))
  }

  insecureModeOk () {
    return new Seal(OURS, native.sealInsecureModeOk(this.#native))
  }

  allowCostly () {
    return new Seal(OURS, native.sealAllowCostly(this.#native))
  }

  labelled (label) {
    return new Seal(OURS, native.sealLabelled(this.#native, label))
  }

  id () {
    return native.sealId(this.#native)
  }

  static provider (provider) {
    for (const method of ['wrap', 'unwrap']) {
      if (typeof provider?.[method] !== 'function') throw refusal(`a seal must have a function ${method}`)
    }
    // The methods are looked up at each call, as those of any object are.
    const asked = {
      __proto__: null,
      promises: false,
      wrap (key, aad) { return now(this, provider, 'wrap', key, aad) },
      unwrap (blob, aad) { return now(this, provider, 'unwrap', blob, aad) },
      // Asked by a call that waits on another thread, until the question with this number is answered.
      async later (method, first, aad, question) {
        let answer
        try {
          answer = provider[method](first, aad)
          if (isLater(answer)) {
            this.promises = true
            answer = await answer
          }
        } catch (error) {
          native.sealFailed(question, error)
          return
        }
        native.sealAnswered(question, answer)
      }
    }
    return new Seal(OURS, native.sealProvider(asked, provider.kind, provider.keyId, provider.timeoutMs))
  }
}

// Asked by a call that has the thread of JavaScript, on which no promise is kept until it returns.
function now (asked, provider, method, first, aad) {
  if (asked.promises || isAsyncFunction(provider[method])) throw refusal(NO_PROMISE)
  const answer = provider[method](first, aad)
  if (!isLater(answer)) return answer
  asked.promises = true
  // What a promise is rejected with later is nobody's any more: this error was given instead, and the process shall not end of it.
  if (isPromise(answer)) then(answer, undefined, () => {})
  throw refusal(NO_PROMISE)
}

const NO_PROMISE = 'it answers with a promise, which a call without one cannot wait for; await the call that gives one (Keyring.open, addSealAsync and their like), or refreshAsync of the keyring before a call that has no such form'

const isLater = (answer) => isPromise(answer) || (typeof answer === 'object' && answer !== null && !isBytes(answer) && typeof answer.then === 'function')

module.exports = { Seal, isSeal, sealHandle }
