import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { format, inspect } from 'node:util'
import { MessageChannel, Worker } from 'node:worker_threads'
import { folder, Keyring, Seal } from './vectors.mjs'

const seal = () => Seal.rootKey(Buffer.alloc(32).map((_, index) => index))

// Every way in which somebody writes a value down without a thought.
const shown = (value) => [
  inspect(value), inspect(value, { showHidden: true, depth: null, getters: true, maxArrayLength: null }), inspect([value]), format('%o %O %j %s', value, value, value, value),
  JSON.stringify(value), JSON.stringify({ value: [value] }), JSON.stringify({ ...value }), JSON.stringify(Object.assign({}, value)), String(value)
]

test('a data key shows its ciphertext alone', (t) => {
  const key = Keyring.inMemory().createKey('cards')
  for (const dataKey of [key.dataKey(), key.transit().dataKey(64), ...key.dataKeyBatch([16, 32]), key.dataKeyBatch([3, 16], { errors: 'return' })[1]]) {
    const { plaintext, ciphertext } = dataKey
    assert.ok(plaintext.length >= 16 && Buffer.isBuffer(plaintext))
    const secrets = ['hex', 'base64', 'latin1'].map((encoding) => plaintext.toString(encoding).slice(0, 12))
    secrets.push([...plaintext.subarray(0, 4)].join(','), inspect(plaintext).slice(8, 20))
    for (const text of shown(dataKey)) {
      for (const secret of secrets) assert.ok(!text.includes(secret), text)
    }
    for (const text of [inspect(dataKey), JSON.stringify(dataKey), JSON.stringify({ ...dataKey })]) assert.ok(text.includes(ciphertext), text)
    assert.deepEqual(JSON.parse(JSON.stringify(dataKey)), { ciphertext })
    // What is wiped is the key itself, not a copy of it.
    plaintext.fill(0)
    assert.deepEqual(dataKey.plaintext, Buffer.alloc(plaintext.length))
    assert.deepEqual(key.decrypt(ciphertext).length, plaintext.length)
    assert.throws(() => { dataKey.plaintext = Buffer.alloc(32) }, TypeError)
  }
  assert.equal(key.dataKeyBatch([3, 16], { errors: 'return' })[0].code, 'invalid_size')
})

test('what belongs to a thread is not copied to another one', async (t) => {
  const ring = Keyring.createSync(join(folder(t), 'ring'), { seal: seal() })
  const key = ring.createKey('cards', { derived: true })
  const { port1, port2 } = new MessageChannel()
  t.after(() => port1.close())
  const received = []
  const last = new Promise((resolve) => port2.on('message', (message) => { received.push(message) === 1 && resolve() }))
  const SHOWN = { Keyring: /^Keyring \{ id: '[0-9a-f-]+' \}$/, Key: /^Key \{ name: 'cards' \}$/, View: /^View \{ name: 'cards' \}$/, Seal: /^Seal \{\}$/, DataKey: /^DataKey \{/ }
  const objects = { Keyring: ring, Key: key, View: key.context('acme'), Seal: seal(), DataKey: key.context('acme').dataKey() }
  for (const [name, object] of Object.entries(objects)) {
    const refused = (error) => error.name === 'DataCloneError' && error.message.includes(`${name} `) && /belongs to the thread|in the clear/.test(error.message)
    for (const value of [object, [object], { at: { some: object } }, new Map([['it', object]])]) {
      assert.throws(() => structuredClone(value), refused, name)
      assert.throws(() => port1.postMessage(value), refused, name)
      assert.throws(() => new Worker('', { eval: true, workerData: value }), refused, name)
    }
    assert.match(inspect(object), SHOWN[name])
  }
  port1.postMessage('the last')
  await last
  assert.deepEqual(received, ['the last'])
})
