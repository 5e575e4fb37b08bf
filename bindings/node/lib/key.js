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
    const flat = native.exportKey(viewHandle(this), kind, options)
    const versions = new Map()
    for (let index = 0; index < flat.length; index += 2) versions.set(flat[index], flat[index + 1])
    return versions
  }

  backup (seal) {
    return native.backup(viewHandle(this), sealHandle(seal))
  }

  async backupAsync (seal) {
    return native.backupAsync(viewHandle(this), sealHandle(seal))
  }
}

module.exports = { Key }
