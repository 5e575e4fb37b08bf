'use strict'

const { isAsyncFunction, isPromise, then } = require('./intrinsics.js')
const { native, OURS, onlyOurs } = require('./native.js')
const { optional, refusal } = require('./options.js')
require('./error.js')

let sealHandle

class Seal {
  #native

  constructor (token, handle) {
    onlyOurs(token, 'use Seal.rootKey and its siblings')
    this.#native = handle
  }

  static {
    sealHandle = (seal) => {
      if (typeof seal !== 'object' || seal === null || !(#native in seal)) throw refusal('seal must be a Seal')
      return seal.#native
    }
  }

  static generateRootKey () {
    return native.generateRootKey()
  }

  static rootKey (key) {
    return new Seal(OURS, native.sealRootKey(key))
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

  allowCostly () {
    return new Seal(OURS, native.sealAllowCostly(this.#native))
  }

  static provider (provider) {
    for (const method of ['wrap', 'unwrap']) {
      if (typeof provider?.[method] !== 'function') throw refusal(`a seal must have a function ${method}`)
      if (isAsyncFunction(provider[method])) throw refusal(`${method} is an async function, and ${NO_PROMISE}`)
    }
    // The methods are looked up at each call, as those of any object are.
    const asked = {
      __proto__: null,
      wrap: (key, aad) => answered(provider.wrap(key, aad)),
      unwrap: (blob, aad) => answered(provider.unwrap(blob, aad))
    }
    return new Seal(OURS, native.sealProvider(asked, provider.kind, provider.keyId))
  }
}

const NO_PROMISE = 'a promise cannot be waited for; get what it needs beforehand, and answer at once'

// What a promise is rejected with later is nobody's any more: this error was given instead, and the process shall not end of it.
function answered (result) {
  if (!isPromise(result)) return result
  then(result, undefined, () => {})
  throw refusal(`it gave a promise, and ${NO_PROMISE}`)
}

module.exports = { Seal, sealHandle }
