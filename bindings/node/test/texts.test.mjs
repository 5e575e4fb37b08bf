// Indexes, tokens and keys of APIs as an independent program made them from docs/formats.md, and what must be refused as such.
// No keyring here has another clock than the machine's: cases of tokens hold as they are until 2030, and for good by what is said of their times.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiKey } from '../index.mjs'
import { bytes, file, Keyring } from './vectors.mjs'

const vectors = (...names) => names.flatMap((name) => file(name).vectors)

const outcome = (call) => {
  try {
    return call()
  } catch (error) {
    if (error.code === undefined) throw error
    return error.code
  }
}

// A context or aad as one would write it here; `undefined` for none.
function spoken (kind, encoded) {
  const data = bytes(encoded)
  if (kind === 0) return undefined
  if (kind === 1) return data
  const parts = []
  for (let [at, left] = [2, 2 * data.readUInt16BE(0)]; left > 0; left--) {
    const end = at + 2 + data.readUInt16BE(at)
    parts.push(data.toString('utf8', at + 2, end))
    at = end
  }
  return new Map(Array.from({ length: parts.length / 2 }, (_, index) => [parts[2 * index], parts[2 * index + 1]]))
}

// A key of which this version has the secret as its HMAC key.
function keyed (secret, version) {
  const own = Keyring.inMemory()
  const secrets = [...Array.from({ length: version - 1 }, (_, index) => Buffer.alloc(secret.length / 2, Buffer.of(index + 1, 0))), bytes(secret)]
  const key = own.importKey('keyed', secrets[0], secret.length === 64 ? 'hmac' : { keyType: 'hmac', keySize: secret.length / 2 })
  for (const later of secrets.slice(1)) key.importVersion(later)
  return key
}

// A derived key of which this version has the secret as its HMAC key, which a backup of Transit says.
function tenants (secret, version) {
  const made = Keyring.inMemory().createKey('tenants', { keyType: 'aes256-gcm96', derived: true, exportable: true, allowPlaintextBackup: true })
  for (let known = 1; known < version; known++) made.rotate()
  const backup = JSON.parse(Buffer.from(made.backupTransit('vault', { exposeSecretMaterial: true }).toString(), 'base64').toString())
  for (const stored of [backup.policy.keys[version], backup.archived_keys.keys[version]]) stored.hmac_key = bytes(secret).toString('base64')
  return Keyring.inMemory().restoreTransit(Buffer.from(JSON.stringify(backup)).toString('base64'))
}

// Everything that is made of a value.
function index (key, { form, value, lengths, n, name, bits, normalize, version }) {
  const [said, given] = [{ name, bits, normalize, version }, bytes(value)]
  if (form === 'whole') {
    const made = [key.index(given, said), key.indexBinary(given, said).toString('hex')]
    assert.deepEqual(key.indexBatch([given, given.toString()], said), [made[0], made[0]])
    assert.equal(key.indexBinaryBatch([given], said)[0].toString('hex'), made[1])
    assert.ok(key.indexes(given, said).includes(made[0]) && key.indexesBatch([given], said)[0].includes(made[0]))
    assert.ok([...key.indexesBinary(given, said), ...key.indexesBinaryBatch([given], said)[0]].filter((found) => found.toString('hex') === made[1]).length === 2)
    return made
  }
  const hex = (binaries) => binaries.map((binary) => binary.toString('hex'))
  if (form === 'prefix') return [key.indexPrefixes(given, lengths, said), hex(key.indexPrefixesBinary(given, lengths, said))]
  return [key.indexNgrams(given, n, said), hex(key.indexNgramsBinary(given, n, said))]
}

test('indexes are those of the independent program', () => {
  const keys = new Map()
  const ran = { whole: 0, prefix: 0, ngram: 0, error: 0, parse: 0 }
  const some = keyed('0701'.repeat(16), 1)
  for (const one of vectors('index.json', 'second/index.json')) {
    if (one.op === 'parse') {
      const told = outcome(() => some.needsReindex(one.text))
      assert.ok(one.error === undefined ? told !== 'malformed' : told === one.error, `${one.id}: ${told}`)
      ran.parse++
    }
    // A key with so many versions cannot be made here, nor another clock, nor is what was normalised shown.
    if (one.op !== 'index' || one.version > 5) continue
    const which = `${one.index_key_ikm} ${one.version} ${one.kind > 0}`
    if (!keys.has(which)) keys.set(which, one.kind > 0 ? tenants(one.index_key_ikm, one.version) : keyed(one.index_key_ikm, one.version))
    const key = one.kind > 0 ? keys.get(which).context(spoken(one.kind, one.context)) : keys.get(which)
    assert.deepEqual(outcome(() => index(key, one)), one.error ?? [one.expect.text, one.expect.binary], one.id)
    ran[one.error ? 'error' : one.form]++
  }
  assert.ok(ran.whole >= 122 && ran.prefix >= 13 && ran.ngram >= 13 && ran.error >= 33 && ran.parse >= 39, JSON.stringify(ran))
})

