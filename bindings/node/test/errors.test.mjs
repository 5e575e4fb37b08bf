import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { errors, Keyring, Seal, StrongroomError } from '../index.mjs'
import { folder } from './vectors.mjs'

test('the table is the one of the library', () => {
  const source = readFileSync(new URL('../../../core/src/error.rs', import.meta.url), 'utf8')
  // A text of Rust goes on in the next line after a backslash, without the spaces that it begins with.
  const rows = [...source.matchAll(/^ {4}(\d+) (\w+) \w+(?: \{[^}]*\})?\s+says "((?:[^"\\]|\\[^])*)"$/gm)].map(([all, number, code, text]) => [all, number, code, text.replace(/\\\n\s*/g, '')])
  assert.ok(rows.length >= 53, `${rows.length}`)
  const family = (number) => number < 100 ? 'misuse' : number < 200 ? 'untrusted_input' : 'environment'
  assert.deepEqual(errors.map((row) => ({ ...row })), rows.map(([, number, code, message]) => ({ number: Number(number), code, family: family(Number(number)), message })))
  assert.equal(new Set(errors.map(({ number }) => number)).size, errors.length)
  assert.ok(Object.isFrozen(errors) && errors.every(Object.isFrozen))
})

test('an error has its code, number, family and message', () => {
  const key = Keyring.inMemory().createKey('cards')
  assert.throws(() => key.decrypt(key.encrypt('m'), { aad: 'other' }), (error) => {
    assert.ok(error instanceof StrongroomError && error instanceof Error)
    const { code, number, family, message } = error
    assert.deepEqual({ code, number, family, message }, { ...errors.find((row) => row.code === 'decrypt_failed') })
    assert.equal(error.name, 'StrongroomError')
    assert.match(error.stack, /errors\.test\.mjs/)
    return true
  })
})

test('a buffer that is too small says how much is needed', () => {
  const key = Keyring.inMemory().createKey('cards')
  assert.throws(() => key.encryptInto('4111', Buffer.alloc(3)), ({ code, needed }) => code === 'buffer_too_small' && key.encryptInto('4111', Buffer.alloc(needed)) === needed)
})

test('an option that is wrong has a code', () => {
  const ring = Keyring.inMemory()
  const key = ring.createKey('cards')
  const detailOf = (call) => { try { call() } catch (error) { return [error.code, error.detail] } }
  for (const [call, detail] of [
    [() => ring.createKey('macs', { keyType: 'hmac', keySize: 16 }), 'key_size_out_of_range'],
    [() => key.encrypt('m', { version: -1 }), 'version_out_of_range'],
    [() => key.hmac('m', { hash: 'md5' }), 'unknown_hash'],
    [() => key.sign('m', { form: 'der' }), 'unknown_form'],
    [() => key.sign('m', { padding: 'oaep' }), 'unknown_padding'],
    [() => key.sign('m', { saltLength: 'long' }), 'unknown_salt_length'],
    [() => key.encrypt('\ud800'), 'not_unicode'],
    [() => key.encryptBatch(['a', 'b'], { aad: ['a'] }), 'columns_differ']
  ]) assert.deepEqual(detailOf(call), ['invalid_option', detail])
  assert.equal(key.encryptBatch(['m'], { version: 2 ** 31, errors: 'return' })[0].detail, 'version_out_of_range')
  assert.throws(() => ring.key('none'), (error) => error.code === 'key_not_found' && !('detail' in error) && !('cause' in error))
})

test('what the operating system said is the cause', (t) => {
  const place = folder(t)
  const ring = Keyring.createSync(join(place, 'ring'), { seal: Seal.rootKey(Buffer.from([...Array(32).keys()])) })
  const missing = (error) => error.cause instanceof Error && error.cause.code === 'ENOENT' && error.cause.errno === -constants.errno.ENOENT && error.message.includes(error.cause.message)
  assert.throws(() => ring.snapshot(join(place, 'missing', 'snapshot')), (error) => error.code === 'store_failed' && missing(error))
  assert.throws(() => Keyring.createSync(join(place, 'other'), { seal: Seal.rootKeyFile(join(place, 'missing')) }), (error) => error.code === 'seal_failed' && missing(error) && !Object.keys(error).includes('cause'))
})

test('the typings know every detail', () => {
  const typings = readFileSync(new URL('../index.d.ts', import.meta.url), 'utf8')
  const union = /export type ErrorDetail =\n((?: {2}\|.*\n)+)/.exec(typings)[1]
  const [, details] = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8').split('## Details of `invalid_option`')
  assert.deepEqual([...union.matchAll(/'(\w+)'/g)].map(([, code]) => code), [...details.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code))
})

test('the typings know every code', () => {
  const typings = readFileSync(new URL('../index.d.ts', import.meta.url), 'utf8')
  const union = /export type ErrorCode =\n((?: {2}\|.*\n)+)/.exec(typings)[1]
  assert.deepEqual([...union.matchAll(/'(\w+)'/g)].map(([, code]) => code), errors.map(({ code }) => code))
})
