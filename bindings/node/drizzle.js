'use strict'

// Encrypted columns for Drizzle ORM, of any of its databases: `customType` is given by whoever defines the table, so that nothing of Drizzle's
// but what is the same for all databases is loaded here.
const { peer } = require('./lib/fields/peer.js')
const { entityKind, getTableColumns, gt, inArray, is, isNotNull, isNull, notInArray, Column, SQL, Table, sql } = peer('drizzle-orm')
const { OURS, allow, guard } = require('./lib/drizzle/guard.js')
const { native } = require('./lib/native.js')
const { Field } = require('./lib/fields/field.js')
const { fieldOptions } = require('./lib/fields/options.js')
const { refusal } = require('./lib/fields/place.js')
const { rewrapTable } = require('./lib/fields/rewrap.js')

// As Drizzle marks an alias of a table.
const IS_ALIAS = Symbol.for('drizzle:IsAlias')

// A value that the index column beside it was made of too, and an index.
class WithIndex {
  #value

  constructor (value) {
    this.#value = value
  }

  static value (of) {
    return of.#value
  }
}

class Index {
  constructor (text) {
    this.text = text
  }
}

// A column whose values are encrypted, bound to the column: `encrypted(customType, options)(name)`.
function encrypted (customType, given) {
  const options = fieldOptions(given)
  const field = new Field(options, false)
  let binary
  const make = custom(customType, {
    dataType: () => field.binary ? binary : 'text',
    toDriver (value) {
      // Relational queries compare by columns of an alias, to which nothing is written.
      if (this.table[IS_ALIAS]) refused(this[OURS])
      if (value instanceof WithIndex) return field.write(WithIndex.value(value))
      if (field.index !== undefined) throw refusal(`${field.place} has a blind index: write withIndexes(table, row), which makes the index too`)
      return field.write(value)
    },
    fromDriver: (stored) => field.open(stored)
  })
  return (...name) => {
    const builder = make(...name)
    // PostgreSQL has no type `blob`.
    binary = builder.constructor[entityKind].startsWith('Pg') ? 'bytea' : 'blob'
    return watched(builder, { field })
  }
}

function custom (customType, how) {
  const make = typeof customType === 'function' ? customType(how) : undefined
  if (typeof make !== 'function') throw refusal('encrypted and blindIndex take customType of your database, such as that of drizzle-orm/pg-core, in the place of a type such as text')
  return make
}

// The column beside it by which rows are found: `blindIndex(customType)(name)`. Its values are made by `withIndexes` alone.
function blindIndex (customType) {
  const make = custom(customType, {
    dataType: () => 'text',
    toDriver (value) {
      if (!(value instanceof Index)) throw refusal('a blind index is written by withIndexes(table, row) and searched by matches(column, value)')
      return value.text
    }
  })
  return (...name) => watched(make(...name), { index: true })
}

// What the builder makes is two columns: one that rows are written and read by, in the table's list of columns, and one that is the table's
// property, by which people compare. A random ciphertext equals nothing, so the latter refuses.
function watched (builder, ours) {
  let property
  const { setName, build } = builder
  builder.setName = function (name) {
    property = name
    return setName.call(this, name)
  }
  builder.build = function (table) {
    const column = build.call(this, table)
    if (column.default !== undefined) throw refusal(`${described(column)}: a default stands in the database in the clear; use $defaultFn`)
    if (ours.field && (column.isUnique || column.primary)) throw refusal(`${ours.field.place} is encrypted, and cannot be unique or a primary key: no ciphertext equals another; make its blind index unique`)
    const about = { ...ours, property }
    column[OURS] = about
    const compared = Object.create(column, { mapToDriverValue: { value: () => refused(about) } })
    if (ours.field) Object.defineProperty(table, property, { get: () => compared, set () {}, enumerable: true, configurable: true })
    return column
  }
  return builder
}

const described = (column) => `the column ${column.name}`

function refused ({ field }) {
  const instead = field.index === undefined ? 'give it a blind index to find rows by it' : 'use matches(column, value)'
  throw refusal(`${field.place} is encrypted, and no ciphertext equals another: ${instead}; matches, isNull and isNotNull are all that it is compared by`)
}

function about (column) {
  const ours = is(column, Column) ? column[OURS] : undefined
  if (ours?.field === undefined) throw refusal('matches takes a column that encrypted(…) made')
  return ours
}

