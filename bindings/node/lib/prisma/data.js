'use strict'

// What is written: values become ciphertexts of their row, and their indexes are written with them, also in the rows of relations.
const { refusal } = require('../fields/place.js')
const { equalTo, isObject, map, whereOf } = require('./where.js')

// A new row.
function created (models, model, data) {
  return sealed(models, model, data, data?.[model.id], (name) => data[name])
}

// A change to the row, or the rows, of a condition.
function updated (models, model, where, data) {
  if (!isObject(data)) return data
  const row = equalTo(where, model.id)
  const moved = plain(data[model.id])
  if (moved !== undefined && moved !== row && model.fields.size > 0) throw refusal(`${model.name}.${model.id} is what its values are bound to, and cannot be changed: create another row`)
  for (const field of new Set([...model.fields.values()])) moves(model, field, data)
  return sealed(models, model, data, row, (name) => plain(data[name]) ?? equalTo(where, name))
}

// Who changes the tenant of a row has to say every value that was sealed for the old one.
function moves (model, { context }, data) {
  if (context === undefined || data[context] === undefined) return
  for (const [name, field] of model.fields) {
    if (field.context === context && data[name] === undefined) throw refusal(`${field.place} is sealed for the tenant in ${context}: who changes it has to write ${name} too`)
  }
}

// A value, or `{ set: value }`.
const plain = (said) => isObject(said) && Object.hasOwn(said, 'set') ? said.set : said

// An index is of a value: by itself it could be anything, and a value in the clear too.
function alone (model, field, data) {
  if (field.index === undefined || data[field.index] === undefined) return
  for (const [name, other] of model.fields) if (other === field && data[name] === undefined) throw refusal(`${model.name}.${field.index} is the blind index of ${name}, and is written with it: write ${name}`)
}

function sealed (models, model, data, row, beside) {
  if (!isObject(data)) return data
  const made = { ...data }
  for (const field of model.fields.values()) alone(model, field, data)
  for (const [name, said] of Object.entries(data)) {
    const field = model.fields.get(name)
    if (model.relations.has(name)) made[name] = nested(models, models.get(model.relations.get(name)), said)
    if (field === undefined || said === undefined) continue
    const value = field.type === 'json' ? said : plain(said)
    if (value === null) {
      made[name] = null
      if (field.index !== undefined) made[field.index] = null
      continue
    }
    if (row === undefined || row === null) throw refusal(`${field.place} is bound to its row, and what is written does not say which: ${model.id} has to be in data where rows are created, made before as with randomUUID() of node:crypto, and be a value in where, where they are updated`)
    const context = field.context === undefined ? undefined : beside(field.context)
    if (field.context !== undefined && typeof context !== 'string') throw refusal(`${field.place} is sealed for the tenant of its row: say ${field.context} in data, or in where`)
    made[name] = field.write(value, row, context)
    if (field.index !== undefined) made[field.index] = field.indexOf(value, context)
  }
  return made
}

const CHANGES = {
  __proto__: null,
  create: (models, model, said) => created(models, model, said),
  createMany: (models, model, said) => createdMany(models, model, said),
  connectOrCreate: (models, model, { where, create, ...more }) => ({ ...more, where: whereOf(models, model, where), create: created(models, model, create) }),
  upsert: (models, model, { where, create, update, ...more }) => ({ ...more, ...(where && { where: whereOf(models, model, where) }), create: created(models, model, create), update: updated(models, model, where, update) }),
  update: (models, model, said) => isWrapped(said) ? changed(models, model, said) : updated(models, model, undefined, said),
  updateMany: (models, model, said) => changed(models, model, said),
  delete: (models, model, said) => whereOf(models, model, said),
  deleteMany: (models, model, said) => whereOf(models, model, said),
  connect: (models, model, said) => whereOf(models, model, said),
  disconnect: (models, model, said) => whereOf(models, model, said),
  set: (models, model, said) => whereOf(models, model, said)
}

// What is written to the rows behind a relation.
function nested (models, model, said) {
  if (!isObject(said)) return said
  return Object.fromEntries(Object.entries(said).map(([how, one]) => {
    const change = CHANGES[how]
    if (change === undefined) throw refusal(`${model.name}: the nested write ${how} is not known, and could write a value without encrypting it`)
    return [how, one === undefined ? one : map(one, (each) => isObject(each) ? change(models, model, each) : each)]
  }))
}

// `{ where, data }`, where a relation to one row takes the data itself too.
const isWrapped = (said) => isObject(said.data) && Object.keys(said).every((name) => name === 'where' || name === 'data')

const changed = (models, model, { where, data, ...more }) => ({ ...more, ...(where && { where: whereOf(models, model, where) }), data: updated(models, model, where, data) })

const createdMany = (models, model, { data, ...more }) => ({ ...more, data: map(data, (one) => created(models, model, one)) })

module.exports = { changed, created, createdMany, updated }
