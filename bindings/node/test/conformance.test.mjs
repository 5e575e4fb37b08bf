import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { bytes, codeOf, expected, file, folder, Keyring, run, Seal, seal, spoken, store } from './vectors.mjs'

test('keyrings open and their cases hold', (t) => {
  let [ran, notNative] = [0, 0]
  const wrong = []
  for (const keyring of file('keyrings.json').keyrings) {
    const path = store(t, keyring.documents)
    for (const one of keyring.seals) {
      const ring = Keyring.openSync(path, { seal: seal(one) })
      assert.equal(ring.id, keyring.keyring_id)
      for (const key of keyring.keys) {
        if (key.deleted) assert.equal(codeOf(() => ring.key(key.name)), 'key_not_found')
        for (const each of key.cases ?? []) {
          try {
            if (run(ring, key.name, each) === expected(each)) ran++
            else wrong.push(`${each.id}: another result`)
          } catch (error) {
            // Transit lets any version encrypt while no minimum is set; the native view does not.
            if (error.code === 'version_not_allowed') notNative++
            // The second convergent rule is for reading: the cases say how a text of it was made.
            else if (error.code === 'invalid_option' && key.name.includes('-rule2-') && each.op === 'encrypt') notNative++
            else wrong.push(`${each.id}: ${error.code ?? error}`)
          }
        }
      }
      ring.close()
    }
  }
  assert.deepEqual(wrong, [])
  assert.ok(ran >= 400 && notNative <= 40, `${ran} ${notNative}`)
})

const openedByText = (t, text, key) => {
  const path = folder(t)
  const keyFile = join(path, 'sealing.key')
  writeFileSync(keyFile, text, { mode: 0o600 })
  Keyring.createSync(join(path, 'ring'), { seal: Seal.rootKey(key) })
  Keyring.openSync(join(path, 'ring'), { seal: Seal.rootKeyFile(keyFile) }).close()
}

test('what must be refused is refused', (t) => {
  const refusals = file('refusals.json')
  const keyrings = new Map(file('keyrings.json').keyrings.map((keyring) => [keyring.id, keyring]))
  const wrong = []
  const judge = (one, call) => {
    const code = codeOf(call)
    if (code !== one.error) wrong.push(`${one.id}: ${code} instead of ${one.error}`)
  }
  const rings = new Map()
  for (const one of refusals.operations) {
    const keyring = keyrings.get(one.keyring)
    if (!rings.has(keyring)) rings.set(keyring, Keyring.openSync(store(t, keyring.documents), { seal: seal(keyring.seals[0]) }))
    judge(one, () => run(rings.get(keyring), one.key, one))
  }
  for (const one of refusals.documents) {
    const keyring = keyrings.get(one.keyring)
    const ring = Keyring.openSync(store(t, keyring.documents, one.documents), { seal: seal(keyring.seals[0]) })
    judge(one, () => ring.key(one.key))
  }
  for (const one of refusals.roots) judge(one, () => Keyring.openSync(store(t, one.documents), { seal: seal(one.seal) }))
  for (const one of refusals.root_keys) judge(one, () => openedByText(t, one.text, Buffer.alloc(32, '0102', 'hex')))
  for (const one of refusals.backups) judge(one, () => Keyring.inMemory().restoreKey(bytes(one.backup), seal(one.seal), 'restored'))
  for (const one of refusals.key_names) judge(one, () => Keyring.inMemory().createKey(one.name))
  assert.deepEqual(wrong, [])
  for (const [set, floor] of Object.entries({ operations: 323, documents: 282, roots: 120, root_keys: 31, backups: 39, key_names: 28 })) {
    assert.ok(refusals[set].length >= floor, set)
  }
})

