'use strict'

// What a value is bound to: the column, and in the row-bound form the row, as `strongroom encrypt --csv` binds them.
const { Refused } = require('./place.js')

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

// A primary key as text, one for all languages: another spelling of the same key would be another row. A UUID is a string here, and a
// database would give one in capital letters back in small ones.
function rowText (key) {
  if (typeof key === 'string') {
    // An empty one says nothing, and rows that say the same can be exchanged.
    if (key === '') throw new Refused('is bound to its row, of which the primary key is empty')
    if (UUID.test(key) && key !== key.toLowerCase()) throw new Refused('is bound to its row, of which the primary key is a UUID in capital letters: write it in small ones, as databases give it back')
    return key
  }
  if (typeof key === 'bigint' || Number.isSafeInteger(key)) return String(key)
  if (key === undefined || key === null) throw new Refused('is bound to its row, which has no primary key yet: make the key before the row is written')
  throw new Refused(`is bound to its row, of which the primary key has to be a string, a whole number or a bigint, and is ${typeof key === 'number' ? 'a number that is not whole' : typeof key}`, TypeError)
}

// The aad and the context of a call, by what the key is. A convergent key takes no aad, so the name of the column stands in the context, and
// nothing can bind to a row then.
function said (column, row, context, { derived, convergent }) {
  const aad = row === undefined ? { column } : { row, column }
  if (!derived) return { aad }
  if (!convergent) return { aad, context: context ?? column }
  if (row !== undefined) throw new Refused('is bound to its row, and a convergent key cannot bind to one: take another key, or the form that is bound to the column')
  return { context: { context: context ?? column, column } }
}

module.exports = { rowText, said }
