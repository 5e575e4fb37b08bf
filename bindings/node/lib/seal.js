'use strict'

const { native, OURS, onlyOurs } = require('./native.js')
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
      if (typeof seal !== 'object' || seal === null || !(#native in seal)) throw new TypeError('seal must be a Seal')
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

  static passphrase (passphrase, id) {
    return new Seal(OURS, native.sealPassphrase(passphrase, id))
  }

  static provider (provider) {
    for (const method of ['wrap', 'unwrap']) {
      if (typeof provider?.[method] !== 'function') throw new TypeError(`a seal must have a function ${method}`)
    }
    return new Seal(OURS, native.sealProvider(provider, provider.kind, provider.keyId))
  }
}

module.exports = { Seal, sealHandle }
