'use strict'

// The models of a client, with their encrypted fields, as the extension was told.
const { native } = require('../native.js')
const { Field } = require('../fields/field.js')
const { fieldOptions } = require('../fields/options.js')
const { refusal } = require('../fields/place.js')

const isObject = (value) => typeof value === 'object' && value !== null

// How a field of this type is stored, and what it is unless something else is said.
const STORED = { __proto__: null, String: ['text', 'text'], Bytes: ['binary', 'bytes'] }

// By name: `fields` (encrypted, by name), `relations` (the model behind each) and `id`.
function modelsOf (client, given) {
  const known = client?._runtimeDataModel?.models
  if (known === undefined) throw refusal('encryption takes the client that it is going to extend, a PrismaClient, and what is encrypted in its models')
  const models = new Map()
  for (const [name, { fields }] of Object.entries(known)) {
    const relations = new Map(fields.filter(({ kind }) => kind === 'object').map((field) => [field.name, field.type]))
    const omit = { __proto__: null, ...client._globalOmit?.[name[0].toLowerCase() + name.slice(1)] }
    models.set(name, { name, id: 'id', fields: new Map(), relations, omit })
  }
  for (const [name, options] of Object.entries(given)) {
    const model = models.get(name)
    if (model === undefined) throw refusal(`the client has no model ${name}${native.near(name, Object.keys(known))}`)
    define(model, known[name].fields, options)
  }
  return models
}

function define (model, known, given) {
  if (!isObject(given)) throw refusal(`${model.name} takes { id, fields }`)
  const { id = 'id', fields, ...others } = given
  const scalar = (name) => known.find((one) => one.name === name && one.kind === 'scalar')
  for (const name of Object.keys(others)) throw refusal(`${model.name}: there is no option ${name}; a model has id and fields`)
  if (scalar(id) === undefined) throw refusal(`${model.name} has no field ${id}, to which its values would be bound; the option id names the one that is its key`)
  model.id = id
  for (const [name, options] of Object.entries(fields ?? {})) {
    const place = `${model.name}.${name}`
    const [storage, type] = STORED[scalar(name)?.type] ?? []
    if (storage === undefined) throw refusal(`${place} has to be a field of the type String or Bytes, which a ciphertext is stored as`)
    if (!isObject(options)) throw refusal(`${place} takes options, such as { key, column: 'people.email' }`)
    if (options.storage !== undefined) throw refusal(`${place}: there is no option storage, since the type in the schema says it`)
    if (name === id) throw refusal(`${place} is what other values are bound to, and cannot be encrypted`)
    const field = new Field(fieldOptions({ type, ...options, storage }, ['context']), true, place)
    field.context = options.context
    for (const [what, other] of [['index', field.index], ['context', field.context]]) {
      if (other !== undefined && scalar(other)?.type !== 'String') throw refusal(`${place}: the option ${what} names ${other}, which is no field of the type String`)
    }
    model.fields.set(name, field)
  }
  for (const { place, index, context } of model.fields.values()) {
    // What is encrypted there would be written over, or not be what the program says.
    for (const [what, other] of [['index', index], ['context', context]]) if (model.fields.has(other)) throw refusal(`${place}: the option ${what} names ${other}, which is encrypted itself`)
  }
}

module.exports = { modelsOf }
