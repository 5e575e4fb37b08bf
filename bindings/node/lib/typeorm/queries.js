'use strict'

// Refuses what no transformer is told of: that a query sorts, groups or compares by an encrypted property. It looks at the text of each query while
// properties still stand there by their names.
const { refusal } = require('../fields/place.js')
const { columnsOf } = require('./columns.js')

function watch (dataSource) {
  const { createQueryBuilder } = dataSource
  dataSource.createQueryBuilder = function (...all) {
    return watched(createQueryBuilder.apply(this, all))
  }
}

function watched (builder) {
  for (const name of ['clone', 'subQuery']) {
    const make = builder[name]
    builder[name] = function () {
      return watched(make.call(this))
    }
  }
  const named = builder.replacePropertyNamesForTheWholeQuery
  builder.replacePropertyNamesForTheWholeQuery = function (text) {
    look(this.expressionMap, text)
    return named.call(this, text)
  }
  return builder
}

function look ({ aliases, allOrderBys }, text) {
  // What is selected may be named.
  const conditions = text.slice(text.indexOf(' FROM '))
  for (const alias of aliases) {
    if (!alias.hasMetadata) continue
    for (const { column, field } of columnsOf(alias.metadata)) {
      const name = `${alias.name}.${column.propertyPath}`
      if (name in allOrderBys) refuse(field, 'order')
      const found = new RegExp(String.raw`(?<![\w."])${escaped(name)}(?![\w.])(?!\s+IS\s+(?:NOT\s+)?NULL\b)`, 'i')
      if (found.test(conditions)) refuse(field, 'a condition')
    }
  }
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

function refuse (field, what) {
  throw refusal(`${field.place} is encrypted, and ${what} goes by an order or equality that ciphertexts do not have: matching(…) asks its blind index, and IsNull() whether there is a value`)
}

module.exports = { watch }