// What is said of a token now, by its times.
function inTime ({ issued_ms: issued, expires_ms: expires }, leeway) {
  if (issued > Date.now() + leeway) return 'token_not_yet_valid'
  return Date.now() >= expires ? 'token_expired' : undefined
}

test('tokens are those of the independent program', () => {
  const cases = vectors('tokens.json', 'second/token.json')
  const keys = new Map()
  const ran = { notIssued: 0, refused: 0, inTime: 0 }
  const known = new Map(cases.filter(({ op, expect }) => op === 'redeem' && expect).map(({ text, expect }) => [text, expect]))
  const some = Keyring.inMemory().createKey('some')
  for (const one of cases) {
    if (one.op === 'issue' && one.error) {
      assert.equal(outcome(() => some.issue('m', one.ttl_ms ?? 60_000, { prefix: one.prefix ?? 'srt_' })), one.error, one.id)
      ran.notIssued++
    }
    if (one.op !== 'redeem') continue
    for (const version of [1, 2]) {
      // The secret is that of the version of which the token is. No two versions have one secret.
      const which = `${one.material} ${one.kind > 0} ${version}`
      if (!keys.has(which)) {
        const secrets = [Buffer.alloc(32, Buffer.of(3, 0))]
        secrets.splice(version - 1, 0, bytes(one.material))
        const key = Keyring.inMemory().importKey('k', secrets[0], { derived: one.kind > 0 })
        key.importVersion(secrets[1])
        keys.set(which, key)
      }
      const key = keys.get(which)
      key.configure({ minDecryptionVersion: one.minimum })
      const said = { prefix: one.prefix }
      const [aad, context] = [spoken(one.aad_kind, one.aad), spoken(one.kind, one.context)]
      if (aad !== undefined) said.aad = aad
      if (context !== undefined) said.context = context
      // JavaScript has no larger number that counts.
      for (const leewayMs of [Math.min(one.leeway_ms, Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER]) {
        const told = outcome(() => key.redeem(one.text, { ...said, leewayMs }))
        const times = known.get(one.text)
        if (times === undefined || (one.error !== undefined && !one.error.startsWith('token_'))) {
          assert.equal(told, one.error, one.id)
          ran.refused++
        } else if (version !== Buffer.from(one.text.slice(one.prefix.length), 'base64url').readUInt32BE(1)) {
          assert.equal(told, 'decrypt_failed', one.id)
        } else {
          const expected = inTime(times, leewayMs)
          if (expected !== undefined) assert.equal(told, expected, one.id)
          else assert.deepEqual([told.payload.toString('hex'), told.issued.getTime(), told.expires.getTime()], [times.payload, times.issued_ms, times.expires_ms], one.id)
          ran.inTime++
        }
      }
    }
  }
  assert.ok(ran.notIssued >= 20 && ran.refused >= 268 && ran.inTime >= 56, JSON.stringify(ran))
})

test('keys of APIs are those of the independent program', () => {
  const ran = { check: 0, generate: 0 }
  for (const one of vectors('tokens.json', 'second/apikey.json')) {
    if (one.op === 'check') assert.equal(outcome(() => ApiKey.check(one.text)), one.error, one.id)
    else if (one.op === 'generate') {
      const { text, index_binary: stored } = one.expect
      ApiKey.check(text)
      assert.equal(keyed(one.hmac_key, one.version).indexBinary(text, { ...ApiKey.index, version: one.version }).toString('hex'), stored, one.id)
      assert.equal(ApiKey.generate(one.prefix).slice(0, -49), text.slice(0, -49))
    } else continue
    ran[one.op]++
  }
  assert.ok(ran.check >= 31 && ran.generate >= 15, JSON.stringify(ran))
})
