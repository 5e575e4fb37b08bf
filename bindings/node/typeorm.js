'use strict'

// Encrypted columns for TypeORM: transformers, and a subscriber that knows the row.
const { peer } = require('./lib/fields/peer.js')
const { And, In } = peer('typeorm')
const { refusal } = require('./lib/fields/place.js')
const { rewrapTable } = require('./lib/fields/rewrap.js')
const { checkWidth, columnsOf } = require('./lib/typeorm/columns.js')
const { watch } = require('./lib/typeorm/queries.js')
const { EncryptionSubscriber } = require('./lib/typeorm/subscriber.js')
const { encrypted, rowEncrypted } = require('./lib/typeorm/transformer.js')

// From now on the data source seals and opens, fills indexes and refuses comparisons. Called once, when it is initialized.
function attach (dataSource) {
  if (!dataSource.isInitialized) throw refusal('attach takes a data source that is initialized: await dataSource.initialize() first')
  if (dataSource.subscribers.some((one) => one instanceof EncryptionSubscriber)) return dataSource
  for (const metadata of dataSource.entityMetadatas) {
    for (const one of columnsOf(metadata)) {
      checkWidth(one)
      one.transformer.attached = true
    }
  }
  dataSource.subscribers.push(new EncryptionSubscriber())
  watch(dataSource)
  return dataSource
}

// Conditions for `where`, of values: `{ email: 'ann@example.com' }` becomes a look-up in the index of email. What is not encrypted stays. A
// list of values finds rows with any of them; of a derived key, `context` is the tenant.
function matching (dataSource, entity, where, { context } = {}) {
  const metadata = dataSource.getMetadata(entity)
  const found = { ...where }
  for (const { column, field, index } of columnsOf(metadata)) {
    const value = where[column.propertyName]
    if (value === undefined) continue
    if (index === undefined) throw refusal(`${field.place} has no blind index to be found by; name its property in the option index`)
    delete found[column.propertyName]
    const values = Array.isArray(value) && field.type !== 'json' ? value : [value]
    const texts = In(values.flatMap((one) => field.indexesOf(one, context)))
    found[index.propertyName] = found[index.propertyName] === undefined ? texts : And(found[index.propertyName], texts)
  }
  return found
}

// Brings a table under the latest versions of its keys: pages by its key, and writes a row only where it is as it was read.
async function rewrap (dataSource, entity, options) {
  const metadata = dataSource.getMetadata(entity)
  const columns = columnsOf(metadata)
  const [key, ...more] = metadata.primaryColumns
  if (key === undefined || more.length > 0) throw refusal(`rewrap pages by a primary key of one column, which ${metadata.name} does not have`)
  const fields = columns.map(({ column, field, index, context }) => ({ field, name: column.databaseName, index: index?.databaseName, context: context?.databaseName }))
  const quoted = (name) => dataSource.driver.escape(name)
  const table = metadata.tablePath.split('.').map(quoted).join('.')
  const names = new Set([key.databaseName, ...fields.flatMap(({ name, index, context }) => [name, index, context])])
  names.delete(undefined)
  const mark = (at) => dataSource.driver.createParameter('p', at)
  // Some databases give names back in the letters of the table.
  const select = `SELECT ${[...names].map((name) => `${quoted(name)} AS ${quoted(name)}`).join(', ')} FROM ${table}`
  const order = `ORDER BY ${quoted(key.databaseName)}`
  // Some drivers number what is given, and some count: it is named in the order in which it stands.
  const statement = ({ id, same, set }) => {
    const values = []
    const given = (value) => mark(values.push(value) - 1)
    const fresh = Object.entries(set).map(([name, value]) => `${quoted(name)} = ${given(value)}`)
    const asRead = Object.entries(same).map(([name, old]) => old === null ? `${quoted(name)} IS NULL` : `${quoted(name)} = ${given(old)}`)
    return [`UPDATE ${table} SET ${fresh.join(', ')} WHERE ${asRead.join(' AND ')} AND ${quoted(key.databaseName)} = ${given(id)}`, values]
  }
  return rewrapTable({
    fields,
    key: key.databaseName,
    read (after, limit) {
      const from = after === undefined ? '' : ` WHERE ${quoted(key.databaseName)} > ${mark(0)}`
      return dataSource.query(`${select}${from} ${order} LIMIT ${limit}`, after === undefined ? [] : [after])
    },
    again: (ids) => dataSource.query(`${select} WHERE ${quoted(key.databaseName)} IN (${ids.map((_, at) => mark(at)).join(', ')}) ${order}`, ids),
    // One transaction a page: nothing is locked for longer.
    write: (changes) => dataSource.transaction(async ({ queryRunner }) => {
      const written = []
      for (const change of changes) {
        const { affected } = await queryRunner.query(...statement(change), true)
        written.push(affected === 1)
      }
      return written
    })
  }, options)
}

module.exports = { attach, encrypted, matching, rewrap, rowEncrypted }
