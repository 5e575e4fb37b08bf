'use strict'

// Goes through a table and brings every cell under the latest version of its key. Each adapter says how a page is read and how a row is written:
// only where it is as it was read, so that what somebody else wrote meanwhile is never overwritten.
const { native } = require('../native.js')
const { StrongroomError } = require('../error.js')
const { Refused, named, refusal } = require('./place.js')

const KNOWN = ['batchSize', 'encryptPlaintext', 'dryRun', 'after', 'onBatch']
// How often a row is looked at again that others write all the time.
const ROUNDS = 20

// `table` has `fields` ({ field, name, index, context }) and `key`, which say the names of columns, `read(after, limit)` and `again(ids)`, which give rows with
// what is stored, and `write(changes)`, which says of each whether it was written.
async function rewrapTable (table, given = {}) {
  for (const name of Object.keys(given)) {
    if (!KNOWN.includes(name)) throw refusal(`there is no option ${name}${native.near(name, KNOWN)}; rewrap has ${KNOWN.join(', ')}`)
  }
  const { batchSize = 500, encryptPlaintext = false, dryRun = false, onBatch, after } = { __proto__: null, ...given }
  if (!Number.isSafeInteger(batchSize) || batchSize < 1 || batchSize > 10_000) throw refusal('the option batchSize must be a whole number from 1 to 10,000')
  if (table.fields.length === 0) throw refusal('there is nothing to rewrap: the table has no encrypted column')
  // What is encrypted now would go on being written in the clear beside it.
  for (const { field } of encryptPlaintext ? table.fields : []) if (field.writePlaintext) throw refusal(`${field.place} writes plaintext: take writePlaintext away first, and encrypt what is still there when that is deployed`)
  const done = { rows: 0, rewrapped: 0, encrypted: 0, reindexed: 0, plaintext: 0, contended: 0, last: after }
  for (;;) {
    let rows = await table.read(done.last, batchSize)
    if (rows.length === 0) return done
    const last = rows[rows.length - 1][table.key]
    done.rows += rows.length
    for (let round = 0; rows.length > 0; round++) {
      const changes = dryRun ? look(table, rows, encryptPlaintext, done) : changed(table, rows, encryptPlaintext, round === 0 ? done : undefined)
      if (changes.length === 0) break
      const written = await table.write(changes)
      for (let at = 0; at < changes.length; at++) if (written[at]) for (const what of changes[at].counts) done[what]++
      const lost = changes.filter((_, at) => !written[at]).map(({ id }) => id)
      if (lost.length === 0) break
      if (round === ROUNDS) {
        done.contended += lost.length
        break
      }
      rows = await table.again(lost)
    }
    done.last = last
    if (onBatch !== undefined) await onBatch({ ...done })
  }
}

// What would be changed, by how cells look. Nothing is opened and nothing written.
function look (table, rows, encryptPlaintext, done) {
  for (const row of rows) {
    for (const { field, name, index } of table.fields) {
      const stored = row[name]
      if (stored === null) continue
      if (!field.isCiphertext(stored, row[table.key])) {
        if (encryptPlaintext && !field.allowPlaintext) throw planted(field, row[table.key])
        done[encryptPlaintext ? 'encrypted' : 'plaintext']++
      } else if (field.needsRewrap(stored)) done.rewrapped++
      if (index !== undefined && isOld(field, row[index])) done.reindexed++
    }
  }
  return []
}

function isOld (field, index) {
  if (index === null) return true
  try {
    return field.needsReindex(index)
  } catch (error) {
    // No index stands there.
    if (error instanceof StrongroomError && error.code === 'malformed') return true
    throw error
  }
}

// The rows that have to be written, each with what it has to be as and what it becomes. Those that are looked at again were counted before.
function changed (table, rows, encryptPlaintext, done) {
  const changes = rows.map((row) => ({ id: row[table.key], same: {}, set: {}, counts: [] }))
  const ids = rows.map((row) => row[table.key])
  for (const { field, name, index, context } of table.fields) {
    const contexts = context === undefined ? undefined : rows.map((row) => row[context])
    const plain = rows.map((row) => row[name] !== null && !field.isCiphertext(row[name], row[table.key]))
    const fresh = field.rewrapAll(rows.map((row, at) => plain[at] ? null : row[name]), ids, contexts)
    for (let at = 0; at < rows.length; at++) {
      const stored = rows[at][name]
      if (stored === null) continue
      const change = changes[at]
      if (plain[at]) {
        if (!encryptPlaintext) {
          if (!field.allowPlaintext) throw plaintextLeft(field, ids[at])
          if (done !== undefined) done.plaintext++
          continue
        }
        if (!field.allowPlaintext) throw planted(field, ids[at])
        set(change, name, stored, field.seal(field.decodePlaintext(stored, ids[at]), ids[at], contexts?.[at]))
        change.counts.push('encrypted')
      } else if (!equal(fresh[at], stored)) {
        set(change, name, stored, fresh[at])
        change.counts.push('rewrapped')
      }
      if (index !== undefined) reindex(field, name, index, rows[at], plain[at], change, contexts?.[at])
    }
  }
  return changes.filter(({ counts }) => counts.length > 0)
}

function reindex (field, name, index, row, plain, change, context) {
  if (!plain && !isOld(field, row[index])) return
  const value = plain ? field.decodePlaintext(row[name], change.id) : field.open(row[name], change.id, context)
  const fresh = field.indexOf(value, context)
  // A version is not written with before every process knows of it.
  if (fresh === row[index]) return
  set(change, index, row[index], fresh)
  // The index is of this value and of no other.
  change.same[name] = row[name]
  change.counts.push('reindexed')
}

function set (change, name, old, fresh) {
  change.same[name] = old
  change.set[name] = fresh
}

const equal = (one, other) => typeof one === 'string' ? one === other : Buffer.compare(one, other) === 0

const plaintextLeft = (field, row) => named(new Refused('holds a plaintext: encryptPlaintext: true encrypts it in a column that says allowPlaintext: true, which leaves it without'), field.place, row)

// Encrypted, it would be as genuine as what the program wrote.
const planted = (field, row) => named(new Refused('holds a plaintext, and encryptPlaintext moves over columns with allowPlaintext: true alone: somebody else may have put it there'), field.place, row)

module.exports = { rewrapTable }
