// Run with --expose-gc. Reads the memory of its own process, as whoever gets a core dump would.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { test } from 'node:test'
import { Keyring } from './vectors.mjs'

const CHUNK = 1 << 20

// How often bytes are in memory that can be written to. They are given the other way up, so that asking does not put them there.
function copies (inverted) {
  const chunk = Buffer.from(new ArrayBuffer(CHUNK))
  const file = openSync('/proc/self/mem', 'r')
  let found = 0
  for (const [, from, to] of readFileSync('/proc/self/maps', 'latin1').matchAll(/^(\w+)-(\w+) rw/gm)) {
    const end = parseInt(to, 16)
    // Each chunk overlaps the next one by all but a byte of what is looked for.
    for (let at = parseInt(from, 16); at < end; at += CHUNK - inverted.length + 1) {
      let read
      try {
        read = readSync(file, chunk, 0, Math.min(CHUNK, end - at), at)
      } catch {
        continue // The kernel does not let it be read, or it is gone again.
      }
      for (let index = 0; index < read; index++) chunk[index] ^= 255
      for (let index = chunk.indexOf(inverted); index >= 0 && index + inverted.length <= read; index = chunk.indexOf(inverted, index + 1)) found++
      chunk.fill(0)
    }
  }
  closeSync(file)
  return found
}

// A secret of so many bytes, the other way up, and memory for it outside the heap of JavaScript.
function secret (length) {
  const inverted = randomBytes(length)
  const memory = Buffer.from(new ArrayBuffer(length))
  const show = () => inverted.forEach((byte, index) => { memory[index] = byte ^ 255 })
  return { inverted, memory, show }
}

// Small ones are what V8 would otherwise keep in its heap, where its collector moves them and leaves a copy behind.
const skip = !existsSync('/proc/self/mem') && 'the memory of a process is a file on Linux only'

test('a plaintext that was wiped is nowhere any more', { skip }, () => {
  const ring = Keyring.inMemory()
  const key = ring.createKey('cards', 'aes256-gcm96')
  for (const length of [32, 64, 200]) {
    const { inverted, memory, show } = secret(length)
    show()
    const [text, binary] = [key.encrypt(memory), key.encryptBinary(memory)]
    memory.fill(0)
    const plaintexts = []
    for (let round = 0; round < 100; round++) {
      plaintexts.push(key.decrypt(text), key.decryptBinary(binary), key.transit().decrypt(text), ...key.decryptBatch([text, text]))
    }
    for (let round = 0; round < 3; round++) gc({ type: 'minor' })
    assert.ok(copies(inverted) >= plaintexts.length, 'the search finds what is there')
    for (const plaintext of plaintexts) plaintext.fill(0)
    assert.equal(copies(inverted), 0, `${length} bytes`)
  }
})

test('a data key that was wiped is nowhere any more', { skip }, () => {
  const key = Keyring.inMemory().createKey('cards')
  const keys = Array.from({ length: 100 }, (_, index) => [key, key.transit()][index % 2].dataKey(index % 4 < 2 ? 32 : 64).plaintext)
  for (let round = 0; round < 3; round++) gc({ type: 'minor' })
  const some = [0, 1, 2, 3].map((index) => keys[index].map((byte) => byte ^ 255))
  for (const one of keys) one.fill(0)
  for (const inverted of some) assert.equal(copies(inverted), 0)
})
