'use strict'

// Conditions: what is said of an encrypted field is asked of its index instead, and what no index can answer is refused.
const { refusal } = require('../fields/place.js')

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) && !(value instanceof Uint8Array)
const map = (value, change) => Array.isArray(value) ? value.map(change) : change(value)

// The value that a condition asks for by equality, if it does, and says nothing else of it: letters may not count, say.
function equalTo (where, name) {
  const said = where?.[name]
  if (!isObject(said)) return said
  return Object.keys(said).length === 1 ? said.equals : undefined
}

function whereOf (models, model, where) {
  if (!isObject(where)) return where
  const made = {}
  const found = []
  for (const [name, said] of Object.entries(where)) {
    if (name === 'AND' || name === 'OR' || name === 'NOT') made[name] = said === undefined ? said : map(said, (one) => whereOf(models, model, one))
    else if (model.fields.has(name)) conditions(model.fields.get(name), name, said, where, found)
    else if (model.relations.has(name)) made[name] = related(models, models.get(model.relations.get(name)), said)
    else made[name] = scalar(model, indexOnly(model, name, said))
  }
  if (found.length > 0) made.AND = [...(made.AND === undefined ? [] : [made.AND].flat()), ...found]
  return made
}

// The field of an index is asked for an index. A value would be sent in the clear, and find nothing.
function indexOnly (model, name, said) {
  for (const [property, field] of model.fields) {
    if (field.index !== name) continue
    const asked = isObject(said) ? [said.equals, said.in, said.not, said.notIn].flat() : [said]
    if (asked.some((one) => typeof one === 'string' && !field.isIndex(one))) throw refusal(`${model.name}.${name} is the blind index of ${property}, and was asked for what is no index: say where: { ${property}: value }`)
  }
  return said
}

// One row is asked for by what is unique, which no ciphertext is.
function uniqueOf (model, where) {
  const names = Object.keys(where ?? {})
  const name = names.find((one) => model.fields.has(one))
  if (name === undefined || where[name] === undefined || !names.every((one) => model.fields.has(one))) return
  const { place, index } = model.fields.get(name)
  throw refusal(`${place} is encrypted, and names no single row: use findFirst${index === undefined ? '' : `, and put @unique on ${index} (search.md#a-unique-column)`}, and the id where one row is written`)
}

// A filter, or the values of a key of several fields.
function scalar (model, said) {
  if (isObject(said)) for (const name of Object.keys(said)) if (model.fields.has(name)) throw refusal(`${model.fields.get(name).place} is encrypted, and cannot be part of a key: no ciphertext equals another`)
  return said
}

function related (models, model, said) {
  if (!isObject(said)) return said
  const filters = ['some', 'every', 'none', 'is', 'isNot']
  if (!Object.keys(said).some((name) => filters.includes(name))) return whereOf(models, model, said)
  return Object.fromEntries(Object.entries(said).map(([name, one]) => [name, filters.includes(name) ? whereOf(models, model, one) : one]))
}

const ASKS = { __proto__: null, equals: 'in', in: 'in', not: 'notIn', notIn: 'notIn' }

function conditions (field, name, said, where, found) {
  // Prisma may have been told to refuse it, since a condition that says nothing is of all rows.
  if (said === undefined) return void found.push({ [name]: undefined })
  if (said === null) return void found.push({ [name]: null })
  if (!isObject(said)) return void found.push(indexed(field, 'in', [said], where))
  for (const [how, value] of Object.entries(said)) {
    const asks = ASKS[how]
    if (value === undefined) found.push({ [name]: { [how]: undefined } })
    else if (value === null && (how === 'equals' || how === 'not')) found.push({ [name]: { [how]: null } })
    else if (asks === undefined || (how === 'not' && isObject(value))) throw refusal(`${field.place} is encrypted, and ${how} asks what no index answers: equals, in, not and notIn of values do, and null`)
    else found.push(indexed(field, asks, how.endsWith('n') || how.endsWith('In') ? list(field, how, value) : [value], where))
  }
}

function list (field, how, value) {
  if (!Array.isArray(value)) throw refusal(`${field.place}: ${how} takes an array`)
  return value
}

function indexed (field, how, values, where) {
  if (field.index === undefined) throw refusal(`${field.place} is encrypted, and no ciphertext equals another: give it a blind index to find rows by it`)
  const context = field.context === undefined ? undefined : equalTo(where, field.context)
  if (field.context !== undefined && typeof context !== 'string') throw refusal(`${field.place} is indexed for the tenant of its row: say ${field.context} beside it, in the same condition`)
  const texts = values.flatMap((value) => field.indexesOf(value, context))
  // Other than an empty text, which has no index, is what has one.
  if (how === 'notIn' && values.length > 0 && texts.length === 0) return { [field.index]: { not: null } }
  return { [field.index]: { [how]: texts } }
}

// What has names of fields within it. A `_count` of values needs no order.
const WITHIN = new Set(['AND', 'OR', 'NOT', '_min', '_max', '_avg', '_sum'])

// Where rows are sorted, grouped or counted by a field, none of those that are encrypted may be named.
function unnamed (models, model, said, what) {
  for (const one of said === undefined ? [] : [said].flat()) {
    for (const name of typeof one === 'string' ? [one] : Object.keys(one ?? {})) {
      if (model.fields.has(name)) throw refusal(`${model.fields.get(name).place} is encrypted, and ${what} goes by an order or equality that ciphertexts do not have`)
      if (model.relations.has(name)) unnamed(models, models.get(model.relations.get(name)), one[name], what)
      // A cursor may name a key of several fields.
      if (WITHIN.has(name) || (what === 'cursor' && isObject(one[name]))) unnamed(models, model, one[name], what)
      if (name === '_relevance') unnamed(models, model, one[name]?.fields, what)
    }
  }
}

module.exports = { equalTo, isObject, map, uniqueOf, unnamed, whereOf }
