'use strict'

const { native, OURS } = require('./native.js')
const { setEntry } = require('./intrinsics.js')
const { optional, ownIfAny, ownLabelled, spoken } = require('./options.js')
const { sealHandle } = require('./seal.js')
const { View, viewHandle } = require('./view.js')

class Key extends View {
  context (context) {
    return new View(OURS, native.context(viewHandle(this), spoken(context)))
  }

  info () {
    return native.info(viewHandle(this))
  }

  rotate (...keyType) {
    return native.rotate(viewHandle(this), optional(keyType, 'the type'))
  }

  configure (changes) {
    return native.configure(viewHandle(this), ownLabelled(changes, 'changes'))
  }

  disable () {
    native.disable(viewHandle(this))
  }

  enable () {
    native.enable(viewHandle(this))
  }

  trim (minAvailableVersion) {
    native.trim(viewHandle(this), minAvailableVersion)
  }

  importVersion (material, options) {
    return native.importVersion(viewHandle(this), material, ownIfAny(options))
  }

  export (kind, options) {
    return versions(native.exportKey(viewHandle(this), kind, ownIfAny(options)))
  }

  exportWrapped (to, options) {
    return versions(native.exportWrapped(viewHandle(this), to, ownIfAny(options)))
  }

  certificateRequest (options) {
    return native.certificateRequest(viewHandle(this), ownIfAny(options))
  }

  setCertificateChain (chain, options) {
    native.setCertificateChain(viewHandle(this), chain, ownIfAny(options))
  }

  certificateChain (...version) {
    return native.certificateChain(viewHandle(this), optional(version, 'the version'))
  }

  jwks () {
    return native.jwks(viewHandle(this))
  }

  backup (seal) {
    return native.backup(viewHandle(this), sealHandle(seal))
  }

  async backupAsync (seal) {
    return native.backupAsync(viewHandle(this), sealHandle(seal))
  }

  exportTransit (kind, format, options) {
    return versions(native.exportTransit(viewHandle(this), kind, format, ownIfAny(options)))
  }

  publicKeysTransit (format) {
    return versions(native.publicKeysTransit(viewHandle(this), format))
  }

  backupTransit (dialect, options) {
    return native.backupTransit(viewHandle(this), dialect, ownIfAny(options))
  }

  async backupTransitAsync (dialect, options) {
    return native.backupTransitAsync(viewHandle(this), dialect, ownIfAny(options))
  }
}

// Numbers of versions and what belongs to them, in turn, as a map.
function versions (flat) {
  const map = new Map()
  for (let index = 0; index < flat.length; index += 2) setEntry(map, flat[index], flat[index + 1])
  return map
}

module.exports = { Key }
