'use strict'

const { native, OURS } = require('./native.js')
const { spoken } = require('./options.js')
const { sealHandle } = require('./seal.js')
const { View, viewHandle } = require('./view.js')

class Key extends View {
  context (context) {
    return new View(OURS, native.context(viewHandle(this), spoken(context)))
  }

  info () {
    return native.info(viewHandle(this))
  }

  rotate (type) {
    return native.rotate(viewHandle(this), type)
  }

  configure (changes) {
    return native.configure(viewHandle(this), changes)
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
    return native.importVersion(viewHandle(this), material, options)
  }

  export (kind, options) {
    return versions(native.exportKey(viewHandle(this), kind, options))
  }

  backup (seal) {
    return native.backup(viewHandle(this), sealHandle(seal))
  }

  async backupAsync (seal) {
    return native.backupAsync(viewHandle(this), sealHandle(seal))
  }

  exportTransit (kind, format, options) {
    return versions(native.exportTransit(viewHandle(this), kind, format, options))
  }

  publicKeysTransit (format) {
    return versions(native.publicKeysTransit(viewHandle(this), format))
  }

  backupTransit (dialect, options) {
    return native.backupTransit(viewHandle(this), dialect, options)
  }

  async backupTransitAsync (dialect, options) {
    return native.backupTransitAsync(viewHandle(this), dialect, options)
  }
}

// Numbers of versions and what belongs to them, in turn, as a map.
function versions (flat) {
  const map = new Map()
  for (let index = 0; index < flat.length; index += 2) map.set(flat[index], flat[index + 1])
  return map
}

module.exports = { Key }
