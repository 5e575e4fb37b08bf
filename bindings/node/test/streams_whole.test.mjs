// Files of any size: in several threads, as streams of the web, rewrapped, in parts, and what they say of themselves.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createWriteStream, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { Keyring, StreamInfo } from '../index.mjs'
import { folder } from './vectors.mjs'

const HEAD = 64
const CHUNK = 16384
const SEALED = 16400
const plaintext = (length) => Buffer.from(Uint8Array.from({ length }, (_, i) => (131 * i + Math.floor(i / 256)) % 256))
const LONG = plaintext((3 << 20) + 7)
const SHORT = LONG.subarray(0, 4 * CHUNK + 7)
const keyOf = (options = {}) => Keyring.inMemory().createKey('exports', options)

function * pieces (bytes, size) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const fromPieces = (bytes, size) => Readable.from(pieces(bytes, size), { objectMode: false })

async function through (bytes, size, stream) {
  const out = []
  stream.on('data', (chunk) => out.push(chunk))
  await pipeline(fromPieces(bytes, size), stream)
  return Buffer.concat(out)
}

async function refused (bytes, size, stream, error) {
  const out = []
  stream.on('data', (chunk) => out.push(chunk))
  await assert.rejects(pipeline(fromPieces(bytes, size), stream), error)
  return Buffer.concat(out)
}

async function throughWeb (bytes, size, stream) {
  const out = []
  for await (const chunk of Readable.toWeb(fromPieces(bytes, size)).pipeThrough(stream)) {
    assert.equal(chunk.constructor, Uint8Array)
    out.push(chunk)
  }
  return Buffer.concat(out)
}

test('what several threads write one reads, and the other way round', async () => {
  const key = keyOf({ derived: true })
  const said = { aad: 'a', context: 'c' }
  for (const length of [0, 1, CHUNK, 1 << 20, LONG.length]) {
    const data = LONG.subarray(0, length)
    for (const threads of [1, 2, 3]) {
      for (const size of [1 << 16, 5 << 20]) {
        const file = await through(data, size, key.encryptStream({ ...said, threads }))
        assert.equal(file.length, HEAD + length + 16 * (Math.floor(length / CHUNK) + 1))
        assert.equal(StreamInfo.plaintextLength(file.length), length)
        for (const other of [1, 2, 64]) assert.ok(data.equals(await through(file, size, key.decryptStream({ ...said, threads: other }))), `${length} ${threads} ${other}`)
      }
    }
  }
})

test('a piece that is written again meanwhile was taken before', async () => {
  const key = keyOf()
  const encrypting = key.encryptStream({ threads: 2 })
  const out = []
  encrypting.on('data', (chunk) => out.push(chunk))
  const piece = Buffer.alloc(700_000)
  for (let round = 0; round < 5; round++) {
    piece.fill(round)
    await new Promise((resolve, reject) => {
      encrypting.write(piece, (error) => error ? reject(error) : resolve())
      // A promise of the threads is under way, which has a copy.
      if (round % 2 === 1) piece.fill(99)
    })
  }
  encrypting.end()
  await new Promise((resolve) => encrypting.on('end', resolve))
  const opened = await through(Buffer.concat(out), 1 << 16, key.decryptStream())
  assert.deepEqual(Array.from({ length: 5 }, (_, round) => opened[round * 700_000]), [0, 1, 2, 3, 4])
  for (let round = 0; round < 5; round++) assert.ok(opened.subarray(round * 700_000, (round + 1) * 700_000).every((byte) => byte === round))
})

test('several threads find what was changed and cut where it is', async () => {
  const key = keyOf()
  const file = await through(LONG, 1 << 16, key.encryptStream({ threads: 2 }))
  const changed = Buffer.from(file)
  changed[HEAD + 70 * SEALED] ^= 1
  for (const threads of [2, 3]) {
    // What was opened together with it before is not handed out with the error.
    const came = await refused(changed, 1 << 16, key.decryptStream({ threads }), { code: 'decrypt_failed' })
    assert.ok(came.length <= 70 * CHUNK && came.equals(LONG.subarray(0, came.length)), `${came.length}`)
    await refused(file.subarray(0, HEAD + 70 * SEALED), 1 << 16, key.decryptStream({ threads }), { code: 'truncated_stream' })
    await refused(file.subarray(0, 10), 1 << 16, key.decryptStream({ threads }), { code: 'truncated_stream' })
    assert.equal((await refused(file, 1 << 16, key.decryptStream({ threads, aad: 'a' }), { code: 'decrypt_failed' })).length, 0)
  }
})