test('the neighbours of what is refused are taken', (t) => {
  const { accepted } = file('refusals.json')
  const keyrings = new Map(file('keyrings.json').keyrings.map((keyring) => [keyring.id, keyring]))
  for (const one of accepted.operations) {
    const keyring = keyrings.get(one.keyring)
    const ring = Keyring.openSync(store(t, keyring.documents), { seal: seal(keyring.seals[0]) })
    assert.equal(run(ring, one.key, one), expected(one), one.id)
  }
  for (const one of accepted.roots) {
    const ring = Keyring.openSync(store(t, one.documents), { seal: seal(one.seal) })
    assert.equal(ring.id, one.keyring_id ?? keyrings.get(one.keyring).keyring_id, one.id)
  }
  for (const one of accepted.documents) {
    const keyring = keyrings.get(one.keyring)
    Keyring.openSync(store(t, keyring.documents, one.documents), { seal: seal(keyring.seals[0]) }).key(one.key)
  }
  for (const one of accepted.root_keys) assert.equal(codeOf(() => openedByText(t, one.text, bytes(one.key))), undefined, one.id)
  for (const one of accepted.key_names) assert.equal(codeOf(() => Keyring.inMemory().createKey(one.name)), undefined, one.id)
  for (const one of accepted.backups) assert.equal(codeOf(() => Keyring.inMemory().restoreKey(bytes(one.backup), seal(one.seal))), undefined, one.id)
  for (const [set, floor] of Object.entries({ operations: 2, roots: 16, documents: 15, root_keys: 18, key_names: 17, backups: 1 })) {
    assert.ok(accepted[set].length >= floor, set)
  }
})

test('backups restore and their cases hold', () => {
  let ran = 0
  for (const backup of file('backups.json').backups) {
    const ring = Keyring.inMemory()
    ring.restoreKey(bytes(backup.backup), seal(backup.seal))
    for (const one of backup.key.cases) {
      assert.equal(run(ring, backup.key.name, one), expected(one), one.id)
      ran++
    }
  }
  assert.ok(ran >= 15, `${ran}`)
})

const text = (value) => typeof value === 'string' ? value : spoken(value).toString('utf8')

// A lone surrogate as its three bytes; `undefined` for bytes that no string has.
function wtf8 (hex) {
  const [a, b, c] = bytes(hex)
  if (bytes(hex).length === 3 && a === 0xED && b >= 0xA0) return String.fromCharCode((a & 15) << 12 | (b & 63) << 6 | c & 63)
  const read = bytes(hex).toString('utf8')
  return Buffer.from(read).equals(bytes(hex)) ? read : undefined
}

test('maps have their encodings, as Map and as a plain object', () => {
  const maps = file('maps.json')
  const key = Keyring.inMemory().createKey('k', { keyType: 'aes256-gcm96', derived: true })
  let [taken, refused, unspeakable] = [0, 0, 0]
  for (const one of maps.maps) {
    const pairs = one.pairs.map((pair) => pair.map(text))
    let encoding = one.encoding && bytes(one.encoding)
    if (encoding === undefined) {
      // Where the file holds only a digest, the encoding is written here: two bytes of count, then one pair.
      const part = (text) => [Buffer.from([Buffer.byteLength(text) >> 8, Buffer.byteLength(text) & 255]), Buffer.from(text)]
      assert.equal(pairs.length, 1)
      encoding = Buffer.concat([Buffer.from([0, 1]), ...pairs[0].flatMap(part)])
      assert.equal(createHash('sha256').update(encoding).digest('hex'), one.encoding_sha256)
    }
    for (const map of [new Map(pairs), Object.fromEntries(pairs)]) {
      // A Transit type takes both raw, so the map and its bytes are the same to it.
      const sealed = key.encrypt('m', { context: map, aad: map })
      assert.equal(key.decrypt(sealed, { context: encoding, aad: encoding }).toString(), 'm', one.id)
    }
    taken++
  }
  for (const one of maps.refused) {
    const pairs = (one.pairs ?? one.pairs_hex).map((pair) => pair.map(one.pairs ? text : wtf8))
    const map = new Map(pairs)
    if (map.size < pairs.length || pairs.flat().includes(undefined)) {
      unspeakable++
      continue
    }
    assert.equal(codeOf(() => key.encrypt('m', { context: map })), one.error, one.id)
    assert.equal(codeOf(() => key.encrypt('m', { context: 'c', aad: map })), one.error_as_aad, one.id)
    refused++
  }
  assert.ok(taken >= 19 && refused >= 6 && unspeakable >= 3, `${taken} ${refused} ${unspeakable}`)
})
