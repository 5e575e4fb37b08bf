'use strict'

// What an encrypted column can be told, by every adapter alike.
const { native } = require('../native.js')
const { ENCODINGS } = require('./encoding.js')
const { refusal } = require('./place.js')

const OF_FIELD = ['key', 'column', 'type', 'storage', 'allowPlaintext', 'writePlaintext', 'index', 'indexKey', 'normalize', 'bits']

// The options of a field, each read once. `more` are those of one form or one adapter.
function fieldOptions (given, more = []) {
  if (typeof given !== 'object' || given === null) throw refusal("an encrypted column takes options, such as { key, column: 'people.email' }")
  // They inherit nothing: what somebody put on the prototype of all objects is no option.
  const options = { __proto__: null, ...given }
  const known = [...OF_FIELD, ...more]
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw refusal(`there is no option ${name}${native.near(name, known)}; an encrypted column has ${known.join(', ')}`)
    if (options[name] === undefined || options[name] === null) throw refusal(`the option ${name} is ${options[name]}; leave it out if there is none`)
  }
  const { key, column, type = 'text', storage = 'text', allowPlaintext = false, writePlaintext = false, index, indexKey, normalize, bits } = options
  if (typeof column !== 'string' || !/^[^.]+(?:\.[^.]+)+$/.test(column)) throw refusal("the option column must be the table and the column that values are bound to, such as 'people.email', also after either is renamed")
  if (key === undefined) throw refusal(`${column}: the option key is missing, a key or a function that gives one`)
  if (ENCODINGS[type] === undefined) throw refusal(`${column}: there is no type ${String(type)}${native.near(String(type), Object.keys(ENCODINGS))}; there are ${Object.keys(ENCODINGS).join(', ')}`)
  if (storage !== 'text' && storage !== 'binary') throw refusal(`${column}: the option storage must be 'text' or 'binary'`)
  if (typeof allowPlaintext !== 'boolean') throw refusal(`${column}: the option allowPlaintext must be true or false`)
  if (typeof writePlaintext !== 'boolean' || (writePlaintext && !allowPlaintext)) throw refusal(`${column}: the option writePlaintext is true beside allowPlaintext, which reads what it writes, or false`)
  if (index !== undefined && typeof index !== 'string') throw refusal(`${column}: the option index must be the name of the property with the blind index`)
  if (index === undefined && [indexKey, normalize, bits].some((one) => one !== undefined)) throw refusal(`${column}: indexKey, normalize and bits are of a blind index, and there is no option index`)
  if (index !== undefined && type === 'bytes') throw refusal(`${column}: bytes have no blind index; store their hexadecimal digits as text`)
  return { __proto__: null, ...options, type, storage, allowPlaintext, writePlaintext }
}

module.exports = { fieldOptions }
