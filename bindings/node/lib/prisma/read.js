'use strict'

// What is read: the key of each row is selected with it, and taken off again where nobody asked for it.
const { isObject, unnamed, whereOf } = require('./where.js')

// The arguments of a read, and how its rows are opened. What is added to be able to open them is in `added`.
function readOf (models, model, args) {
  const made = { ...args }
  if (args?.where !== undefined) made.where = whereOf(models, model, args.where)
  for (const what of ['orderBy', 'distinct', 'cursor', 'by', '_min', '_max', 'having']) unnamed(models, model, args?.[what], what)
  const plan = { model, added: [], opened: [], inner: new Map() }
  for (const chosen of ['select', 'include']) {
    if (isObject(args?.[chosen])) made[chosen] = chosenOf(models, model, args[chosen], plan)
  }
  for (const [name, field] of model.fields) {
    if (isObject(args?.select) ? args.select[name] !== true : isOmitted(model, args?.omit, name)) continue
    plan.opened.push(name)
    for (const needed of [model.id, field.context]) need(made, args, needed, plan)
  }
  return [made, plan]
}

// By the arguments, or by what the client was told for all of them.
const isOmitted = (model, omit, name) => omit?.[name] ?? model.omit[name] ?? false

function chosenOf (models, model, chosen, plan) {
  const made = { ...chosen }
  for (const [name, said] of Object.entries(chosen)) {
    if (name === '_count' && isObject(said?.select)) made._count = { ...said, select: counted(models, model, said.select) }
    if (!model.relations.has(name) || !said) continue
    const [args, inner] = readOf(models, models.get(model.relations.get(name)), said === true ? {} : said)
    plan.inner.set(name, inner)
    made[name] = Object.keys(args).length === 0 ? true : args
  }
  return made
}

function counted (models, model, chosen) {
  return Object.fromEntries(Object.entries(chosen).map(([name, said]) => {
    if (!isObject(said) || said.where === undefined) return [name, said]
    return [name, { ...said, where: whereOf(models, models.get(model.relations.get(name)), said.where) }]
  }))
}

function need (made, args, name, plan) {
  if (name === undefined) return
  if (isObject(args?.select)) {
    if (made.select[name] === true) return
    made.select = { ...made.select, [name]: true }
    plan.added.push(name)
  } else if (isOmitted(plan.model, made.omit, name)) {
    made.omit = { ...made.omit, [name]: false }
    plan.added.push(name)
  }
}

// Opens the rows of a result in place, those of each field in one batch.
function opened (result, plan) {
  const rows = new Map()
  collect(result, plan, rows)
  for (const [{ model, opened }, found] of rows) {
    const ids = found.map((row) => row[model.id])
    for (const name of opened) {
      const field = model.fields.get(name)
      const contexts = field.context === undefined ? undefined : found.map((row) => row[field.context])
      const values = field.openAll(found.map((row) => row[name]), ids, contexts)
      for (let at = 0; at < found.length; at++) found[at][name] = values[at]
    }
  }
  for (const [{ added }, found] of rows) for (const name of added) for (const row of found) delete row[name]
  return result
}

function collect (result, plan, rows) {
  if (Array.isArray(result)) {
    for (const one of result) collect(one, plan, rows)
    return
  }
  if (!isObject(result)) return
  const found = rows.get(plan)
  if (found === undefined) rows.set(plan, [result])
  else found.push(result)
  for (const [name, inner] of plan.inner) collect(result[name], inner, rows)
}

module.exports = { opened, readOf }