test('the thread of JavaScript goes on while others encrypt and decrypt', async () => {
  const key = keyOf()
  const large = Buffer.alloc(24 << 20)
  let file
  for (const [stream, bytes] of [[key.encryptStream({ threads: 2 }), large], [key.decryptStream({ threads: 2 }), undefined]]) {
    const out = []
    stream.on('data', (chunk) => out.push(chunk))
    const written = new Promise((resolve, reject) => stream.write(bytes ?? file, (error) => error ? reject(error) : resolve(true)))
    // Whatever is first: a turn of the loop, or what takes many times as long.
    assert.equal(await Promise.race([written, new Promise((resolve) => setImmediate(() => resolve('a turn')))]), 'a turn')
    await written
    stream.end()
    await new Promise((resolve) => stream.on('end', resolve))
    file = Buffer.concat(out)
  }
  assert.ok(file.equals(large))
})

test('a long file takes little memory, whoever works on it', async () => {
  const key = keyOf()
  const piece = Buffer.alloc(1 << 16)
  for (const threads of [1, 2]) {
    let left = 4096
    let length = 0
    let most = 0
    const before = process.memoryUsage.rss()
    const source = new Readable({ read () { this.push(left-- > 0 ? piece : null) } })
    const sink = new Writable({
      write (chunk, encoding, callback) {
        length += chunk.length
        most = Math.max(most, process.memoryUsage.rss())
        callback()
      }
    })
    await pipeline(source, key.encryptStream({ threads }), key.decryptStream({ threads }), sink)
    assert.equal(length, 256 << 20)
    assert.ok(most - before < 128 << 20, `${(most - before) >> 20} MiB more`)
  }
})

test('threads are a number from 1 to 64', async () => {
  const ring = Keyring.inMemory()
  const key = ring.createKey('exports')
  for (const call of ['encryptStream', 'decryptStream', 'encryptWebStream', 'decryptWebStream']) {
    for (const threads of [0, 65, 1.5, -1, NaN, Infinity, '2', true, null, undefined, 2n, [2]]) assert.throws(() => key[call]({ threads }), TypeError, `${call} ${String(threads)}`)
    key[call]({ threads: 64 })
  }
  for (const call of ['rewrapStream', 'rewrapWebStream']) assert.throws(() => key[call]({ threads: 2 }), { name: 'TypeError', message: /no option threads/ })
  const encrypting = key.encryptStream({ threads: 2 })
  ring.close()
  await refused(LONG, 1 << 16, encrypting, { code: 'closed' })
})

test('what ends while threads are at work ends', async () => {
  const key = keyOf()
  for (const stream of [key.encryptStream({ threads: 2 }), key.decryptStream({ threads: 2 })]) {
    stream.write(await through(LONG, 1 << 20, key.encryptStream()))
    stream.destroy(new RangeError('of the program'))
    await assert.rejects(new Promise((resolve, reject) => stream.on('error', reject).on('close', resolve)), RangeError)
  }
})

