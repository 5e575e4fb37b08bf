// Seals written in JavaScript that throw, promise, call back, or end the process: each says so, and nothing waits for ever.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { folder, Keyring, Seal } from './vectors.mjs'

const flip = (bytes) => Buffer.from(bytes.map((byte) => byte ^ 7))
const methods = { wrap: (key) => flip(key), unwrap: (blob) => flip(blob) }
const sealed = (own) => Seal.provider({ kind: 'k', keyId: 'i', ...methods, ...own })

function thrown (call) {
  try {
    call()
  } catch (error) {
    return error
  }
}

test('what a seal throws is the cause of the error', async (t) => {
  const path = join(folder(t), 'ring')
  const ring = Keyring.createSync(path, { seal: sealed() })
  const key = ring.createKey('cards')
  class Unreachable extends Error { code = 'ECONNREFUSED' }
  const values = [new Unreachable('no way to the module'), new RangeError('odd'), 'a text', 7, 7n, null, undefined, Symbol('s'), false, { message: 'like an error' }, () => {}, Object.freeze([1]), new Proxy({}, { get () { throw new Error('again') } })]
  for (const value of values) {
    const seal = sealed({ unwrap () { throw value } })
    const errors = [thrown(() => Keyring.openSync(path, { seal })), await Keyring.open(path, { seal }).catch((error) => error)]
    const wrapping = sealed({ keyId: 'other', wrap () { throw value } })
    errors.push(thrown(() => ring.addSeal(wrapping)), await ring.addSealAsync(wrapping).catch((error) => error))
    errors.push(thrown(() => ring.reseal([wrapping])), await ring.resealAsync([wrapping]).catch((error) => error), thrown(() => key.backup(wrapping)))
    for (const error of errors) {
      assert.equal(error.code, 'seal_failed')
      assert.ok(Object.hasOwn(error, 'cause') && Object.is(error.cause, value), `${typeof value}`)
      assert.deepEqual(Object.keys(error).includes('cause'), false)
    }
  }
  // The next error has nothing of it.
  assert.equal(thrown(() => Keyring.openSync(path, { seal: Seal.rootKeyFile(join(path, 'none')) })).cause.code, 'ENOENT')
  assert.ok(!('cause' in thrown(() => Keyring.openSync(path, { seal: sealed({ unwrap: () => null }) }))))
})

test('a cause is that of its own call', (t) => {
  const path = join(folder(t), 'ring')
  Keyring.createSync(path, { seal: sealed() })
  const [first, outer] = [new Error('first'), new Error('outer')]
  // Thrown by a seal, and the cause of nothing, since the call ended otherwise.
  thrown(() => Keyring.createSync(path, { seal: sealed({ wrap () { throw first } }) }))
  let inner
  const seal = sealed({
    unwrap () {
      // While one seal is asked no other one is.
      inner = thrown(() => Keyring.openSync(path, { seal: sealed({ unwrap: () => assert.fail('asked') }) }))
      throw outer
    }
  })
  assert.equal(thrown(() => Keyring.openSync(path, { seal })).cause, outer)
  assert.ok(inner.code === 'seal_failed' && !('cause' in inner))
  assert.equal(thrown(() => Keyring.openSync(path, { seal: sealed({ unwrap () { throw inner } }) })).cause, inner)
})

test('a key that was wrapped in place is wrapped, and wiped', (t) => {
  const path = join(folder(t), 'ring')
  let seen
  const seal = sealed({ wrap (key) { seen = key; key.forEach((byte, index) => { key[index] = byte ^ 7 }); return key } })
  const text = Keyring.createSync(path, { seal }).createKey('cards').encrypt('m')
  assert.ok(seen.every((byte) => byte === 0))
  assert.equal(Keyring.openSync(path, { seal }).key('cards').decrypt(text).toString(), 'm')
})

