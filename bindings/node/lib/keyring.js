'use strict'

const { fileURLToPath } = require('node:url')
const { inspect } = require('node:util')
const { native, OURS, onlyOurs, staysHere } = require('./native.js')
const { list } = require('./columns.js')
const { ownKeys } = require('./intrinsics.js')
const { Key } = require('./key.js')
const { optional, own, ownIfAny, ownLabelled, refusal, unknown } = require('./options.js')
const { isSeal, sealHandle } = require('./seal.js')
const { viewHandle } = require('./view.js')

const path = (given) => given instanceof URL ? fileURLToPath(given) : given

const STAYS = staysHere('a Keyring belongs to the thread that opened it: open it in the other one too')

class Keyring {
  #native
  uncloneable = STAYS

  constructor (token, handle) {
    onlyOurs(token, 'use Keyring.open and its siblings')
    this.#native = handle
  }

  static inMemory (...options) {
    if (options.length > 0) throw refusal('a keyring in memory has no options')
    return new Keyring(OURS, native.inMemory())
  }

  static openSync (folder, options) {
    return now(native.open, folder, unlabelled(options))
  }

  static async open (folder, options) {
    return soon(native.openAsync, folder, unlabelled(options))
  }

  static createSync (folder, options) {
    return now(native.create, folder, options)
  }

  static async create (folder, options) {
    return soon(native.createAsync, folder, options)
  }

  static openOrCreateSync (folder, options) {
    return now(native.openOrCreate, folder, options)
  }

  static async openOrCreate (folder, options) {
    return soon(native.openOrCreateAsync, folder, options)
  }

  static restoreSync (snapshot, folder, options) {
    return now(native.restore, folder, unlabelled(options), path(snapshot))
  }

  static async restore (snapshot, folder, options) {
    return soon(native.restoreAsync, folder, unlabelled(options), path(snapshot))
  }

  [inspect.custom] () {
    try {
      return `Keyring { id: '${this.id}' }`
    } catch {
      return 'Keyring { closed }'
    }
  }

