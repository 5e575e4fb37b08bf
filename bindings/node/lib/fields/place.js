'use strict'

// Where something went wrong: an error names the model, the field and the row, and never the value.
const { StrongroomError } = require('../error.js')

// Why a value is none of a type. Whoever knows the field says it with the field's name.
class Refused extends Error {
  constructor (why, Kind = RangeError) {
    super(why)
    this.Kind = Kind
  }
}

// As the library refuses an argument.
function refusal (message, Kind = TypeError) {
  const error = new Kind(message)
  error.code = 'ERR_INVALID_ARG_TYPE'
  return error
}

// What was named already, by who knew more.
const done = new WeakSet()

const at = (place, row) => row === undefined ? place : `${place} of row ${row}`

// The same error, still of its class and with its code, whose message begins with the place.
// `advice` stands behind what the library said, or makes a message of it.
function named (error, place, row, advice = '') {
  if (error instanceof Refused) return refusal(`${at(place, row)} ${error.message}`, error.Kind)
  if (!(error instanceof StrongroomError) || done.has(error)) return error
  const message = `${at(place, row)}: ${typeof advice === 'function' ? advice(error.message) : error.message + advice}`
  const made = new StrongroomError(message, error.code, error.number, error.family, error.detail)
  // What else says more of this one error, such as its cause.
  for (const name of ['cause', 'index', 'needed']) if (Object.hasOwn(error, name)) made[name] = error[name]
  done.add(made)
  return made
}

module.exports = { Refused, named, refusal }
