'use strict'

// What an operation can be told, beside what it works on. Options are read once each, from a plain object and from nothing that it inherits:
// what a getter answers the second time, and what somebody added to a prototype, binds nothing. A value that is not there is refused,
// so that `{ aad: row.id }` of a row without an id does not become "no aad".
const { ObjectPrototype, bareArray, getPrototypeOf, hasOwn, isArray, isBytes, isMap, keys, mapEntries, mapSize, nextEntry, ownKeys } = require('./intrinsics.js')
const { native } = require('./native.js')

// As the native half refuses an argument.
function refusal (message) {
  const error = new TypeError(message)
  error.code = 'ERR_INVALID_ARG_TYPE'
  return error
}

const unknown = (name) => refusal(`there is no option ${String(name)}`)

// What the options of data operations are called elsewhere.
const ELSEWHERE = { __proto__: null, ad: 'aad', additionalAuthenticatedData: 'aad', additionalData: 'aad', associatedData: 'aad' }

function unknownOfData (name) {
  const meant = ELSEWHERE[name] === undefined ? native.near(name, ['aad', 'context', 'version', 'hash', 'form', 'prehashed', 'padding', 'saltLength', 'errors']) : ` (did you mean "${ELSEWHERE[name]}"?)`
  return refusal(`there is no option ${name}${meant}; data operations have aad, context, version, hash, form, prehashed, padding, saltLength and errors`)
}

const missing = (what, value) => refusal(`${what} is ${value}; leave it out if there is none`)

// Which of these an operation takes is for the library to say. Every property is there from the start, so that none is inherited.
class Said {
  aad
  context
  version
  hash
  form
  prehashed
  padding
  saltLength
  errors
}

// The options of a data operation.
function said (options) {
  const found = new Said()
  plain(options, 'options', "a plain object, such as { aad: 'order-17' }")
  const names = keys(options)
  for (let index = 0; index < names.length; index++) {
    const name = names[index]
    const value = options[name]
    switch (name) {
      case 'aad': found.aad = present(name, value); break
      case 'context': found.context = present(name, value); break
      case 'version': found.version = present(name, value); break
      case 'hash': found.hash = present(name, value); break
      case 'form': found.form = present(name, value); break
      case 'prehashed': found.prehashed = present(name, value); break
      case 'padding': found.padding = present(name, value); break
      case 'saltLength': found.saltLength = present(name, value); break
      case 'errors': found.errors = present(name, value); break
      default: throw unknownOfData(name)
    }
  }
  // Their names are not among the keys if somebody hid them.
  if (found.aad === undefined && hasOwn(options, 'aad')) throw hidden('aad')
  if (found.context === undefined && hasOwn(options, 'context')) throw hidden('context')
  return found
}

function present (name, value) {
  if (value === undefined || value === null) throw missing(`the option ${name}`, value)
  return value
}

const hidden = (name) => refusal(`the option ${name} cannot be enumerated; give it as a property of a plain object`)

// Other options, in an object that inherits nothing. `null` is for the native half to take or to refuse.
function own (options, what = 'options', name = (option) => `the option ${option}`) {
  plain(options, what)
  const names = ownKeys(options)
  const found = { __proto__: null }
  for (let index = 0; index < names.length; index++) {
    const option = names[index]
    if (typeof option === 'symbol') throw unknown(option)
    const value = options[option]
    if (value === undefined) throw missing(name(option), value)
    found[option] = value
  }
  return found
}

// Options that can be left out as a whole.
const ownIfAny = (options) => options === undefined ? undefined : own(options)

// The specification of a key, or changes to one: its labels are named by the user.
function ownLabelled (options) {
  const found = own(options)
  if (found.labels !== undefined) found.labels = own(found.labels, 'labels', (label) => `the label ${label}`)
  return found
}

// Of a parameter that can be left out: the value, which must be one if it is there.
function optional (given, what) {
  if (given.length === 0) return undefined
  const value = given[0]
  if (value === undefined || value === null) throw missing(what, value)
  return value
}

// An aad or a context as the native half takes it: a map becomes an array of names and values in turn.
function spoken (value) {
  if (typeof value === 'bigint') throw refusal('an aad or context must be a string, Buffer, Uint8Array, Map or plain object; of a number give its text, as in String(row.id)')
  if (typeof value !== 'object' || value === null || isBytes(value)) return value
  if (isArray(value)) throw refusal('an aad or context must be a string, Buffer, Uint8Array, Map or plain object, and not an array; one for each value goes to a function with Batch in its name')
  if (isMap(value)) {
    const pairs = bareArray(2 * mapSize(value))
    const entries = mapEntries(value)
    for (let index = 0; index < pairs.length; index += 2) {
      const entry = nextEntry(entries).value
      pairs[index] = entry[0]
      pairs[index + 1] = entry[1]
    }
    return pairs
  }
  plain(value, 'an aad or context', 'a string, Buffer, Uint8Array, Map or plain object')
  const names = ownKeys(value)
  const pairs = bareArray(2 * names.length)
  for (let index = 0; index < names.length; index++) {
    pairs[2 * index] = names[index]
    pairs[2 * index + 1] = value[names[index]]
  }
  return pairs
}

// Refuses what keeps its properties elsewhere: an instance of a class has getters on its prototype, and an array, a Map or a promise has
// nothing of what was meant.
function plain (value, what, wanted = 'a plain object') {
  if (typeof value !== 'object' || value === null) throw refusal(`${what} must be ${wanted}`)
  const prototype = getPrototypeOf(value)
  if (prototype === ObjectPrototype || prototype === null || isOfAnotherRealm(prototype)) return
  throw refusal(`${what} must be ${wanted}; copy what is meant into one`)
}

// Whether it is the `Object.prototype` of another context of node:vm, such as those that test runners make.
const isOfAnotherRealm = (prototype) => getPrototypeOf(prototype) === null && hasOwn(prototype, '__lookupGetter__')

module.exports = { ELSEWHERE, hidden, optional, own, ownIfAny, ownLabelled, plain, present, refusal, said, spoken, unknown }