// A row, or several, with the indexes of what it has beside the values. For `insert().values(…)`, `update().set(…)` and `onConflictDoUpdate`.
function withIndexes (table, rows) {
  if (!is(table, Table) || typeof rows !== 'object' || rows === null) throw refusal('withIndexes takes the table, and then a row or an array of rows')
  if (Array.isArray(rows)) return rows.map((row) => withIndexes(table, row))
  const made = { ...rows }
  const columns = getTableColumns(table)
  const names = Object.keys(columns)
  // Drizzle would leave it out without a word.
  for (const name of Object.keys(rows)) if (rows[name] !== undefined && !names.includes(name)) throw refusal(`the table has no column ${name}${native.near(name, names)}`)
  for (const name of names) {
    const field = columns[name][OURS]?.field
    const value = Object.hasOwn(rows, name) ? rows[name] : undefined
    if (field?.index === undefined || value === undefined || value instanceof WithIndex) continue
    checkIndex(columns, field)
    if (is(value, SQL)) throw refusal(`${field.place} has a blind index, which no expression of SQL makes`)
    made[name] = value === null ? null : new WithIndex(value)
    const text = value === null ? null : field.indexOf(value)
    made[field.index] = text === null ? null : new Index(text)
  }
  return made
}

function checkIndex (columns, field) {
  if (!columns[field.index]?.[OURS]?.index) throw refusal(`${field.place}: the option index names ${field.index}, and the table has no column of this name that blindIndex(…) made`)
}

function indexColumn (column) {
  const { field } = about(column)
  if (field.index === undefined) throw refusal(`${field.place} has no blind index to be found by; name its property in the option index`)
  checkIndex(getTableColumns(column.table), field)
  return { field, index: column.table[field.index] }
}

// Rows whose value equals one, or one of several, also those written before a rotation. `null` is asked for by `isNull`.
function matches (column, value) {
  const { field, index } = indexColumn(column)
  return inArray(index, indexes(field, Array.isArray(value) && field.type !== 'json' ? value : [value]))
}

// The others, but for those without a value.
function differs (column, value) {
  const { field, index } = indexColumn(column)
  const values = Array.isArray(value) && field.type !== 'json' ? value : [value]
  const texts = indexes(field, values)
  // Other than an empty text, which has no index, is what has one.
  return values.length > 0 && texts.length === 0 ? isNotNull(index) : notInArray(index, texts)
}

const indexes = (field, values) => values.flatMap((value) => field.indexesOf(value).map((text) => new Index(text)))

// How often a plaintext was read in the place of a ciphertext, in this process.
const plaintextReads = (column) => about(column).field.plaintextReads

// Brings a table under the latest versions of its keys: pages by its key, and writes a row only where it is as it was read.
async function rewrap (db, table, options) {
  if (typeof db?.select !== 'function' || !is(table, Table)) throw refusal('rewrap takes the database, and then the table')
  const columns = getTableColumns(table)
  const keys = Object.entries(columns).filter(([, column]) => column.primary)
  if (keys.length !== 1) throw refusal('rewrap pages by a primary key of one column, which this table does not have')
  const [[keyName, key]] = keys
  const fields = []
  for (const [name, column] of Object.entries(columns)) {
    const field = column[OURS]?.field
    if (field === undefined) continue
    if (field.index !== undefined) checkIndex(columns, field)
    fields.push({ field, name, index: field.index })
  }
  const names = fields.flatMap(({ name, index }) => index === undefined ? [name] : [name, index])
  const raw = Object.fromEntries([[keyName, key], ...names.map((name) => [name, sql`${columns[name]}`])])
  const page = (where, limit) => db.select(raw).from(table).where(where).orderBy(key).limit(limit)
  const update = (db, { id, same, set }) => {
    const fresh = Object.fromEntries(Object.entries(set).map(([name, value]) => [name, allow(sql`${value}`)]))
    const asRead = Object.entries(same).map(([name, old]) => old === null ? isNull(columns[name]) : sql`${columns[name]} = ${old}`)
    const where = allow(sql.join([sql`${key} = ${sql.param(id, key)}`, ...asRead], sql` and `))
    return db.update(table).set(fresh).where(where).returning({ [keyName]: key })
  }
  return rewrapTable({
    fields,
    key: keyName,
    read: (after, limit) => page(after === undefined ? undefined : gt(key, after), limit),
    again: (ids) => page(inArray(key, ids), ids.length),
    // One transaction a page: nothing is locked for longer.
    async write (rows) {
      // The driver of better-sqlite3 is synchronous, and so is its transaction.
      if (db.resultKind === 'sync') return db.transaction((tx) => rows.map((row) => update(tx, row).all().length === 1))
      return db.transaction(async (tx) => {
        const written = []
        for (const row of rows) written.push((await update(tx, row)).length === 1)
        return written
      })
    }
  }, options)
}

module.exports = { blindIndex, differs, encrypted, matches, plaintextReads, refuseComparisons: guard, rewrap, withIndexes }
