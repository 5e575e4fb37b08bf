// Run with --expose-gc. Texts on both sides of the lengths at which the library passes them in another way.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { codeOf, Keyring } from './vectors.mjs'

// From so many characters on JavaScript reads a text where the library made it.
const LENT = 128 * 1024
// Up to 4,096 units a string is read with room for any characters, a longer one first as ASCII.
const READ = [0, 1, 127, 169, 170, 171, 254, 255, ...Array.from({ length: 12 }, (_, index) => 503 + index), 1364, 1366, 4094, 4095, 4096, 4097, 4098, 20_000]

const ring = Keyring.inMemory()
const siv = ring.createKey('siv', 'aes256-siv')
const noise = (length) => Buffer.from(Array.from({ length }, (_, index) => index * 7919 % 251))

test('a long text is what it says, in each form of a call', async () => {
  const lengths = []
  for (let length = 98_270; length < 98_300; length += 2) {
    const message = noise(length)
    const text = siv.encrypt(message)
    lengths.push(text.length)
    assert.equal(text.length, siv.encryptedLen(message))
    assert.deepEqual(Buffer.from(text.slice('strongroom:v1:'.length), 'base64'), siv.encryptBinary(message).subarray(5))
    assert.deepEqual([await siv.encryptAsync(message), ...siv.encryptBatch([message, message]), siv.rewrap(text)], [text, text, text, text])
    assert.deepEqual(siv.decrypt(text), message)
    assert.deepEqual(siv.decryptBatch([text])[0], message)
  }
  // What stands before the payload has two characters more than a multiple of four.
  assert.ok(lengths.includes(LENT - 2) && lengths.includes(LENT + 2), `${lengths}`)
})

test('a long text stays what it was, and is let go', async () => {
  const message = noise(200_000)
  const text = siv.encrypt(message)
  const kept = Array.from({ length: 20 }, () => siv.encrypt(message))
  const other = Buffer.alloc(150_000)
  const property = { [kept[0]]: kept[1].slice(5, -5) }
  for (let round = 0; round < 5; round++) {
    for (let call = 0; call < 100; call++) siv.encrypt(other.fill(call))
    gc()
    await turn()
  }
  assert.ok(kept.every((one) => one === text && Buffer.from(one, 'latin1').equals(Buffer.from(text))))
  assert.deepEqual(Object.entries(property), [[text, text.slice(5, -5)]])
  gc()
  const before = process.memoryUsage.rss()
  let most = 0
  // Nothing waits for the event loop, so what is not collected by itself would pile up: to 2 GB.
  const [key, large] = [ring.createKey('cards', 'aes256-gcm96'), Buffer.alloc(1 << 20)]
  for (let call = 0; call < 1500; call++) {
    key.encrypt(large)
    most = Math.max(most, process.memoryUsage.rss())
  }
  assert.ok(most - before < 512 << 20, `${Math.round((most - before) / (1 << 20))} MB more`)
})

test('long texts outlive nothing of a worker, whoever else has the library', () => {
  for (const main of ['with', 'without']) {
    const done = spawnSync(process.execPath, [fileURLToPath(new URL('long_process.mjs', import.meta.url)), main], { encoding: 'utf8' })
    assert.deepEqual([done.status, done.signal, done.stdout, done.stderr], [0, null, 'the texts are as they were\n', ''], main)
  }
})

test('a string of any length and any characters is read as a whole', () => {
  for (const units of READ) {
    for (const character of ['b', 'é', '€', '😀']) {
      for (const start of [0, 1, Math.floor(units / 2), units - character.length]) {
        if (start < 0 || start + character.length > units) continue
        const text = 'a'.repeat(start) + character + 'a'.repeat(units - start - character.length)
        assert.ok(siv.decrypt(siv.encrypt(text)).equals(Buffer.from(text)), `${units} ${character} ${start}`)
        assert.equal(siv.hmac(text), siv.hmac(Buffer.from(text)))
      }
      const full = character.repeat(units / character.length)
      assert.ok(siv.decrypt(siv.encrypt(full)).equals(Buffer.from(full)), `${units} ${character}`)
    }
    assert.equal(codeOf(() => siv.encrypt('a'.repeat(units) + '\uD800')), 'invalid_option')
    assert.equal(codeOf(() => siv.encrypt('\uDC00' + 'a'.repeat(units))), 'invalid_option')
  }
})

test('no other text passes for a ciphertext, whatever its length', () => {
  for (const length of [0, 80, 330, 345, ...Array.from({ length: 12 }, (_, index) => 340 + index), 3000, 3050, 3060, 20_000, 100_000]) {
    const text = siv.encrypt(noise(length))
    assert.deepEqual(siv.decrypt(text), noise(length))
    for (const at of [0, 'strongroom:v1:'.length, text.length >> 1, text.length - 3]) {
      // Its low byte, and the last byte of its UTF-8 less the mark, are those of the character.
      const unit = text.charCodeAt(at)
      for (const other of [0x100 + unit, 0x4100 + unit, 0x80 + unit, 0xD800 + unit]) {
        const altered = text.slice(0, at) + String.fromCharCode(other) + text.slice(at + 1)
        assert.match(codeOf(() => siv.decrypt(altered)), /^malformed$/, `${length} ${at} ${other}`)
      }
    }
    for (const more of ['é', '\u0100', '😀', '\uD800', '\0', 'A']) {
      assert.match(codeOf(() => siv.decrypt(text + more)), /^(malformed|decrypt_failed)$/)
      assert.match(codeOf(() => siv.decrypt(more + text)), /^malformed$/)
    }
  }
})
