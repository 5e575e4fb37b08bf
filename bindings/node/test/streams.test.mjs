// Files of any size, as streams of Node's.
import assert from 'node:assert/strict'
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import { createGunzip, createGzip } from 'node:zlib'
import strongroom from '../index.mjs'

const { Keyring } = strongroom
const HEAD = 64
const CHUNK = 16384
const SEALED = 16400
const plaintext = (length) => Buffer.from(Uint8Array.from({ length }, (_, i) => (131 * i + Math.floor(i / 256)) % 256))
const LONG = plaintext(4 * CHUNK + 7)

// In pieces of this size.
function * pieces (bytes, size) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function through (bytes, size, ...streams) {
  const out = []
  await pipeline(Readable.from(pieces(bytes, size), { objectMode: false }), ...streams, new Writable({
    write (chunk, encoding, callback) {
      out.push(Buffer.from(chunk))
      callback()
    }
  }))
  return Buffer.concat(out)
}

// What came out before the error.
async function refused (bytes, size, stream, code) {
  const out = []
  stream.on('data', (chunk) => out.push(chunk))
  await assert.rejects(pipeline(Readable.from(pieces(bytes, size), { objectMode: false }), stream), { code })
  return Buffer.concat(out)
}

const keyOf = (options = {}) => Keyring.inMemory().createKey('exports', options)

test('what is written is read, in whatever pieces', async () => {
  const key = keyOf()
  for (const length of [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, LONG.length]) {
    for (const size of [777, CHUNK, 1 << 20]) {
      const data = LONG.subarray(0, length)
      const file = await through(data, size, key.encryptStream({ aad: 'a' }))
      assert.equal(file.length, HEAD + length + 16 * (Math.floor(length / CHUNK) + 1))
      for (const other of [999, SEALED, 1 << 20]) assert.deepEqual(await through(file, other, key.decryptStream({ aad: 'a' })), data)
      assert.equal((await refused(file, size, key.decryptStream(), 'decrypt_failed')).length, 0)
    }
  }
  const file = await through(LONG.subarray(0, 300), 300, key.encryptStream())
  assert.deepEqual(await through(file, 1, key.decryptStream()), LONG.subarray(0, 300))
})

test('the vectors open, and what was changed does not', async () => {
  const { vectors } = JSON.parse(readFileSync(new URL('../../../tests/vectors/strongroom/streams.json', import.meta.url), 'utf8'))
  const made = new Map(vectors.filter(({ op, kind, version, aad_kind: of, expect }) => op === 'stream' && kind === 0 && version === 1 && of < 2 && expect.file !== undefined).map((one) => [one.id, one]))
  const options = ({ aad_kind: kind, aad }) => kind === 0 ? {} : { aad: Buffer.from(aad, 'hex') }
  const open = (one) => Keyring.inMemory().importKey('exports', Buffer.from(one.material, 'hex')).decryptStream(options(one))
  let opened = 0
  for (const one of made.values()) {
    assert.deepEqual(await through(Buffer.from(one.expect.file, 'hex'), 1000, open(one)), plaintext(one.length), one.id)
    opened++
  }
  let turned = 0
  for (const { id, op, base, edit, with: said, error } of vectors) {
    const [bit, cut] = [edit?.xor, edit?.truncate]
    if (op !== 'open' || !made.has(base) || (bit ?? cut) === undefined || Object.keys(said).length > 0) continue
    const file = Buffer.from(made.get(base).expect.file, 'hex')
    if (bit !== undefined) file[bit[0]] ^= bit[1]
    const came = await refused(file.subarray(0, cut), 1000, open(made.get(base)), error)
    assert.ok(plaintext(came.length).equals(came), id)
    turned++
  }
  assert.ok(opened >= 3 && turned >= 3, `${opened} ${turned}`)
})

test('files, compressors and contexts', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-streams-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [plain, sealed] = [join(folder, 'plain'), join(folder, 'sealed')]
  writeFileSync(plain, LONG)
  const key = keyOf({ derived: true })
  await pipeline(createReadStream(plain), createGzip(), key.encryptStream({ context: 'acme' }), createWriteStream(sealed))
  assert.deepEqual(await through(readFileSync(sealed), 5000, key.context('acme').decryptStream(), createGunzip()), LONG)
  await refused(readFileSync(sealed), 5000, key.decryptStream(), 'context_required')
  assert.ok(key.encryptStream({ context: 'acme' }) instanceof Transform)
})

test('a file that is cut off says so, and what came before is authentic', async () => {
  const key = keyOf()
  const file = await through(LONG, 1000, key.encryptStream())
  for (const length of [0, HEAD - 1, HEAD, HEAD + 2 * SEALED, HEAD + 2 * SEALED + 15]) {
    const came = await refused(file.subarray(0, length), 1000, key.decryptStream(), 'truncated_stream')
    assert.deepEqual(came, LONG.subarray(0, Math.max(0, Math.floor((length - HEAD) / SEALED)) * CHUNK))
  }
  file[HEAD + SEALED] ^= 1
  assert.deepEqual(await refused(file, 100, key.decryptStream(), 'decrypt_failed'), LONG.subarray(0, CHUNK))
})

test('a pipeline that fails writes no end', async () => {
  const key = keyOf()
  const out = []
  const failing = new Readable({ read () {} })
  failing.push(LONG)
  const encrypting = key.encryptStream()
  encrypting.on('data', (chunk) => {
    out.push(chunk)
    if (Buffer.concat(out).length > 3 * SEALED) failing.destroy(new RangeError('of the program'))
  })
  await assert.rejects(pipeline(failing, encrypting), RangeError)
  await refused(Buffer.concat(out), 1000, key.decryptStream(), 'truncated_stream')
})

test('what cannot be is refused', async () => {
  const ring = Keyring.inMemory()
  const key = ring.createKey('exports')
  assert.throws(() => ring.createKey('aes', { keyType: 'aes256-gcm96' }).encryptStream(), { code: 'operation_not_supported' })
  assert.throws(() => key.encryptStream({ aad: '' }), { code: 'invalid_aad' })
  for (const stream of ['encryptStream', 'decryptStream']) {
    for (const options of [{ aad: undefined }, { errors: 'return' }, { highWaterMark: 1 }, 'aad']) assert.throws(() => key[stream](options), stream)
    assert.throws(() => new (key[stream]().constructor)(), TypeError)
  }
  const file = await through(LONG, 1000, key.encryptStream())
  assert.throws(() => key.encryptStream({ hash: 'sha2-256' }), { code: 'invalid_option' })
  // What the key says of them it says when the file begins to arrive.
  for (const options of [{ version: 1 }, { hash: 'sha2-256' }]) await refused(file, 1000, key.decryptStream(options), 'invalid_option')
  const text = key.decryptStream()
  await assert.rejects(pipeline(Readable.from(['text']), text), TypeError)
  // What is said is copied.
  const aad = Buffer.from('a')
  const bound = await through(LONG, 1000, key.encryptStream({ aad }))
  const decrypting = key.decryptStream({ aad })
  aad.fill(0)
  assert.deepEqual(await through(bound, 1000, decrypting), LONG)
  const encrypting = key.encryptStream()
  ring.close()
  await refused(LONG, 1000, encrypting, 'closed')
})
