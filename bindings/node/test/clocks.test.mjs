// Tokens between clocks that differ: programs whose time of day is shifted, by a library that is loaded before the C library.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { folder, Keyring, Seal } from './vectors.mjs'

const clocks = new URL('../../../tests/clocks/', import.meta.url)
const cases = JSON.parse(readFileSync(new URL('cases.json', clocks), 'utf8'))
const driver = fileURLToPath(new URL('driver.mjs', import.meta.url))
const rootKey = Buffer.from('0102'.repeat(16), 'hex')
const hasCompiler = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0
const skip = hasCompiler ? false : 'skipped: a shifted clock, LD_PRELOAD is of Linux and needs a C compiler'

// What a program answers whose clock is ahead by so many milliseconds.
function byClock (place, ms, request) {
  const lines = [{ op: 'open', folder: join(place, 'ring'), root_key: rootKey.toString('hex') }, { key: 'cards', ...request }]
  const env = { ...process.env, LD_PRELOAD: join(place, 'shift.so'), STRONGROOM_TEST_CLOCK_MS: `${ms}` }
  const { stdout, stderr, status } = spawnSync(process.execPath, [driver], { input: lines.map((line) => JSON.stringify(line) + '\n').join(''), encoding: 'utf8', env })
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout.split('\n')[1])
}

test('a token is good between two moments, by whatever clocks', { skip }, (t) => {
  const place = folder(t)
  const made = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', join(place, 'shift.so'), fileURLToPath(new URL('shift.c', clocks))], { encoding: 'utf8' })
  assert.equal(made.status, 0, made.stderr)
  Keyring.createSync(join(place, 'ring'), { seal: Seal.rootKey(rootKey) }).createKey('cards')
  assert.ok(cases.length >= 16)
  for (const { what, issued_at_ms: issuedAt, ttl_ms: ttl, redeemed_at_ms: redeemedAt, leeway_ms: leeway, result } of cases) {
    const token = byClock(place, issuedAt, { op: 'issue', payload: '0102', ttl_ms: ttl }).ok
    const answer = byClock(place, redeemedAt, { op: 'redeem', token, ...(leeway === undefined ? {} : { leeway_ms: leeway }) })
    if (result === 'ok') {
      const [payload, issued, expires] = answer.ok.split(' ')
      assert.deepEqual([payload, expires - issued], ['0102', ttl], what)
    } else {
      assert.deepEqual(answer, { error: result }, what)
    }
  }
})
