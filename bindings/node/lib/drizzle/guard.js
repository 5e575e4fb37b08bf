'use strict'

// Refuses what no column is told of: that it is compared by `like` or an expression of SQL, and that rows are sorted or grouped by it. It looks at the
// parts of each query that a database builds.
const { peer } = require('../fields/peer.js')
const { Column, SQL, StringChunk, is } = peer('drizzle-orm')
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
  for (const name of ['buildSelectQuery', 'buildUpdateQuery', 'buildDeleteQuery']) {
    const build = dialect[name]
    dialect[name] = function (asked) {
      look(asked)
      return build.call(this, asked)
    }
  }
  guarded.add(dialect)
  return db
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
