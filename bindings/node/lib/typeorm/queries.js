'use strict'

// Refuses what no transformer is told of: that a query sorts, groups or compares by an encrypted property. It looks at the text of each query while
// properties still stand there by their names. And it keeps a value with its row, its tenant and its index, where a query writes only some of them.
const { refusal } = require('../fields/place.js')
const { columnsOf } = require('./columns.js')

const seen = new WeakSet()
const pinned = new WeakSet()

function watch (dataSource) {
  const { createQueryBuilder } = dataSource
  dataSource.createQueryBuilder = function (...all) {
    return watched(createQueryBuilder.apply(this, all))
  }
}

function watched (builder) {
  if (seen.has(builder)) return builder
  seen.add(builder)
  for (const name of ['clone', 'subQuery', 'insert', 'update', 'delete', 'softDelete', 'restore']) {
    const make = builder[name]
    if (make !== undefined) builder[name] = function (...all) { return watched(make.apply(this, all)) }
  }
  before(builder, 'replacePropertyNamesForTheWholeQuery', (text) => {
    const { queryType } = builder.expressionMap
    // What is selected may be named.
    if (queryType === 'select') look(builder, text.slice(text.indexOf(' FROM ')))
  })
  before(builder, 'createUpdateExpression', () => {
    if (!builder.expressionMap.mainAlias.hasMetadata) return
    stay(builder)
    pin(builder)
  })
  before(builder, 'createInsertExpression', () => together(builder.expressionMap))
  const where = builder.createWhereExpression
  builder.createWhereExpression = function () {
    const text = where.call(this)
    if (this.expressionMap.queryType !== 'select') look(this, text)
    return text
  }
  return builder
}

function before (builder, name, work) {
  const make = builder[name]
  if (make === undefined) return
  builder[name] = function (...all) {
    work(...all)
    return make.apply(this, all)
  }
}

// Whatever follows but whether there is a value, and what is selected in a query within.
const COMPARED = String.raw`(?![\w.])(?!\s+(?:IS\s+(?:NOT\s+)?NULL|AS)\b)`
// A name that stands alone may be that of another table, or a word of SQL: one that is compared is a column.
const FOLLOWED = String.raw`\s*\)?\s*(?:[=<>!~]|(?:NOT\s+)?(?:I?LIKE|IN|BETWEEN|SIMILAR|REGEXP)\b|IS\s+(?:NOT\s+)?DISTINCT\b)`

function look (builder, conditions) {
  const { aliases, allOrderBys } = builder.expressionMap
  for (const alias of aliases) {
    if (!alias.hasMetadata) continue
    for (const { column, field } of columnsOf(alias.metadata)) {
      if (`${alias.name}.${column.propertyPath}` in allOrderBys) refuse(field, 'order')
      const quoted = builder.escape(column.databaseName)
      const names = [column.propertyPath, column.propertyName, column.databaseName].map((name) => `${alias.name}.${name}`)
      const compared = [...names, `${builder.escape(alias.name)}.${quoted}`].map(escaped).join('|')
      const alone = [column.propertyPath, column.databaseName, quoted].map(escaped).join('|')
      const found = new RegExp(String.raw`(?<![\w."])(?:${compared})${COMPARED}|(?<![\w.":@$])(?:${alone})${FOLLOWED}`, 'i')
      if (found.test(conditions)) refuse(field, 'a condition')
    }
  }
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

function refuse (field, what) {
  throw refusal(`${field.place} is encrypted, and ${what} goes by an order or equality that ciphertexts do not have: matching(…) asks its blind index, and IsNull() whether there is a value`)
}

// Rows without a value that go to another tenant, by the query runner.
const empty = new WeakMap()

function movesEmpty (queryRunner, place, row) {
  if (!empty.has(queryRunner)) empty.set(queryRunner, new Set())
  empty.get(queryRunner).add(`${place} ${row}`)
}

// A relation that is saved from its other side gives a row another tenant, of which no listener is told.
function stay ({ expressionMap: { mainAlias: { metadata }, valuesSet, whereEntities }, queryRunner }) {
  const names = Object.keys(valuesSet).filter((name) => valuesSet[name] !== undefined)
  for (const { column, field, key, context } of columnsOf(metadata)) {
    const isWritten = (one) => names.includes(one.propertyPath.split('.')[0]) || (one.relationMetadata !== undefined && names.includes(one.relationMetadata.propertyName))
    if (context === undefined || !isWritten(context) || isWritten(column)) continue
    if (empty.get(queryRunner)?.has(`${field.place} ${key.getEntityValue(whereEntities[0] ?? {})}`)) continue
    throw refusal(`${field.place} is sealed for the tenant in ${context.propertyPath}, which changes without it: change it in the row itself, and use save`)
  }
}

// An update whose values have the key is of this row and of no other: it would take the key away from what is bound to it.
function pin (builder) {
  const { mainAlias, valuesSet, wheres } = builder.expressionMap
  const bound = columnsOf(mainAlias.metadata).find(({ field }) => field.rowBound)
  const row = bound?.key.getEntityValue(valuesSet)
  if (row === undefined || pinned.has(builder)) return
  pinned.add(builder)
  if (wheres.length > 0) builder.expressionMap.wheres = [{ type: 'simple', condition: wheres }]
  builder.andWhere(bound.key.createValueMap(row))
}

// What is there already is written over by some of the columns. Those that belong together have to be among them.
function together ({ mainAlias, onUpdate, insertFromSelect, insertColumns }) {
  const columns = mainAlias.hasMetadata ? columnsOf(mainAlias.metadata) : []
  for (const { column, field, index, key, context } of columns) {
    if (insertFromSelect && (insertColumns.length === 0 || insertColumns.includes(column.propertyPath))) throw refusal(`${field.place} is encrypted, which no SELECT does`)
    if (!Array.isArray(onUpdate?.overwrite)) continue
    const { overwrite } = onUpdate
    const same = [onUpdate.conflict ?? []].flat()
    const isWritten = overwrite.includes(column.databaseName)
    if (index !== undefined && isWritten && !overwrite.includes(index.databaseName)) overwrite.push(index.databaseName)
    for (const one of field.rowBound ? [key, context] : []) {
      if (one === undefined || (same.includes(one.databaseName) && (one !== key || same.length === 1))) continue
      if (isWritten !== overwrite.includes(one.databaseName)) throw refusal(`${field.place} is bound to ${one.propertyPath}, and this writes one of them over without the other: use save, or give both`)
    }
  }
}

module.exports = { movesEmpty, watch }
