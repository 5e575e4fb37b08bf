// A process whose worker ends while it has long texts, `with` or `without` the library in its main thread.
import assert from 'node:assert/strict'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'

if (isMainThread) {
  if (process.argv[2] === 'with') await import('../index.mjs')
  for (const end of ['exit', 'terminate']) {
    const worker = new Worker(new URL(import.meta.url), { argv: [end] })
    const exited = new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject))
    const texts = await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject))
    if (end === 'terminate') await worker.terminate()
    await exited
    assert.equal(new Set(texts).size, 1)
    assert.match(texts[0], /^strongroom:v1:[\w+/]+={0,2}$/)
    assert.ok(texts[0].length > 200_000)
  }
  console.log('the texts are as they were')
} else {
  const { Keyring } = await import('../index.mjs')
  const key = Keyring.inMemory().createKey('siv', 'aes256-siv')
  globalThis.kept = Array.from({ length: 50 }, () => key.encrypt(Buffer.alloc(200_000)))
  for (let call = 0; call < 50; call++) key.encrypt(Buffer.alloc(200_000))
  parentPort.postMessage(globalThis.kept)
  if (process.argv[2] === 'terminate') setInterval(() => {}, 1000)
}
