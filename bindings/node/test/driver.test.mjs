import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { folder, Keyring, Seal } from './vectors.mjs'

test('the driver answers every line', (t) => {
  const path = join(folder(t), 'ring')
  const rootKey = Buffer.from('0102'.repeat(16), 'hex')
  const ring = Keyring.createSync(path, { seal: Seal.rootKey(rootKey) })
  const cards = ring.createKey('cards')
  const releases = ring.createKey('releases', 'ed25519')
  const hex = (text) => Buffer.from(text).toString('hex')
  const lines = [
    { op: 'open', folder: path, root_key: rootKey.toString('hex') },
    { op: 'encrypt', key: 'cards', plaintext: hex('4111'), aad: hex('a') },
    { op: 'decrypt', key: 'cards', ciphertext: cards.encrypt('4111', { aad: 'a' }), aad: hex('a') },
    { op: 'decrypt', key: 'cards', ciphertext: cards.encrypt('4111', { aad: 'a' }) },
    { op: 'sign', key: 'releases', message: hex('m') },
    { op: 'verify', key: 'releases', message: hex('m'), signature: releases.sign('m') },
    { op: 'verify', key: 'releases', message: hex('n'), signature: releases.sign('m') },
    { op: 'hmac', key: 'cards', message: hex('m') },
    { op: 'verify_hmac', key: 'cards', message: hex('m'), signature: cards.hmac('m') },
    { op: 'rotate', key: 'cards' },
    { op: 'encrypt', key: 'none', plaintext: '' }
  ]
  const driver = fileURLToPath(new URL('driver.mjs', import.meta.url))
  const { stdout, status } = spawnSync(process.execPath, [driver], { input: lines.map((line) => JSON.stringify(line) + '\n').join(''), encoding: 'utf8' })
  assert.equal(status, 0)
  const answers = stdout.trim().split('\n').map((line) => JSON.parse(line))
  assert.equal(cards.decrypt(answers[1].ok, { aad: 'a' }).toString(), '4111')
  ring.refresh()
  assert.deepEqual(answers.map(({ ok, error }) => error ?? typeof ok), ['boolean', 'string', 'string', 'decrypt_failed', 'string', 'boolean', 'bad_signature', 'string', 'boolean', 'number', 'key_not_found'])
  assert.deepEqual([answers[2], answers[4], answers[9]], [{ ok: hex('4111') }, { ok: releases.sign('m') }, { ok: 2 }])
  cards.verifyHmac('m', answers[7].ok)
})
