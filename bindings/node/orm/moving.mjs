// A table of plaintext becomes one of ciphertexts while another process reads and writes it.
import assert from 'node:assert/strict'
import { beside, keyring } from './world.mjs'

const ROWS = 300

// `rewrap(key)` does it; the table has been made.
export async function movedOver (orm, database, rewrap) {
  const { ring, path } = await keyring()
  const key = ring.createKey('people')
  for (let row = 0; row < ROWS; row++) await database.ask('INSERT INTO people (id, email) VALUES (?, ?)', `p${row}`, `Moved@p${row}`)
  const { file, url, schema, client } = database
  const other = await beside('program.mjs', orm, database.kind, JSON.stringify({ file, url, schema, client }), path, ROWS)
  const done = { encrypted: 0, contended: 0 }
  for (let again = 0; again < 5; again++) {
    await other.works()
    const { rows, encrypted, contended } = await rewrap(key)
    assert.equal(rows, ROWS)
    done.encrypted += encrypted
    done.contended += contended
  }
  const { reads, last } = await other.end()
  const after = await rewrap(key)
  assert.deepEqual([after.encrypted, after.rewrapped, after.reindexed, after.contended], [0, 0, 0, 0])
  // Each row was encrypted by one of them.
  assert.ok(reads >= 100 && done.encrypted > 0 && done.encrypted <= ROWS, JSON.stringify({ reads, ...done }))
  for (const { id, email, email_index: index } of await database.ask('SELECT id, email, email_index FROM people')) {
    const value = last[id] ?? `Moved@${id}`
    const aads = [{ column: 'people.email' }, { column: 'people.email', row: id }]
    assert.ok(aads.some((aad) => opens(key, email, aad) === value), id)
    assert.equal(index, key.index(value, { name: 'people.email', normalize: 'email' }))
  }
}

function opens (key, ciphertext, aad) {
  try {
    return key.decrypt(ciphertext, { aad }).toString()
  } catch {
    return undefined
  }
}
