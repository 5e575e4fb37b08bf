'use strict'

// Seals what an entity holds before it is written, gives it its values back afterwards, and opens what was read.
const { Sealed } = require('../fields/sealed.js')
const { refusal } = require('../fields/place.js')
const { columnsOf } = require('./columns.js')
const { movesEmpty } = require('./queries.js')
const { Outgoing, Unsealed } = require('./transformer.js')

class EncryptionSubscriber {
  // What was sealed for a transaction that may be rolled back, by its query runner.
  #pending = new WeakMap()

  beforeInsert ({ entity, metadata, queryRunner }) {
    for (const one of columnsOf(metadata)) this.#seal(one, entity, undefined, queryRunner)
  }

  beforeUpdate ({ entity, databaseEntity, metadata, queryRunner }) {
    for (const one of columnsOf(metadata)) {
      // A query does not say what was there.
      if (entity !== undefined && databaseEntity === undefined) whole(one, entity)
      this.#seal(one, entity, databaseEntity, queryRunner)
    }
  }

  afterInsert ({ entity, metadata }) {
    restore(entity, metadata)
  }

  afterUpdate ({ entity, metadata }) {
    restore(entity, metadata)
  }

  afterTransactionRollback ({ queryRunner }) {
    for (const { entity, metadata } of this.#pending.get(queryRunner) ?? []) restore(entity, metadata)
    this.#pending.delete(queryRunner)
  }

  afterTransactionCommit ({ queryRunner }) {
    this.#pending.delete(queryRunner)
  }

  afterLoad (entity, { metadata }) {
    for (const { column, field, key, context } of columnsOf(metadata)) {
      const stored = column.getEntityValue(entity)
      if (!field.rowBound || !(stored instanceof Sealed)) continue
      const row = key.getEntityValue(entity)
      const tenant = context?.getEntityValue(entity)
      // Without its key a row opens nothing: what was selected stays sealed, for `open(id)`.
      if (row === undefined || (context !== undefined && tenant === undefined)) continue
      column.setEntityValue(entity, field.open(stored.ciphertext, row, tenant))
    }
  }

  beforeQuery ({ parameters }) {
    if (!Array.isArray(parameters)) return
    for (const value of parameters) if (value instanceof Unsealed) value.refuse()
  }

  #seal ({ column, field, index, key, context }, entity, before, queryRunner) {
    if (entity === undefined) return
    let value = column.getEntityValue(entity)
    const old = context?.getEntityValue(before ?? {})
    const tenant = context?.getEntityValue(entity) ?? old
    const moved = before !== undefined && old !== tenant
    // Of a write that failed.
    if (value instanceof Outgoing) column.setEntityValue(entity, value = Outgoing.value(value))
    // What was read without what opens it: it has to be of this row.
    else if (value instanceof Sealed) column.setEntityValue(entity, value = field.open(value.ciphertext, rowOf(field, key, entity), before === undefined ? tenant : old))
    // What goes to another tenant is sealed anew, also where it was not given.
    if (value === undefined && moved) value = column.getEntityValue(before)
    if (value === undefined) {
      if (moved) whole({ column, field, context }, entity)
      return alone(field, column, index, entity, before)
    }
    if (typeof value === 'function') throw refusal(`${field.place} is encrypted, which no expression of SQL does`)
    if (before !== undefined && !moved && field.same(column.getEntityValue(before), value)) {
      // It may have been made anew since the entity was read.
      if (index?.getEntityValue(entity) !== undefined) index.setEntityValue(entity, index.getEntityValue(before))
      return
    }
    if (value === null) {
      if (moved) movesEmpty(queryRunner, field.place, key.getEntityValue(entity))
      index?.setEntityValue(entity, null)
      return
    }
    if (context !== undefined && (tenant === undefined || tenant === null)) throw refusal(`${field.place} is sealed for the tenant of its row, and ${context.propertyPath} is not there`)
    // Both are made before either is set.
    const sealed = new Outgoing(field.write(value, field.rowBound ? rowOf(field, key, entity) : undefined, tenant), value)
    index?.setEntityValue(entity, field.indexOf(value, tenant))
    column.setEntityValue(entity, sealed)
    this.#remember(queryRunner, entity, column)
  }

  #remember (queryRunner, entity, column) {
    if (!queryRunner.isTransactionActive) return
    const metadata = column.entityMetadata
    const all = this.#pending.get(queryRunner)
    if (all === undefined) this.#pending.set(queryRunner, [{ entity, metadata }])
    else all.push({ entity, metadata })
  }
}

// Who changes the tenant of a row has to know the values that were sealed for the old one.
function whole ({ column, field, context }, entity) {
  if (context === undefined || context.getEntityValue(entity) === undefined || column.getEntityValue(entity) !== undefined) return
  throw refusal(`${field.place} is sealed for the tenant in ${context.propertyPath}: who changes it has to give ${column.propertyPath} too, or use save with a column that is selected`)
}

// An index is of a value: by itself it could be anything, and a value in the clear too.
function alone (field, column, index, entity, before) {
  const given = index?.getEntityValue(entity)
  if (given === undefined || given === null) return
  // It may have been made anew since the entity was read.
  if (before !== undefined && isIndex(field, given)) return index.setEntityValue(entity, index.getEntityValue(before))
  throw refusal(`${field.place}: its blind index ${index.propertyPath} is written with it: give ${column.propertyPath}`)
}

function isIndex (field, text) {
  try {
    field.needsReindex(text)
    return true
  } catch {
    return false
  }
}

function rowOf (field, key, entity) {
  const row = key.getEntityValue(entity)
  if (row === undefined) throw refusal(`${field.place} is bound to its row, and what is written does not say which: use save, or give ${key.propertyPath} among the values too`)
  return row
}

function restore (entity, metadata) {
  if (entity === undefined) return
  for (const { column } of columnsOf(metadata)) {
    const value = column.getEntityValue(entity)
    if (value instanceof Outgoing) column.setEntityValue(entity, Outgoing.value(value))
  }
}

module.exports = { EncryptionSubscriber }
