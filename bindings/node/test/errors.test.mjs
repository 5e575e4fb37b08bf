import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { errors, Keyring, StrongroomError } from '../index.mjs'

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

test('the typings know every code', () => {
  const typings = readFileSync(new URL('../index.d.ts', import.meta.url), 'utf8')
  const union = /export type ErrorCode =\n((?: {2}\|.*\n)+)/.exec(typings)[1]
  assert.deepEqual([...union.matchAll(/'(\w+)'/g)].map(([, code]) => code), errors.map(({ code }) => code))
})
