'use strict'

// What a data operation can be told. Which of them it takes is for the library to say.
const CALL = Object.assign(Object.create(null), { aad: true, context: true, version: true, hash: true, form: true })

// Of an operation that looks at the outside of a ciphertext only.
const NONE = Object.freeze(Object.create(null))

// Refuses what is not an option, so that a typing error does not leave an aad out, and what is `undefined`, so that a value missing by
// mistake does not either.
function check (options, also, known = CALL) {
  if (typeof options !== 'object' || options === null) throw new TypeError('options must be an object')
  for (const name in options) {
    if (known[name] !== true && name !== also) throw new TypeError(`there is no option ${name}`)
    if (options[name] === undefined) throw new TypeError(`the option ${name} is undefined; leave it out if there is none`)
  }
}

// An aad or a context as the native half takes it: a map becomes an array of names and values in turn.
function spoken (value) {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (value instanceof Map) return pairs([...value])
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError('a map must be a Map or a plain object')
  return pairs(Object.entries(value))
}

function pairs (entries) {
  const flat = []
  for (const [name, value] of entries) flat.push(name, value)
  return flat
}

// The columns of a batch: an array has a value for each input, anything else is one value for all.
function columns (count, second, options) {
  const { aad, context, version, hash, form } = options
  return [column(count, second), column(count, aad, spoken), column(count, context, spoken), column(count, version), column(count, hash), column(count, form)]
}

function column (count, value, convert = (given) => given) {
  if (value === undefined) return undefined
  if (!Array.isArray(value)) return new Array(count).fill(convert(value))
  if (value.length !== count) throw new TypeError(`a column of ${value.length} values does not fit ${count} inputs`)
  return Array.from(value, (one, index) => {
    if (one === undefined) throw new TypeError(`value ${index} of a column is undefined`)
    return convert(one)
  })
}

// How a batch reports errors: true for in the results.
function returnsErrors ({ errors = 'throw' }) {
  if (errors !== 'throw' && errors !== 'return') throw new TypeError('errors must be "throw" or "return"')
  return errors === 'return'
}

module.exports = { NONE, check, columns, returnsErrors, spoken }