test('a file is rewrapped as it arrives', async () => {
  const key = keyOf({ derived: true })
  const said = { context: 'acme', aad: 'a' }
  for (const length of [0, CHUNK, SHORT.length]) {
    const data = SHORT.subarray(0, length)
    const old = await through(data, 1000, key.encryptStream(said))
    const version = key.rotate()
    for (const size of [777, SEALED, 1 << 20]) {
      const rewrapping = key.context('acme').rewrapStream({ aad: 'a' })
      assert.equal(rewrapping.version, undefined)
      const renewed = await through(old, size, rewrapping)
      assert.equal(rewrapping.version, version)
      assert.deepEqual(await through(renewed, 1000, key.decryptStream(said)), data)
      assert.equal((await StreamInfo.read(renewed)).version, version)
      assert.deepEqual(await through(renewed, size, key.rewrapStream(said)), renewed)
      assert.deepEqual(await throughWeb(renewed, size, key.rewrapWebStream(said)), renewed)
      assert.equal((await StreamInfo.read(await throughWeb(old, size, key.rewrapWebStream(said)))).version, version)
    }
    await refused(old, 999, key.rewrapStream({ context: 'acme', aad: '' }), { code: 'invalid_aad' })
    assert.equal((await refused(old, 999, key.rewrapStream({ context: 'acme' }), { code: 'decrypt_failed' })).length, 0)
    await refused(old, 999, key.rewrapStream(), { code: 'context_required' })
    for (const file of [old, await through(old, 999, key.rewrapStream(said))]) {
      for (const cut of [0, 63, HEAD, HEAD + 15]) await refused(file.subarray(0, cut), 999, key.rewrapStream(said), { code: 'truncated_stream' })
      await refused(file.subarray(0, file.length - 1), 999, key.rewrapStream(said), { code: /decrypt_failed|truncated_stream/ })
      await refused(Buffer.concat([file, Buffer.alloc(1)]), 999, key.rewrapStream(said), { code: 'decrypt_failed' })
    }
  }
  assert.throws(() => new (keyOf().rewrapStream().constructor)(), TypeError)
  await assert.rejects(pipeline(Readable.from(['text']), keyOf().rewrapStream()), TypeError)
})

test('streams of the web', async () => {
  const key = keyOf()
  for (const threads of [1, 2]) {
    for (const size of [777, 1 << 20]) {
      const data = size < 1000 ? SHORT : LONG
      const file = await throughWeb(data, size, key.encryptWebStream({ aad: 'a', threads }))
      assert.ok(data.equals(await through(file, size, key.decryptStream({ aad: 'a' }))))
      assert.ok(data.equals(await throughWeb(file, size, key.decryptWebStream({ aad: 'a', threads }))))
      await assert.rejects(throughWeb(file, size, key.decryptWebStream({ threads })), { code: 'decrypt_failed' })
      await assert.rejects(throughWeb(file.subarray(0, HEAD + 2 * SEALED), size, key.decryptWebStream({ aad: 'a', threads })), { code: 'truncated_stream' })
    }
  }
  // As fetch and Blob have them.
  const response = new Response(new Blob([SHORT]).stream().pipeThrough(key.encryptWebStream()))
  const file = new Uint8Array(await response.arrayBuffer())
  assert.deepEqual(Buffer.from(await new Response(new Blob([file]).stream().pipeThrough(key.decryptWebStream())).arrayBuffer()), SHORT)
  assert.equal(await new Response(new Response('größer').body.pipeThrough(key.encryptWebStream()).pipeThrough(key.decryptWebStream())).text(), 'größer')
  // What is aborted gets no end.
  const out = []
  const { readable, writable } = key.encryptWebStream()
  const ended = readable.pipeTo(new WritableStream({ write: (chunk) => { out.push(chunk) } }))
  const writer = writable.getWriter()
  await writer.write(SHORT)
  await writer.abort(new RangeError('of the program'))
  await assert.rejects(ended, RangeError)
  await refused(Buffer.concat(out), 999, key.decryptStream(), { code: 'truncated_stream' })
  const wrong = key.decryptWebStream()
  const writes = wrong.writable.getWriter()
  wrong.readable.getReader().read().catch(() => {})
  await assert.rejects(writes.write('text'), TypeError)
})

