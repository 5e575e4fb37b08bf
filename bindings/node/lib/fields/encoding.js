'use strict'

// Values as bytes: one way for each type, the same in every language (docs/fields.md). A value of another type is refused and never
// converted, so that a column of numbers in which one row holds a text is found when it is written.
const { isUtf8 } = require('node:buffer')
const { Refused } = require('./place.js')

// As deep as JSON may be, so that an object within itself ends somewhere.
const DEPTH = 200

// By its class, and not by a property of its own, which would be a value.
function given (value) {
  if (value === null) return 'null'
  const name = typeof value === 'object' ? Object.getPrototypeOf(value)?.constructor?.name : undefined
  return typeof name === 'string' ? name : typeof value
}

const wrong = (wanted, value) => new Refused(`takes ${wanted}, and was given ${given(value)}`, TypeError)
const other = (what) => new Refused(`holds what is not written as ${what}; was it written as another type?`)

function text (bytes) {
  if (!isUtf8(bytes)) throw new Refused('holds bytes that are no UTF-8 text; was it written as another type?')
  return bytes.utf8Slice(0, bytes.length)
}

function matched (pattern, bytes, what) {
  const found = text(bytes)
  if (!pattern.test(found)) throw other(what)
  return found
}

function encodeText (value) {
  if (typeof value !== 'string') throw wrong('a string', value)
  // The library would refuse it too, without the name of the field.
  if (!value.isWellFormed()) throw new Refused('was given half of a surrogate pair, which UTF-8 cannot write')
  return value
}

function encodeBytes (value) {
  if (!(value instanceof Uint8Array)) throw wrong('a Buffer or Uint8Array', value)
  return value
}

const INT = /^(?:0|-?[1-9][0-9]*)$/

function encodeInt (value) {
  if (typeof value !== 'number') throw wrong('a number', value)
  if (!Number.isSafeInteger(value)) throw new Refused('takes a whole number that a number holds exactly; the type bigint takes larger ones')
  return String(value)
}

function decodeInt (bytes) {
  const value = Number(matched(INT, bytes, 'a whole number'))
  if (!Number.isSafeInteger(value)) throw new Refused('holds a number that is too large for a number; read it as the type bigint')
  return value
}

function encodeBigint (value) {
  if (typeof value !== 'bigint') throw wrong('a bigint', value)
  return String(value)
}

function encodeBool (value) {
  if (typeof value !== 'boolean') throw wrong('a boolean', value)
  return value ? 'true' : 'false'
}

function decodeBool (bytes) {
  const found = text(bytes)
  if (found !== 'true' && found !== 'false') throw other('true or false')
  return found === 'true'
}

const DECIMAL = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/
const DATE = /^\d{4}-\d{2}-\d{2}$/
// Microseconds are there if they are not zero, so that one time is one text.
const TIME = String.raw`(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(?!000000)(\d{6}))?`
const NAIVE = new RegExp(`^${TIME}$`)
// RFC 3339 section 4.3: -00:00 would say that the offset is not known.
const AWARE = new RegExp(`^${TIME}(?!-00:00)[+-](?:[01]\\d|2[0-3]):[0-5]\\d$`)

// What JavaScript has no type for is text of this form, as it is stored.
function written (pattern, what, check = () => {}) {
  const encode = (value) => {
    if (typeof value !== 'string') throw wrong(`${what}, as a string`, value)
    if (!pattern.test(value)) throw new Refused(`takes ${what}, and was given a string that is none`)
    check(value)
    return value
  }
  const decode = (bytes) => {
    const found = matched(pattern, bytes, what)
    check(found)
    return found
  }
  return { encode, decode }
}

function onTheCalendar (value) {
  const day = value.slice(0, 10)
  const date = new Date(`${day}T00:00:00Z`)
  // Date makes the 3rd of March of the 31st of February.
  if (day < '0001' || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day) throw new Refused('was given or holds a day that there is not')
}

function encodeDatetime (value) {
  if (!(value instanceof Date)) throw wrong('a Date', value)
  if (Number.isNaN(value.getTime())) throw new Refused('was given a Date that is no time')
  const iso = value.toISOString()
  if (iso.length !== 24 || iso < '0001') throw new Refused('takes the years 0001 to 9999')
  const milliseconds = iso.slice(20, 23)
  return `${iso.slice(0, 19)}${milliseconds === '000' ? '' : `.${milliseconds}000`}+00:00`
}

function decodeDatetime (bytes) {
  const found = matched(AWARE, bytes, 'a time with an offset')
  onTheCalendar(found)
  const microseconds = AWARE.exec(found)[3]
  if (microseconds !== undefined && !microseconds.endsWith('000')) throw new Refused('holds microseconds, for which a Date has no room; read it as the type datetime_text')
  return new Date(found)
}

function encodeJson (value) {
  checkJson(value, 0)
  return encodeText(JSON.stringify(value))
}

// JSON.stringify leaves out what it cannot write, and makes a text of a Date and null of NaN.
function checkJson (value, depth) {
  if (depth > DEPTH) throw new Refused(`was given JSON of more than ${DEPTH} levels, or an object within itself`)
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Refused('was given a number that JSON does not have')
    if (Number.isInteger(value) && !isExact(String(value))) throw new Refused('was given a whole number in its JSON that a number does not hold exactly')
  } else if (Array.isArray(value) && typeof value.toJSON !== 'function') {
    for (let index = 0; index < value.length; index++) checkJson(value[index], depth + 1)
  } else if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value)) && typeof value.toJSON !== 'function') {
    for (const name of Object.keys(value)) checkJson(value[name], depth + 1)
  } else throw wrong('JSON', value)
}

// Whether digits say just what the number is that is made of them.
const isExact = (digits) => !/^-?\d{16,}$/.test(digits) || BigInt(Number(digits)) === BigInt(digits)

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

function decodeJson (bytes) {
  const found = text(bytes)
  let value
  try {
    value = JSON.parse(found)
  } catch {
    throw other('JSON')
  }
  // Other languages write whole numbers of any size.
  for (const [token] of /\d{16}/.test(found) ? found.matchAll(TOKENS) : []) {
    if (!isExact(token)) throw new Refused('holds a whole number in its JSON that a number does not hold exactly')
  }
  return value
}

// `bytes` says that what was decoded is still the buffer that was decrypted, which is not wiped then.
const ENCODINGS = {
  __proto__: null,
  text: { encode: encodeText, decode: text },
  bytes: { encode: encodeBytes, decode: (bytes) => bytes, bytes: true },
  int: { encode: encodeInt, decode: decodeInt },
  bigint: { encode: encodeBigint, decode: (bytes) => BigInt(matched(INT, bytes, 'a whole number')) },
  decimal: written(DECIMAL, 'a decimal number'),
  bool: { encode: encodeBool, decode: decodeBool },
  date: written(DATE, 'a date such as 2026-11-30', onTheCalendar),
  datetime: { encode: encodeDatetime, decode: decodeDatetime },
  datetime_text: written(AWARE, 'a time such as 2026-11-30T17:00:00+00:00', onTheCalendar),
  naive_datetime: written(NAIVE, 'a time without an offset, such as 2026-11-30T17:00:00', onTheCalendar),
  json: { encode: encodeJson, decode: decodeJson }
}

module.exports = { ENCODINGS, text }
