'use strict'

// Encrypted fields for Prisma, as an extension of its client: each value is bound to its row.
const { native } = require('./lib/native.js')
const { refusal } = require('./lib/fields/place.js')
const { rewrapTable } = require('./lib/fields/rewrap.js')
const { changed, created, createdMany, updated } = require('./lib/prisma/data.js')
const { modelsOf } = require('./lib/prisma/models.js')
const { opened, readOf } = require('./lib/prisma/read.js')
const { uniqueOf } = require('./lib/prisma/where.js')

// What an extension was made of.
const made = new WeakMap()

// The operations that are under way, each with the models of the extensions that it came through.
const working = new WeakMap()

// How the arguments of each operation are changed before it. Those without `rows` give back numbers alone.
const WRITES = {
  __proto__: null,
  create: (models, model, args) => ({ ...args, data: created(models, model, args.data) }),
  createMany: (models, model, args) => createdMany(models, model, args),
  createManyAndReturn: (models, model, args) => createdMany(models, model, args),
  update: (models, model, args) => changed(models, model, args),
  updateMany: (models, model, args) => changed(models, model, args),
  updateManyAndReturn: (models, model, args) => changed(models, model, args),
  upsert: (models, model, { where, create, update, ...args }) => {
    const row = where?.[model.id]
    if (model.fields.size > 0 && create?.[model.id] !== row) throw refusal(`${model.name}: upsert goes by ${model.id} here, the same in where and in create, since values are bound to it`)
    return { ...args, where, create: created(models, model, create), update: updated(models, model, where, update) }
  }
}
const READS = new Set(['findUnique', 'findUniqueOrThrow', 'findFirst', 'findFirstOrThrow', 'findMany', 'delete', 'deleteMany', 'count', 'aggregate', 'groupBy'])
const UNIQUE = new Set(['findUnique', 'findUniqueOrThrow', 'update', 'delete'])
const NUMBERS = new Set(['createMany', 'updateMany', 'deleteMany', 'count', 'aggregate', 'groupBy'])

// The extension: `client.$extends(encryption(client, { Person: { fields: { email: { key, column: 'people.email' } } } }))`.
function encryption (client, given) {
  const models = modelsOf(client, given)
  const extension = {
    name: 'strongroom',
    query: {
      $allModels: {
        async $allOperations ({ model: name, operation, args, query, __internalParams: internal }) {
          const model = models.get(name)
          const write = WRITES[operation]
          if (UNIQUE.has(operation)) uniqueOf(model, args?.where)
          if (write === undefined && !READS.has(operation)) throw refusal(`${name}.${operation} is not known, and could write or compare a value without encrypting it`)
          const written = write === undefined ? args : write(models, model, args)
          // The condition of a write was changed already, and names no encrypted field any more.
          const [asked, plan] = readOf(models, model, written)
          once(internal, models)
          try {
            const result = await query(NUMBERS.has(operation) ? { ...asked, ...pick(written, 'select') } : asked)
            return NUMBERS.has(operation) ? result : opened(result, behind(plan, internal))
          } finally {
            if (internal !== undefined) working.delete(internal)
          }
        }
      }
    }
  }
  made.set(extension, { client, models })
  return extension
}

// A client that is extended twice would encrypt ciphertexts, and look for the indexes of them.
function once (internal, models) {
  if (internal === undefined) return
  const all = working.get(internal) ?? []
  for (const other of all) {
    for (const [name, { fields }] of models) {
      for (const [field, { place }] of fields) if (other.get(name)?.fields.has(field)) throw refusal(`${place} is encrypted by two extensions of this client: extend it with one`)
    }
  }
  working.set(internal, [...all, models])
}

// `findUnique(…).orders()` asks for the row and gives back what is behind the relation alone.
const behind = (plan, internal) => (internal?.dataPath ?? []).filter((one) => one !== 'select' && one !== 'include').reduce((found, name) => found.inner.get(name) ?? found, plan)

const pick = (args, name) => args?.[name] === undefined ? {} : { [name]: args[name] }

function described (extension, name) {
  const found = made.get(extension)
  if (found === undefined) throw refusal('this takes what encryption(…) gave')
  const model = found.models.get(name)
  if (model === undefined) throw refusal(`the client has no model ${name}${native.near(String(name), [...found.models.keys()])}`)
  return { client: found.client, model }
}

// How often a plaintext was read in the place of a ciphertext, in this process.
function plaintextReads (extension, name, field) {
  const { model } = described(extension, name)
  if (!model.fields.has(field)) throw refusal(`${name}.${field} is not encrypted`)
  return model.fields.get(field).plaintextReads
}

// Brings a table under the latest versions of its keys: pages by its key, and writes a row only where it is as it was read.
async function rewrap (extension, name, options) {
  const { client, model } = described(extension, name)
  const rows = client[name[0].toLowerCase() + name.slice(1)]
  const fields = [...model.fields].map(([name, field]) => ({ field, name, index: field.index, context: field.context }))
  const names = new Set([model.id, ...fields.flatMap(({ name, index, context }) => [name, index, context])])
  names.delete(undefined)
  const select = Object.fromEntries([...names].map((one) => [one, true]))
  const orderBy = { [model.id]: 'asc' }
  return rewrapTable({
    fields,
    key: model.id,
    read: (after, take) => rows.findMany({ select, orderBy, take, ...(after !== undefined && { where: { [model.id]: { gt: after } } }) }),
    again: (ids) => rows.findMany({ select, orderBy, where: { [model.id]: { in: ids } } }),
    // One transaction a page: nothing is locked for longer.
    async write (changes) {
      const results = await client.$transaction(changes.map(({ id, same, set }) => rows.updateMany({ where: { ...same, [model.id]: id }, data: set })))
      return results.map(({ count }) => count === 1)
    }
  }, options)
}

module.exports = { encryption, plaintextReads, rewrap }
