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
    else made[name] = said
  }
  if (found.length > 0) made.AND = [...(made.AND === undefined ? [] : [made.AND].flat()), ...found]
  return made
}

function related (models, model, said) {
  if (!isObject(said)) return said
  const filters = ['some', 'every', 'none', 'is', 'isNot']
  if (!Object.keys(said).some((name) => filters.includes(name))) return whereOf(models, model, said)
  return Object.fromEntries(Object.entries(said).map(([name, one]) => [name, filters.includes(name) ? whereOf(models, model, one) : one]))
}

function conditions (field, name, said, where, found) {
  if (said === undefined) return
  if (said === null) return void found.push({ [name]: null })
  if (!isObject(said)) return void found.push(indexed(field, 'in', [said], where))
  for (const [how, value] of Object.entries(said)) {
    if (value === undefined) continue
    const asks = { equals: 'in', in: 'in', not: 'notIn', notIn: 'notIn' }[how]
    if (value === null && (how === 'equals' || how === 'not')) found.push({ [name]: { [how]: null } })
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
  return { [field.index]: { [how]: values.flatMap((value) => field.indexesOf(value, context)) } }
}

// Where rows are sorted, grouped or counted by a field, none of those that are encrypted may be named.
function unnamed (models, model, said, what) {
  for (const one of said === undefined ? [] : [said].flat()) {
    for (const name of typeof one === 'string' ? [one] : Object.keys(one ?? {})) {
      if (model.fields.has(name)) throw refusal(`${model.fields.get(name).place} is encrypted, and ${what} goes by an order or equality that ciphertexts do not have`)
      if (model.relations.has(name)) unnamed(models, models.get(model.relations.get(name)), one[name], what)
    }
  }
}

module.exports = { equalTo, isObject, map, unnamed, whereOf }