test('a range is read from anywhere in a file', async (t) => {
  const key = keyOf({ derived: true })
  const said = { context: 'acme', aad: 'a' }
  const data = LONG.subarray(0, 40 * CHUNK + 7)
  const path = join(folder(t), 'export.sr')
  await pipeline(fromPieces(data, 1 << 16), key.encryptStream(said), createWriteStream(path))
  const file = readFileSync(path)
  const handle = await open(path)
  t.after(() => handle.close())
  const ranges = [[0, 0], [0, 5], [CHUNK - 2, CHUNK + 2], [5, 35 * CHUNK + 1], [data.length - 1, data.length + 9], [data.length, Infinity], [9, 3], [0, Infinity], [2 ** 50, 2 ** 53 - 1]]
  for (const source of [path, pathToFileURL(path), handle, file, new Uint8Array(file)]) {
    for (const [start, end] of ranges) {
      const range = await key.decryptRange(source, start, end, said)
      assert.ok(range instanceof Buffer && range.equals(data.subarray(start, end === Infinity ? undefined : end)), `${start} ${end}`)
    }
    assert.deepEqual({ ...await StreamInfo.read(source) }, { version: 1, plaintextLength: data.length })
  }
  // It reads on where it was, since no range has moved it.
  assert.equal((await handle.read(Buffer.alloc(8), 0, 8)).buffer.toString('latin1', 0, 4), 'SRF1')
  await assert.rejects(key.decryptRange(path, 0, 5, { context: 'acme' }), { code: 'decrypt_failed' })
  await assert.rejects(key.decryptRange(path, 0, 5), { code: 'context_required' })
  for (const length of [0, 63, HEAD, HEAD + 2 * SEALED, HEAD + 2 * SEALED + 15]) {
    await assert.rejects(key.decryptRange(file.subarray(0, length), 0, 5, said), { code: 'truncated_stream' }, `${length}`)
  }
  const changed = Buffer.from(file)
  changed[HEAD + 3 * SEALED] ^= 1
  assert.deepEqual(await key.decryptRange(changed, 0, 3 * CHUNK, said), data.subarray(0, 3 * CHUNK))
  await assert.rejects(key.decryptRange(changed, 0, 3 * CHUNK + 1, said), { code: 'decrypt_failed' })
  changed[file.length - 1] ^= 1
  await assert.rejects(key.decryptRange(changed, 0, 5, said), { code: 'decrypt_failed' })
  await assert.rejects(key.decryptRange(path + 'x', 0, 5, said), { code: 'ENOENT' })
  for (const [start, end] of [[-1, 5], [0.5, 5], [0, '5'], [undefined, 5], [0, undefined], [0, NaN], [Infinity, Infinity], [0, 2 ** 53], [0n, 5]]) {
    await assert.rejects(key.decryptRange(file, start, end, said), { name: 'TypeError', message: /number of bytes/ }, `${String(start)} ${String(end)}`)
  }
  for (const source of [undefined, null, 5, {}, [], new Uint16Array(100), new DataView(new ArrayBuffer(100)), file.buffer, Readable.from([])]) {
    await assert.rejects(key.decryptRange(source, 0, 5, said), { name: 'TypeError', message: /a file is a path/ })
    await assert.rejects(StreamInfo.read(source), { name: 'TypeError', message: /a file is a path/ })
  }
})

test('a range of what becomes shorter meanwhile', async () => {
  const key = keyOf()
  const file = await through(SHORT, 1 << 16, key.encryptStream())
  // As a handle: it says how long it is, and gives less.
  const shrinking = (given) => ({
    stat: async () => ({ size: file.length }),
    read: async (bytes, at, length, from) => ({ bytesRead: file.subarray(0, given).subarray(from, from + length).copy(bytes, at) })
  })
  for (const given of [0, 63, HEAD + SEALED]) await assert.rejects(key.decryptRange(shrinking(given), 0, 5), { code: 'truncated_stream' })
  assert.deepEqual(await key.decryptRange(shrinking(file.length), 0, 5), SHORT.subarray(0, 5))
  // Two GiB of which the last chunk is there: it has the number of one in the file that is shorter, and does not open.
  const sparse = { stat: async () => ({ size: 2 ** 31 }), read: async (bytes, at, length) => ({ bytesRead: file.copy(bytes, at, 0, length) }) }
  await assert.rejects(key.decryptRange(sparse, 0, 5), { code: 'decrypt_failed' })
  const failing = { stat: async () => ({ size: file.length }), read: async () => { throw new RangeError('of the file') } }
  await assert.rejects(key.decryptRange(failing, 0, 5), RangeError)
})

