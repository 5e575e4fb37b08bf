// Memory that changes while it is read. Threads of JavaScript share none that this package takes, but another process can share what an addon
// maps. Here another thread writes to the memory of this process from below, as the kernel lets it.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { test } from 'node:test'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { codeOf, Keyring } from './vectors.mjs'

const SIZE = 16 << 10
// The byte that changes, and what it changes to and fro between.
const AT = SIZE / 2
const [A, B] = [65, 66]

if (!isMainThread) {
  const { inverted, flags } = workerData
  const file = openSync('/proc/self/mem', 'r+')
  const place = find(file, inverted)
  Atomics.store(flags, 0, place === undefined ? -1 : 1)
  Atomics.notify(flags, 0)
  const bytes = [Buffer.from([A]), Buffer.from([B])]
  for (let turn = 0; place !== undefined && Atomics.load(flags, 1) === 0; turn++) writeSync(file, bytes[turn % 2], 0, 1, place + AT)
  closeSync(file)
} else {
  const skip = !existsSync('/proc/self/mem') && 'the memory of a process is a file on Linux only'
  const ring = Keyring.inMemory()
  const siv = ring.createKey('siv', 'aes256-siv')
  const convergent = ring.createKey('convergent', { keyType: 'aes256-gcm96', derived: true, convergent: true })
  const signer = ring.createKey('signer', 'ed25519')
  const keys = ['xaes256-gcm', 'aes256-gcm96', 'chacha20-poly1305', 'xchacha20-poly1305'].map((type) => ring.createKey(type, type))
  const said = { context: 'c' }

  test('what is made of memory that changes is made of what it was at one moment', { skip, timeout: 120_000 }, async (t) => {
    const { message, stop } = await changing()
    t.after(stop)
    const was = [A, B].map((byte) => { const copy = Buffer.from(message); copy[AT] = byte; return copy })
    const isOne = (plaintext) => was.some((one) => one.equals(plaintext))
    let seen = 0
    for (let round = 0; round < 300; round++) {
      // Deterministic encryption of what opens gives the same again; else a nonce was used for two messages.
      const text = siv.encrypt(message)
      const opened = siv.decrypt(text)
      assert.ok(isOne(opened) && siv.encrypt(opened) === text)
      const other = convergent.encrypt(message, said)
      const plaintext = convergent.decrypt(other, said)
      assert.ok(isOne(plaintext) && convergent.encrypt(plaintext, said) === other)
      const signature = signer.sign(message)
      assert.ok(was.some((one) => codeOf(() => signer.verify(one, signature)) === undefined))
      const key = keys[round % keys.length]
      assert.ok(isOne(key.decrypt(key.encrypt(message))))
      const out = Buffer.alloc(SIZE + 100)
      assert.ok(isOne(key.decryptBinary(out.subarray(0, key.encryptInto(message, out)))))
      assert.ok(isOne(key.decrypt(key.encryptBatch([message])[0])))
      const bound = key.encrypt('m', { aad: message })
      assert.ok(was.some((aad) => codeOf(() => key.decrypt(bound, { aad })) === undefined))
      const mac = key.hmac(message)
      assert.ok(was.some((one) => codeOf(() => key.verifyHmac(one, mac)) === undefined))
      const derived = convergent.encrypt('m', { context: message })
      assert.ok(was.some((context) => codeOf(() => convergent.decrypt(derived, { context })) === undefined))
      seen |= message[AT] === A ? 1 : 2
    }
    assert.equal(seen, 3, 'the memory changed')
  })

  // Memory that another thread changes, once that thread has begun.
  async function changing () {
    const message = Buffer.from(new ArrayBuffer(SIZE))
    const inverted = randomBytes(48)
    inverted.forEach((byte, index) => { message[index] = byte ^ 255 })
    message[AT] = A
    const flags = new Int32Array(new SharedArrayBuffer(8))
    const worker = new Worker(new URL(import.meta.url), { workerData: { inverted, flags } })
    const ended = new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject))
    while (Atomics.load(flags, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    assert.equal(Atomics.load(flags, 0), 1, 'the thread found the memory')
    return { message, stop: () => { Atomics.store(flags, 1, 1); return ended } }
  }
}

// Where bytes are that are given the other way up, so that asking does not put them there.
function find (file, inverted) {
  const chunk = Buffer.from(new ArrayBuffer(1 << 20))
  for (const [, from, to] of readFileSync('/proc/self/maps', 'latin1').matchAll(/^(\w+)-(\w+) rw/gm)) {
    const end = parseInt(to, 16)
    for (let at = parseInt(from, 16); at < end; at += chunk.length - inverted.length + 1) {
      let read
      try {
        read = readSync(file, chunk, 0, Math.min(chunk.length, end - at), at)
      } catch {
        continue
      }
      for (let index = 0; index < read; index++) chunk[index] ^= 255
      const index = chunk.subarray(0, read).indexOf(Buffer.from(inverted))
      chunk.fill(0)
      if (index >= 0) return at + index
    }
  }
}
