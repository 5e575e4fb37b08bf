import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { folder, Keyring, Seal } from './vectors.mjs'

const seal = () => Seal.rootKey(Buffer.alloc(32).map((_, index) => index))

if (isMainThread) {
  test('workers work while another one rotates, closes and ends', async (t) => {
    const path = join(folder(t), 'ring')
    const ring = Keyring.createSync(path, { seal: seal() })
    const key = ring.createKey('cards', 'aes256-gcm96')
    const workers = Array.from({ length: 6 }, (_, index) => new Worker(new URL(import.meta.url), { workerData: { path, index } }))
    const outcomes = workers.map((worker) => new Promise((resolve, reject) => worker.on('error', reject).on('message', resolve)))
    const ends = workers.map((worker) => new Promise((resolve) => worker.on('exit', resolve)))
    for (let round = 0; round < 5; round++) {
      key.rotate()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    for (const { ciphertexts, refused } of await Promise.all(outcomes)) {
      for (const ciphertext of ciphertexts) assert.equal(key.decrypt(ciphertext).toString(), '4111')
      assert.ok(ciphertexts.slice(-101).every((ciphertext) => ciphertext.startsWith('vault:v1:')))
      assert.equal(refused, 'closed StrongroomError')
    }
    assert.deepEqual(await Promise.all(ends), workers.map(() => 0))
  })

  test('a worker that is stopped in the middle of everything leaves the others alone', async (t) => {
    const path = join(folder(t), 'ring')
    const key = Keyring.createSync(path, { seal: seal() }).createKey('cards')
    const workers = Array.from({ length: 4 }, () => new Worker(new URL(import.meta.url), { workerData: { path, forever: true } }))
    await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))))
    const stopped = workers.map((worker) => worker.terminate())
    for (let call = 0; call < 1000; call++) assert.equal(key.decrypt(key.encrypt('4111')).toString(), '4111')
    await Promise.all(stopped)
    assert.equal(key.decrypt(key.encrypt('4111')).toString(), '4111')
  })
} else if (workerData.forever) {
  const ring = Keyring.openSync(workerData.path, { seal: seal() })
  const key = ring.key('cards')
  key.encryptAsync(Buffer.alloc(1 << 22)).then(() => {}, () => {})
  parentPort.postMessage('going')
  for (;;) key.decrypt(key.encrypt('4111'))
} else {
  const ring = Keyring.openSync(workerData.path, { seal: seal() })
  const key = ring.key('cards')
  const ciphertexts = []
  for (let call = 0; call < 2000; call++) ciphertexts.push(key.encrypt('4111'))
  ciphertexts.push(await key.encryptAsync('4111'))
  // The view that is as lenient as Transit encrypts with a version that is long not the latest.
  const view = key.transit()
  for (let call = 0; call < 50; call++) ciphertexts.push(view.encrypt('4111', { version: 1 }))
  ciphertexts.push(...view.rewrapBatch(ciphertexts.slice(-50), { version: 1 }), await view.encryptAsync('4111', { version: 1 }))
  ring.close()
  let refused
  try {
    key.encrypt('4111')
  } catch (error) {
    refused = `${error.code} ${error.name}`
  }
  parentPort.postMessage({ ciphertexts: ciphertexts.slice(-200), refused })
}