test('a seal that calls its keyring is told so', async (t) => {
  const path = join(folder(t), 'ring')
  const ring = Keyring.createSync(path, { seal: sealed() })
  const key = ring.createKey('cards')
  const text = key.encrypt('m')
  const other = Keyring.openSync(path, { seal: sealed() })
  const calls = {
    decrypt: () => key.decrypt(text), batch: () => key.decryptBatch([text]), into: () => key.encryptInto('m', Buffer.alloc(100)), key: () => ring.key('cards'), info: () => key.info(),
    rotate: () => key.rotate(), reseal: () => ring.reseal([sealed()]), transit: () => key.transit().decrypt(text), refresh: () => ring.refresh()
  }
  for (const [name, call] of Object.entries(calls)) {
    const error = thrown(() => ring.addSeal(sealed({ keyId: name, wrap: call })))
    assert.equal(error.code, 'seal_failed', name)
    assert.match(error.message, /it called its keyring in the middle of a call/, name)
    assert.equal(error.cause.code, 'seal_failed', name)
  }
  let later
  await ring.addSealAsync(sealed({ keyId: 'later', wrap (wrapped) { later = key.decryptAsync(text); return flip(wrapped) } }))
  // A call that gives a promise does not wait on this thread.
  assert.equal((await later).toString(), 'm')
  // Another keyring can be used, and this one once the call is over.
  ring.addSeal(sealed({ keyId: 'other', wrap (wrapped) { assert.equal(other.key('cards').decrypt(text).toString(), 'm'); return flip(wrapped) } }))
  assert.equal(key.decrypt(text).toString(), 'm')
  // A keyring without such a seal until now is told so too.
  const plain = Keyring.createSync(join(folder(t), 'ring'), { seal: Seal.passphrase('p') })
  const own = plain.createKey('cards')
  assert.match(thrown(() => plain.addSeal(sealed({ wrap: () => own.encrypt('m') }))).message, /it called its keyring/)
  own.encrypt('m')
})

test('a call without a promise refuses one at once, however it ends', async (t) => {
  const path = join(folder(t), 'ring')
  Keyring.createSync(path, { seal: sealed() })
  const unhandled = []
  const listen = (reason) => unhandled.push(reason)
  process.on('unhandledRejection', listen)
  const endings = { kept: () => Promise.resolve(Buffer.alloc(32, 1)), broken: () => Promise.reject(new Error('later')), 'never kept': () => new Promise(() => {}), 'of a class': () => (class extends Promise { then () { throw new Error('asked') } }).reject(new Error('later')), 'async function': async () => { throw new Error('asked') }, 'async generator': async function * () {}, thenable: () => ({ then () { throw new Error('asked') } }) }
  for (const [about, promise] of Object.entries(endings)) {
    const seal = sealed({ unwrap: promise })
    for (let round = 0; round < 2; round++) {
      const error = thrown(() => Keyring.openSync(path, { seal }))
      assert.equal(error.code, 'seal_failed', about)
      assert.match(error.message, /it answers with a promise, .* await /, about)
      assert.ok(error.cause instanceof TypeError, about)
    }
  }
  // Once it has given one, it is not asked again where none can be waited for.
  let asked = 0
  const seal = sealed({ unwrap: () => { asked++; return Promise.resolve(Buffer.alloc(32)) } })
  for (let round = 0; round < 3; round++) thrown(() => Keyring.openSync(path, { seal }))
  assert.equal(asked, 1)
  await new Promise((resolve) => setTimeout(resolve, 20))
  process.off('unhandledRejection', listen)
  assert.deepEqual(unhandled, [])
})

// Run in a process of its own, which must end by itself.
const CASES = {
  'process.exit in unwrap': { status: 7 }, 'process.exit in wrap': { status: 7 }, 'process.exit in a promise': { status: 7 },
  'an unknown version in unwrap': { status: 0 }, 'itself in unwrap': { status: 0 }, 'close in unwrap': { status: 0 }, 'a rotation in wrap': { status: 0 }, 'a reseal in a reseal': { status: 0 },
  'a worker that ends itself': { status: 0 }, 'a version of a file system in memory': { status: 0 }
}

for (const [name, { status }] of Object.entries(CASES)) {
  // Where writing takes so little time, what is new is met before the folder is looked at by itself.
  const quick = name.includes('in memory')
  test(`${name} hangs nothing`, { skip: quick && !existsSync('/dev/shm') && 'there is no file system in memory' }, (t) => {
    const path = join(folder(t, quick ? '/dev/shm' : undefined), 'ring')
    const child = spawnSync(process.execPath, [fileURLToPath(new URL('provider_process.mjs', import.meta.url)), name, path], { encoding: 'utf8', timeout: 60_000 })
    assert.equal(child.signal, null, 'it hung')
    assert.equal(child.status, status, child.stderr)
    // Whatever was cut off, the keyring opens and works.
    const ring = Keyring.openSync(path, { seal: sealed() })
    const key = ring.key('cards')
    key.rotate()
    assert.equal(key.decrypt(key.encrypt('m')).toString(), 'm')
    assert.deepEqual(ring.check().faults, [])
  })
}
