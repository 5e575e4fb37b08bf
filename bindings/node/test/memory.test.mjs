// Run with --expose-gc.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { join } from 'node:path'
import { codeOf, folder, Keyring, Seal } from './vectors.mjs'

const MEGABYTE = 1 << 20
const resident = () => { gc(); return process.memoryUsage().rss }

test('a million calls in a row do not grow', () => {
  const ring = Keyring.inMemory()
  const key = ring.createKey('cards')
  const message = Buffer.alloc(1000, 7)
  const out = Buffer.alloc(1200)
  const spin = (count) => {
    for (let call = 0; call < count; call++) {
      if (call % 4 === 0) key.decryptBinary(key.encryptBinary(message))
      else if (call % 4 === 1) key.encryptInto(message, out, { aad: 'order-17' })
      else if (call % 4 === 2) key.needsRewrap(key.encrypt('4111'))
      else try { key.decrypt('strongroom:v1:AAAA') } catch { }
    }
  }
  spin(50_000)
  const before = resident()
  let most = 0
  // The event loop does not turn in between: what waits for it to be freed would pile up.
  for (let part = 0; part < 10; part++) {
    spin(100_000)
    most = Math.max(most, process.memoryUsage().rss)
  }
  assert.ok(most - before < 96 * MEGABYTE, `${Math.round((most - before) / MEGABYTE)} MB more`)
})

test('handles are freed with what they hold', async () => {
  let freed = 0
  const registry = new FinalizationRegistry(() => freed++)
  const make = () => {
    const ring = Keyring.inMemory()
    const key = ring.createKey('tenants', { derived: true })
    for (const one of [ring, key, key.context('acme'), key.transit(), Seal.passphrase('p')]) registry.register(one)
  }
  for (let round = 0; round < 500; round++) make()
  for (let round = 0; round < 20 && freed < 2400; round++) { gc(); await turn() }
  assert.ok(freed >= 2400, `${freed} of 2500 were collected`)
  const before = resident()
  for (let round = 0; round < 20; round++) {
    for (let each = 0; each < 500; each++) make()
    gc()
    await turn()
  }
  const more = resident() - before
  assert.ok(more < 64 * MEGABYTE, `${Math.round(more / MEGABYTE)} MB more after 10,000 keyrings`)
})

test('the objects of seals are let go', async (t) => {
  const path = folder(t)
  let freed = 0
  const registry = new FinalizationRegistry(() => freed++)
  const provider = () => ({ kind: 'k', keyId: 'i', wrap: () => null, unwrap: () => null })
  const make = () => {
    const one = provider()
    registry.register(one)
    assert.equal(codeOf(() => Keyring.createSync(join(path, 'ring'), { seal: Seal.provider(one) })), 'wrong_seal')
  }
  for (let round = 0; round < 200; round++) make()
  // Whoever makes the next one gives back those that are over.
  for (let round = 0; round < 20 && freed < 190; round++) { gc(); await turn(); Seal.provider(provider()) }
  assert.ok(freed >= 190, `${freed} of 200 were collected`)
})

test('a key outlives the variable of its keyring', async () => {
  const key = (() => Keyring.inMemory().createKey('cards'))()
  for (let round = 0; round < 5; round++) { gc(); await turn() }
  assert.equal(key.decrypt(key.encrypt('4111')).toString(), '4111')
})