test('a range is no longer than a message', async () => {
  const key = keyOf()
  const piece = Buffer.alloc(1 << 20)
  let left = 1024
  let file = 0
  let head = Buffer.alloc(0)
  let end = Buffer.alloc(0)
  const source = new Readable({ read () { this.push(left > 0 ? piece : left === 0 ? Buffer.alloc(1) : null); left-- } })
  // Of the file its beginning and its end are kept.
  await pipeline(source, key.encryptStream({ threads: 2 }), new Writable({
    write (chunk, encoding, callback) {
      if (file === 0) head = Buffer.from(chunk.subarray(0, HEAD + SEALED))
      file += chunk.length
      end = Buffer.concat([end, chunk]).subarray(-SEALED)
      callback()
    }
  }))
  const kept = {
    stat: async () => ({ size: file }),
    read: async (bytes, at, length, from) => ({ bytesRead: (from < head.length ? head.subarray(from) : end.subarray(end.length - (file - from))).copy(bytes, at, 0, length) })
  }
  assert.equal(StreamInfo.plaintextLength(file), 2 ** 30 + 1)
  await assert.rejects(key.decryptRange(kept, 0, Infinity), { code: 'message_too_long' })
  await assert.rejects(key.decryptRange(kept, 0, 2 ** 30 + 1), { code: 'message_too_long' })
  assert.deepEqual(await key.decryptRange(kept, 5, 10), Buffer.alloc(5))
  assert.deepEqual(await key.decryptRange(kept, 2 ** 30, Infinity), Buffer.alloc(1))
})

test('the beginning of a file says which version it is under', async () => {
  const key = keyOf()
  key.rotate()
  const file = await through(SHORT, 1 << 16, key.encryptStream())
  const info = await StreamInfo.read(file)
  assert.ok(info instanceof StreamInfo)
  assert.deepEqual({ ...info }, { version: 2, plaintextLength: SHORT.length })
  assert.deepEqual({ ...await StreamInfo.read(file.subarray(0, HEAD)) }, { version: 2, plaintextLength: undefined })
  await assert.rejects(StreamInfo.read(file.subarray(0, 63)), { code: 'truncated_stream' })
  await assert.rejects(StreamInfo.read(Buffer.alloc(64)), { code: 'malformed' })
  await assert.rejects(StreamInfo.read(Buffer.from('SRF2')), { code: 'unsupported_format' })
  assert.throws(() => new StreamInfo(), TypeError)
  assert.deepEqual([79, 80, 81, HEAD + SEALED, HEAD + SEALED + 16].map((length) => StreamInfo.plaintextLength(length)), [undefined, 0, 1, undefined, CHUNK])
  for (const wrong of [-1, 0.5, '80', undefined, NaN, Infinity]) assert.throws(() => StreamInfo.plaintextLength(wrong), TypeError)
})

test('a range asks for a few parts of a file, however long that is', async () => {
  const key = keyOf()
  const file = await through(LONG, 1 << 20, key.encryptStream())
  const asked = []
  const source = {
    stat: async () => ({ size: file.length }),
    read: async (bytes, at, length, from) => {
      asked.push([from, length])
      return { bytesRead: file.copy(bytes, at, from, from + length) }
    }
  }
  assert.deepEqual(await key.decryptRange(source, 50 * CHUNK + 5, 50 * CHUNK + 10), LONG.subarray(50 * CHUNK + 5, 50 * CHUNK + 10))
  const last = Math.floor((file.length - HEAD) / SEALED)
  assert.deepEqual(asked, [[0, HEAD], [HEAD + last * SEALED, file.length - HEAD - last * SEALED], [HEAD + 50 * SEALED, 2 * SEALED]])
  asked.length = 0
  assert.ok(LONG.equals(await key.decryptRange(source, 0, Infinity)))
  assert.ok(asked.every(([, length]) => length <= 32 * SEALED) && asked.length <= 4 + LONG.length / (32 * CHUNK), `${asked.length}`)
})

test('the page of streams shows what runs', (t) => {
  const page = readFileSync(new URL('../../../docs/streams.md', import.meta.url), 'utf8')
  const blocks = page.split('```js\n').slice(1).map((block) => block.split('```')[0])
  assert.equal(blocks.length, 1)
  const program = blocks[0].replace("from 'strongroom'", `from '${new URL('../index.mjs', import.meta.url)}'`)
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: folder(t), encoding: 'utf8' })
  assert.equal(printed, 'bytes\nStreamInfo { version: 2, plaintextLength: 26 }\nas many bytes as there are\n')
})
