'use strict'

// The encrypted columns of an entity, with what they need of it: found once, and refused where they cannot work.
const { refusal } = require('../fields/place.js')
const { EncryptedTransformer } = require('./transformer.js')

// Digits that a version may gain before a column is too narrow.
const SPARE = 3
const found = new WeakMap()

function columnsOf (metadata) {
  let columns = found.get(metadata)
  if (columns === undefined) found.set(metadata, columns = metadata.columns.filter(({ transformer }) => transformer instanceof EncryptedTransformer).map((column) => described(metadata, column)))
  return columns
}

function described (metadata, column) {
  const { transformer } = column
  const { field, context } = transformer
  field.place = `${metadata.name}.${column.propertyPath}`
  const property = (path) => {
    const named = metadata.findColumnWithPropertyPathStrict(path)
    if (named === undefined) throw refusal(`${field.place}: its options name the property ${path}, which ${metadata.name} does not have`)
    if (named.transformer instanceof EncryptedTransformer) throw refusal(`${field.place}: its options name the property ${path}, which is encrypted itself`)
    return named
  }
  const { primaryColumns } = metadata
  if (field.rowBound && primaryColumns.length !== 1) throw refusal(`${field.place} is bound to its row, which has a primary key of ${primaryColumns.length} columns: it has to be one`)
  if (field.rowBound && primaryColumns[0].isGenerated) throw refusal(`${field.place} is bound to its row, whose primary key is generated when it is written: make it before, as with randomUUID() of node:crypto`)
  if (column.isPrimary || metadata.uniques.some(({ columns }) => columns.includes(column)) || metadata.indices.some(({ columns }) => columns.includes(column))) {
    throw refusal(`${field.place} is encrypted, and cannot be a primary key, unique or have an index: no ciphertext equals another; give it a blind index`)
  }
  if (column.default !== undefined) throw refusal(`${field.place}: a default stands in the database in the clear`)
  return {
    column,
    transformer,
    field,
    key: primaryColumns[0],
    index: field.index === undefined ? undefined : property(field.index),
    context: context === undefined ? undefined : property(context)
  }
}

// Columns without a length take any.
function checkWidth ({ column, field, transformer }) {
  if (!column.length) return
  const { maxBytes } = transformer
  if (maxBytes === undefined) throw refusal(`${field.place} has the length ${column.length}; say the longest value in bytes as the option maxBytes, or take the type text`)
  const wanted = field.encryptedLen(maxBytes) + SPARE
  if (Number(column.length) < wanted) throw refusal(`${field.place} has the length ${column.length}, and a value of ${maxBytes} bytes takes ${wanted}`)
}

module.exports = { checkWidth, columnsOf }
