'use strict'

// The columns of a batch: arrays, each with a value for each input. A string, bytes, a Set or a Map is none, since its parts are
// not what was meant. They are copied first, so that no code of the caller's runs while the native half looks at them.
const { bareArray, hasOwn, isArray, isBytes } = require('./intrinsics.js')
const { refusal, spoken, unknown } = require('./options.js')

const asItIs = (value) => value

// The values of an array, each read once. Where those that are not there may have an error of their own, they stay.
function list (given, what, convert = asItIs, mayBeMissing = false) {
  if (!isArray(given)) throw refusal(`${what} must be an array; ${isOne(given) ? '[value] has a single one' : '[...values] makes one of what can be iterated over'}`)
  const { length } = given
  // A Proxy can answer anything.
  if (length >>> 0 !== length) throw refusal(`${what} must be an array with a length`)
  const copy = bareArray(length)
  for (let index = 0; index < length; index++) {
    if (!hasOwn(given, index)) throw refusal(`value ${index} of ${what} is not there`)
    const value = given[index]
    if (value === undefined || value === null) {
      if (!mayBeMissing) throw missingValue(index, what, value)
      copy[index] = null
    } else copy[index] = convert(value)
  }
  if (given.length !== length) throw refusal(`${what} changed while it was read`)
  return copy
}

function missingValue (index, what, value) {
  const error = refusal(`value ${index} of ${what} is ${value}`)
  error.index = index
  return error
}

const isOne = (given) => typeof given === 'string' || isBytes(given)

// What the native half takes beside the inputs, in its order: for each an array with a value for every input, or nothing. It refuses one of
// another length.
function columns (count, second, { aad, context, version, hash, form, prehashed, padding, saltLength }) {
  const column = (value, what, convert = asItIs) => {
    if (value === undefined) return undefined
    if (isArray(value)) return list(value, `the column ${what}`, convert)
    return repeated(count, convert(value))
  }
  return [
    second, column(aad, 'aad', spoken), column(context, 'context', spoken),
    column(version, 'version'), column(hash, 'hash'), column(form, 'form'),
    column(prehashed, 'prehashed'), column(padding, 'padding'), column(saltLength, 'saltLength')
  ]
}

function repeated (count, value) {
  const copy = bareArray(count)
  for (let index = 0; index < count; index++) copy[index] = value
  return copy
}

// How a batch reports errors: true for in the results.
function returnsErrors ({ errors = 'throw' }) {
  if (errors !== 'throw' && errors !== 'return') throw refusal('errors must be "throw" or "return"')
  return errors === 'return'
}

// Of an operation that looks at the outside of a ciphertext only.
function onlyErrors (found) {
  if (found.aad !== undefined) throw unknown('aad')
  if (found.context !== undefined) throw unknown('context')
  if (found.version !== undefined) throw unknown('version')
  if (found.hash !== undefined) throw unknown('hash')
  if (found.form !== undefined) throw unknown('form')
  if (found.prehashed !== undefined) throw unknown('prehashed')
  if (found.padding !== undefined) throw unknown('padding')
  if (found.saltLength !== undefined) throw unknown('saltLength')
  return found
}

module.exports = { columns, list, onlyErrors, returnsErrors }