  get id () {
    return native.keyringId(this.#native)
  }

  pin () {
    return native.pin(this.#native)
  }

  witness () {
    return native.witness(this.#native)
  }

  async witnessAsync () {
    return native.witnessAsync(this.#native)
  }

  close () {
    native.close(this.#native)
  }

  key (name) {
    return new Key(OURS, native.key(this.#native, name))
  }

  createKey (name, ...spec) {
    return new Key(OURS, native.createKey(this.#native, name, specification(optional(spec, 'the specification'))))
  }

  keyOrCreate (name, ...spec) {
    return new Key(OURS, native.keyOrCreate(this.#native, name, specification(optional(spec, 'the specification'))))
  }

  importKey (name, material, ...how) {
    const [spec, options] = how
    if (how.length > 0 && (spec === undefined || spec === null)) throw refusal(`the specification is ${spec}; {} is that of the default type`)
    return new Key(OURS, native.importKey(this.#native, name, material, specification(spec), ownIfAny(options)))
  }

  deriveKey (name, base, peer, spec, options) {
    if (!(base instanceof Key)) throw refusal('the base key must be a Key')
    return new Key(OURS, native.deriveKey(this.#native, name, viewHandle(base), peer, specification(spec), ownIfAny(options)))
  }

  wrappingKey (options) {
    return native.wrappingKey(this.#native, ownIfAny(options))
  }

  async wrappingKeyAsync (options) {
    return native.wrappingKeyAsync(this.#native, ownIfAny(options))
  }

  restoreKey (backup, seal, ...name) {
    return new Key(OURS, native.restoreKey(this.#native, backup, sealHandle(seal), optional(name, 'the name')))
  }

  async restoreKeyAsync (backup, seal, ...name) {
    return new Key(OURS, await native.restoreKeyAsync(this.#native, backup, sealHandle(seal), optional(name, 'the name')))
  }

  restoreTransit (backup, options) {
    return new Key(OURS, native.restoreTransit(this.#native, backup, ownIfAny(options)))
  }

  async restoreTransitAsync (backup, options) {
    return new Key(OURS, await native.restoreTransitAsync(this.#native, backup, ownIfAny(options)))
  }

  keys () {
    return native.keys(this.#native)
  }

  deleteKey (name) {
    native.deleteKey(this.#native, name)
  }

  check () {
    return native.check(this.#native)
  }

  async checkAsync () {
    return native.checkAsync(this.#native)
  }

  snapshot (file) {
    native.snapshot(this.#native, path(file))
  }

  async snapshotAsync (file) {
    return native.snapshotAsync(this.#native, path(file))
  }

  snapshotBytes () {
    return native.snapshotBytes(this.#native)
  }

  refresh () {
    native.refresh(this.#native)
  }

  async refreshAsync () {
    return native.refreshAsync(this.#native)
  }

  rotateDue () {
    return native.rotateDue(this.#native)
  }

  async rotateDueAsync () {
    return native.rotateDueAsync(this.#native)
  }

  setMaxStaleness (milliseconds) {
    native.setMaxStaleness(this.#native, milliseconds)
  }

  repair () {
    return native.repair(this.#native)
  }

  async repairAsync () {
    return native.repairAsync(this.#native)
  }

  removeUnreadable (name) {
    native.removeUnreadable(this.#native, name)
  }

  seals () {
    return native.seals(this.#native)
  }

  addSeal (seal) {
    native.addSeal(this.#native, sealHandle(seal))
  }

  async addSealAsync (seal) {
    return native.addSealAsync(this.#native, sealHandle(seal))
  }

  removeSeal (kind, id) {
    native.removeSeal(this.#native, kind, id)
  }

  rewrapSeals (seals = []) {
    native.rewrapSeals(this.#native, list(seals, 'seals', sealHandle))
  }

  async rewrapSealsAsync (seals = []) {
    return native.rewrapSealsAsync(this.#native, list(seals, 'seals', sealHandle))
  }

  reseal (seals) {
    return native.reseal(this.#native, list(seals, 'seals', sealHandle))
  }

  async resealAsync (seals) {
    return native.resealAsync(this.#native, list(seals, 'seals', sealHandle))
  }

  upgrade () {
    return native.upgrade(this.#native)
  }
}

// The first releases of Node 20 did not have the symbol.
if (Symbol.dispose) Object.defineProperty(Keyring.prototype, Symbol.dispose, { __proto__: null, value: Keyring.prototype.close, configurable: true, writable: true })

function now (call, folder, options, snapshot) {
  const { seal, rest } = split(options)
  return new Keyring(OURS, call(path(folder), seal, rest, snapshot))
}

async function soon (call, folder, options, snapshot) {
  const { seal, rest } = split(options)
  return new Keyring(OURS, await call(path(folder), seal, rest, snapshot))
}

// Of a keyring that has its label, from when it was created.
function unlabelled (options) {
  const found = ofKeyring(options)
  if (found.label !== undefined) throw unknown('label')
  return found
}

// The options of a keyring and its seal, which is a handle.
function split (options) {
  const rest = ofKeyring(options)
  if (rest.seal === undefined) throw noSeal(rest)
  const seal = sealHandle(rest.seal)
  delete rest.seal
  if (rest.pin !== undefined && typeof rest.pin !== 'string') rest.pin = own(rest.pin, 'pin')
  return { seal, rest }
}

// The seal is one of them, and not in their place.
function ofKeyring (options) {
  if (options === undefined || isSeal(options)) throw refusal('the seal is an option; options must be a plain object, such as { seal }')
  return own(options)
}

function noSeal (options) {
  for (const name of ownKeys(options)) {
    const meant = native.near(name, ['seal'])
    if (meant !== '') return refusal(`there is no option ${name}${meant}`)
  }
  return refusal('the option seal is missing; options are a plain object, such as { seal }')
}

// What a new key is to be: the name of its type, or options.
const specification = (given) => typeof given === 'object' ? ownLabelled(given) : given

module.exports = { Keyring }
