'use strict'

// Refuses what no column is told of: that it is compared by `like` or an expression of SQL, that rows are sorted or grouped by it, and that an expression
// is written to it. It looks at the parts of each query that a database builds.
const { peer } = require('../fields/peer.js')
const { Column, Name, Param, Placeholder, SQL, StringChunk, getTableColumns, is } = peer('drizzle-orm')
const { refusal } = require('../fields/place.js')

// What a column is for us: on the columns themselves, since an alias of a table hands out proxies of them.
const OURS = Symbol('strongroom')
// Conditions of our own.
const allowed = new WeakSet()
const guarded = new WeakSet()

const NULLS = /^\s*is (?:not )?null/i

function guard (db) {
  const { dialect } = db
  if (dialect === undefined) throw refusal('refuseComparisons takes what drizzle(…) gave')
  if (guarded.has(dialect)) return db
  for (const [name, check] of Object.entries(CHECKS)) {
    const build = dialect[name]
    dialect[name] = function (...all) {
      check(...all)
      return build.apply(this, all)
    }
  }
  guarded.add(dialect)
  return counting(db)
}

// Counts are not built by the dialect, and a transaction counts too.
function counting (db) {
  const { $count, transaction } = db
  db.$count = function (source, filters) {
    compared([filters], 'a comparison')
    return $count.call(this, source, filters)
  }
  db.transaction = function (work, ...more) {
    return transaction.call(this, (tx) => work(counting(tx)), ...more)
  }
  return db
}

const CHECKS = {
  buildSelectQuery (asked) {
    look(asked)
    Object.values(asked.fields).forEach(shown)
  },
  buildUpdateQuery: changed,
  buildDeleteQuery: changed,
  buildInsertQuery ({ table, values, select, returning }) {
    if (!select) for (const [name, field] of encryptedOf(table)) for (const row of values) expression(field, row[name])
    returning?.forEach((one) => shown(one.field))
  },
  // Of an update, and of a conflict.
  buildUpdateSet (table, set) {
    if (Object.values(set).some((value) => allowed.has(value))) return
    for (const [name, field] of encryptedOf(table)) {
      expression(field, set[name])
      if (field.index !== undefined && (set[name] === undefined) !== (set[field.index] === undefined)) throw refusal(`${field.place} and its blind index are written together: withIndexes(table, row) makes both`)
    }
  }
}

function changed (asked) {
  look(asked)
  asked.returning?.forEach(({ field }) => shown(field))
}

const encryptedOf = (table) => Object.entries(getTableColumns(table)).map(([name, column]) => [name, column[OURS]?.field]).filter(([, field]) => field !== undefined)

// What is written has to be a value. A ciphertext of the same column, such as `excluded.email`, is one already.
function expression (field, value) {
  if (!is(value, SQL) && !is(value, Column)) return
  if (!parts(value).every((one) => is(one, StringChunk) || is(one, Name) || one?.[OURS]?.field === field)) throw refusal(`${field.place} is encrypted, which no expression of SQL does: write a value`)
}

// A column may be shown and measured, and beside a value it is compared.
function shown (part) {
  const all = parts(part)
  const field = all.find((one) => is(one, Column) && one[OURS]?.field !== undefined)?.[OURS].field
  if (field !== undefined && all.some((one) => typeof one !== 'object' || is(one, Param) || is(one, Placeholder))) throw refusal(`${field.place} is encrypted, and an expression with a value goes by the ciphertext: matches and differs ask its blind index`)
}

function parts (part) {
  if (Array.isArray(part)) return part.flatMap(parts)
  if (is(part, SQL)) return allowed.has(part) ? [] : parts(part.queryChunks)
  if (is(part, SQL.Aliased)) return parts(part.sql)
  return part === undefined || part === null ? [] : [part]
}

function look ({ where, having, orderBy, groupBy, joins, distinct, setOperators }) {
  compared([where, having], 'a comparison')
  compared(joins?.map(({ on }) => on) ?? [], 'a join')
  compared([orderBy, setOperators?.map((one) => one.orderBy)], 'orderBy')
  compared([groupBy, distinct?.on], 'groupBy')
}

function compared (parts, what) {
  const flat = []
  flatten(parts, flat)
  for (let at = 0; at < flat.length; at++) {
    const field = flat[at]
    if (typeof field === 'string' || (typeof flat[at + 1] === 'string' && NULLS.test(flat[at + 1]))) continue
    throw refusal(`${field.place} is encrypted, and ${what} goes by an order or equality that ciphertexts do not have: matches and differs ask its blind index, and isNull and isNotNull whether there is a value`)
  }
}

// Encrypted columns, as their fields, and the text between, in their order.
function flatten (part, flat) {
  if (Array.isArray(part)) for (const one of part) flatten(one, flat)
  else if (is(part, StringChunk)) flat.push(part.value.join(''))
  else if (is(part, Column)) {
    if (part[OURS]?.field !== undefined) flat.push(part[OURS].field)
  } else if (is(part, SQL) && !allowed.has(part)) flatten(part.queryChunks, flat)
  else if (is(part, SQL.Aliased)) flatten(part.sql, flat)
}

// A condition that may compare.
function allow (condition) {
  allowed.add(condition)
  return condition
}

module.exports = { OURS, allow, guard }
