// The package as users get it: packed, installed in a clean folder, and used from there.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { folder } from './vectors.mjs'

const here = dirname(fileURLToPath(import.meta.url))
// Where TypeScript and the types of Node were installed.
const tools = process.env.STRONGROOM_NODE_TOOLS ?? join(here, '../node_modules')
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
let clean

before((t) => {
  clean = folder({ after: (done) => process.on('exit', done) })
  const [{ filename, files }] = JSON.parse(execFileSync(npm, ['pack', '--ignore-scripts', '--json', '--pack-destination', clean], { cwd: join(here, '..'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  const paths = files.map(({ path }) => path)
  assert.ok(paths.some((path) => path.startsWith('native/')) && paths.includes('lib/view.js') && paths.includes('index.d.ts') && paths.includes('README.md'), paths.join())
  assert.ok(!paths.some((path) => /^(test|src|bench|node_modules)\//.test(path)), paths.join())
  writeFileSync(join(clean, 'package.json'), '{"private": true}')
  execFileSync(npm, ['install', '--offline', '--no-audit', '--no-fund', join(clean, filename)], { cwd: clean, stdio: ['ignore', 'ignore', 'pipe'] })
})

const run = (...args) => execFileSync(process.execPath, args, { cwd: clean, encoding: 'utf8' })

test('it is loaded as a CommonJS module and as an ECMAScript module, and is one', () => {
  const call = "strongroom.Keyring.inMemory().createKey('k').encrypt('m').slice(0, 14)"
  assert.equal(run('-p', `const strongroom = require('strongroom'); ${call}`), 'strongroom:v1:\n')
  assert.equal(run('--input-type=module', '-e', `import strongroom, { Keyring } from 'strongroom'; console.log(${call}, Keyring === strongroom.Keyring)`), 'strongroom:v1: true\n')
  const both = "import { createRequire } from 'node:module'; import { StrongroomError } from 'strongroom'; console.log(createRequire(process.cwd() + '/x.js')('strongroom').StrongroomError === StrongroomError)"
  assert.equal(run('--input-type=module', '-e', both), 'true\n')
})

test('the version is that of the package', () => {
  assert.equal(run('-p', "require('strongroom').version === require('strongroom/package.json').version"), 'true\n')
})

test('nothing inside is reached from outside', () => {
  for (const path of ['strongroom/lib/native.js', 'strongroom/native/strongroom.linux-x64.node']) {
    assert.throws(() => execFileSync(process.execPath, ['-e', `require('${path}')`], { cwd: clean, stdio: 'pipe' }), /ERR_PACKAGE_PATH_NOT_EXPORTED/)
  }
})

test('the example runs', () => {
  copyFileSync(join(here, '../../../examples/first_look.mjs'), join(clean, 'first_look.mjs'))
  assert.equal(run('first_look.mjs'), '4111 1111 1111 1111 strongroom:v1: strongroom:v2:\n')
})

test('the typings hold, for both kinds of module and without exactOptionalPropertyTypes too', () => {
  for (const [name, kind, exactOptionalPropertyTypes] of [['typings.mts', 'module', true], ['typings.cts', 'commonjs', true], ['typings.mts', 'inexact', false]]) {
    const project = join(clean, kind)
    mkdirSync(project)
    copyFileSync(join(here, 'typings.ts'), join(project, name))
    const compilerOptions = { strict: true, module: 'nodenext', target: 'es2022', lib: ['es2023'], esModuleInterop: true, outDir: 'out', typeRoots: [join(tools, '@types')], types: ['node'], exactOptionalPropertyTypes }
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [name] }))
    let complaints = ''
    try {
      execFileSync(process.execPath, [join(tools, 'typescript/bin/tsc'), '--project', project], { encoding: 'utf8' })
    } catch (error) {
      complaints = error.stdout
    }
    assert.equal(complaints, '')
    assert.equal(run(join(project, 'out', name.replace('ts', 'js'))), '4111 2 1 true 79 undefined 3 function function function function function function function function true 2 k k true function 2 function 3 true true\n')
  }
})
