// The package as it comes from a registry: without a library, which is in a package for the platform.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { folder } from './vectors.mjs'

const here = join(dirname(fileURLToPath(import.meta.url)), '..')
const { version } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
const platform = `${process.platform}-${process.arch}`
const library = join(here, 'native', `strongroom.${platform}.node`)
const musl = process.platform === 'linux' && readFileSync('/proc/self/maps', 'latin1').includes('/ld-musl-')
const [own, other] = process.platform === 'linux' ? [`${platform}-${musl ? 'musl' : 'gnu'}`, `${platform}-${musl ? 'gnu' : 'musl'}`] : [platform, `${platform}-other`]

// A folder in which the package is installed, with these packages of platforms: their names, and what makes their file.
function installed (t, packages) {
  const path = folder(t)
  const modules = join(path, 'node_modules')
  for (const name of ['index.js', 'package.json', 'lib']) cpSync(join(here, name), join(modules, 'strongroom', name), { recursive: true })
  for (const [name, { main = 'strongroom.node', make }] of Object.entries(packages)) {
    const place = join(modules, '@strongroom', name)
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'package.json'), JSON.stringify({ name: `@strongroom/${name}`, version, main }))
    make(join(place, main))
  }
  return path
}

const works = { make: (path) => copyFileSync(library, path) }
const broken = { make: (path) => writeFileSync(path, 'no library') }
const old = { main: 'old.js', make: (path) => writeFileSync(path, "module.exports = { version: () => '0.0.9' }") }

const call = "require('strongroom').Keyring.inMemory().createKey('k').encrypt('m').slice(0, 14)"
const run = (path) => execFileSync(process.execPath, ['-p', call], { cwd: path, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

test('the library comes from the package for the platform', (t) => {
  assert.equal(run(installed(t, { [own]: works })), 'strongroom:v1:\n')
})

test('where packages for both C libraries are, the right one is loaded', (t) => {
  assert.equal(run(installed(t, { [own]: works, [other]: broken })), 'strongroom:v1:\n')
  assert.throws(() => run(installed(t, { [own]: broken, [other]: works })), new RegExp(`the native library of @strongroom/${own} cannot be loaded`))
})

test('where there is none, the error names it and says how to come by it', (t) => {
  for (const packages of [{}, { [other]: works }]) {
    assert.throws(() => run(installed(t, packages)), ({ stderr }) => {
      assert.match(stderr, new RegExp(`Error: strongroom needs the package @strongroom/${own} here, which is not installed`))
      assert.match(stderr, new RegExp(`npm install strongroom@${version.replaceAll('.', '\\.')} --include=optional`))
      assert.match(stderr, /in bindings\/node builds it/)
      return true
    })
  }
})

test('a library of another version is refused', (t) => {
  assert.throws(() => run(installed(t, { [own]: old })), new RegExp(`strongroom ${version} needs @strongroom/${own} ${version}, and 0\\.0\\.9 is installed`))
})

test('the library that a clone has built comes first, and is not passed over when it is broken', (t) => {
  const path = installed(t, { [own]: works })
  const native = join(path, 'node_modules/strongroom/native')
  mkdirSync(native)
  writeFileSync(join(native, `strongroom.${platform}.node`), 'no library')
  assert.throws(() => run(path), /no working native library for .* builds it anew/)
  copyFileSync(library, join(native, `strongroom.${platform}.node`))
  assert.equal(run(path), 'strongroom:v1:\n')
})
