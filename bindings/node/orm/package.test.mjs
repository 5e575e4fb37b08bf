// The package as users get it: packed, with the ORMs beside it, or as a link into a clone.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { generated } from './people/prisma.mjs'
import { folder, load } from './world.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const binding = dirname(here)
const modules = dirname(dirname(load.resolve('prisma/package.json')))
const ORMS = ['drizzle-orm', 'typeorm', '.prisma', 'better-sqlite3', 'pg', '@types', 'typescript']

// A folder with the ORMs, or some of them.
function project (orms = ORMS) {
  const place = folder()
  mkdirSync(join(place, 'node_modules'))
  for (const name of orms) symlinkSync(join(modules, name), join(place, 'node_modules', name))
  writeFileSync(join(place, 'package.json'), '{"private": true}')
  return place
}

function packed (place) {
  const [{ filename, files }] = JSON.parse(execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', place], { cwd: binding, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  const target = join(place, 'node_modules/strongroom')
  mkdirSync(target)
  execFileSync('tar', ['-xzf', join(place, filename), '-C', target, '--strip-components=1'])
  return files.map(({ path }) => path)
}

// Without the variable by which the tests find the ORMs.
const env = { ...process.env }
delete env.NODE_PATH
const run = (cwd, ...args) => execFileSync(process.execPath, args, { cwd, env, encoding: 'utf8', stdio: 'pipe' })

test('each entry is there for both kinds of module, and is one', () => {
  const place = project()
  const paths = packed(place)
  assert.ok(!paths.some((path) => path.startsWith('orm/')), paths.join())
  for (const [name, some] of [['drizzle', 'encrypted'], ['typeorm', 'rowEncrypted'], ['prisma', 'encryption']]) {
    const both = `import { ${some} } from 'strongroom/${name}'; import { createRequire } from 'node:module'; const one = createRequire(process.cwd() + '/x.js')('strongroom/${name}'); console.log(one.${some} === ${some}, Object.keys(one).join() === Object.keys(await import('strongroom/${name}')).join())`
    assert.equal(run(place, '--input-type=module', '-e', both), 'true true\n')
    for (const kind of ['ts', 'mts']) assert.ok(paths.includes(`${name}.d.${kind}`))
    assert.equal(readFileSync(join(binding, `${name}.d.ts`), 'utf8'), readFileSync(join(binding, `${name}.d.mts`), 'utf8'))
  }
  assert.throws(() => run(place, '-e', "require('strongroom/lib/fields/field.js')"), /ERR_PACKAGE_PATH_NOT_EXPORTED/)
})

test('who does not ask for an ORM needs none, and who does is told which', () => {
  const place = project([])
  packed(place)
  assert.equal(run(place, '-p', "typeof require('strongroom').Keyring + typeof require('strongroom/prisma').encryption"), 'functionfunction\n')
  for (const [name, missing] of [['drizzle', 'drizzle-orm'], ['typeorm', 'typeorm']]) assert.throws(() => run(place, '-e', `require('strongroom/${name}')`), new RegExp(`strongroom needs ${missing} for this`))
})

test('a link into a clone finds the ORM of the program', () => {
  const place = project()
  symlinkSync(binding, join(place, 'node_modules/strongroom'))
  writeFileSync(join(place, 'program.mjs'), "import { encrypted } from 'strongroom/drizzle'; import { attach } from 'strongroom/typeorm'; console.log(typeof encrypted, typeof attach)")
  assert.equal(run(dirname(place), join(place, 'program.mjs')), 'function function\n')
  assert.equal(run(place, '-p', "typeof require('strongroom/drizzle').encrypted"), 'function\n')
  // One that is there and broken says so itself.
  const broken = project([])
  symlinkSync(binding, join(broken, 'node_modules/strongroom'))
  const asked = "try { require('strongroom/typeorm') } catch (error) { error.message }"
  assert.match(run(broken, '-p', asked), /^strongroom needs typeorm for this/)
  mkdirSync(join(broken, 'node_modules/typeorm'))
  writeFileSync(join(broken, 'node_modules/typeorm/index.js'), "require('another')")
  assert.match(run(broken, '-p', asked), /^Cannot find module 'another'/)
})

test('ORMs that are ECMAScript modules are worked with too', () => {
  const place = project()
  packed(place)
  writeFileSync(join(place, 'program.mjs'), `
    import Database from 'better-sqlite3'
    import { drizzle } from 'drizzle-orm/better-sqlite3'
    import { eq, isNull, like } from 'drizzle-orm'
    import { customType, sqliteTable, text } from 'drizzle-orm/sqlite-core'
    import { Keyring } from 'strongroom'
    import { blindIndex, encrypted, matches, refuseComparisons, rewrap, withIndexes } from 'strongroom/drizzle'

    const key = Keyring.inMemory().createKey('people')
    const people = sqliteTable('people', { id: text('id').primaryKey(), email: encrypted(customType, { key, column: 'people.email', index: 'found' })('email'), found: blindIndex(customType)('found') })
    const database = new Database(':memory:')
    database.exec('CREATE TABLE people (id text PRIMARY KEY, email text, found text)')
    const plain = drizzle(database)
    const db = refuseComparisons(drizzle(database))
    db.insert(people).values(withIndexes(people, { id: 'a', email: 'ann@example.com' })).run()
    key.rotate()
    const said = (work) => { try { work() } catch (error) { return error.message.split(':')[0] } }
    console.log(db.select().from(people).where(matches(people.email, 'ann@example.com')).all().length, db.select().from(people).where(isNull(people.email)).all().length, (await rewrap(db, people)).rewrapped)
    console.log(said(() => plain.select().from(people).where(eq(people.email, 'x')).all()))
    console.log(said(() => db.select().from(people).where(like(people.email, 'x')).all()))
  `)
  assert.equal(run(place, join(place, 'program.mjs')), '1 0 1\npeople.email is encrypted, and no ciphertext equals another\npeople.email is encrypted, and a comparison goes by an order or equality that ciphertexts do not have\n')
})

test('the typings hold, for both kinds of module, and an extended client of Prisma keeps its own', () => {
  const place = project()
  packed(place)
  symlinkSync(generated('sqlite'), join(place, 'client'))
  writeFileSync(join(place, 'client.mts'), CLIENT)
  for (const name of ['typings.mts', 'typings.cts']) copyFileSync(join(here, 'typings.ts'), join(place, name))
  const compilerOptions = { strict: true, exactOptionalPropertyTypes: true, module: 'nodenext', target: 'es2022', lib: ['es2023', 'dom'], esModuleInterop: true, outDir: 'out', rootDir: '.', types: ['node'], skipLibCheck: true, preserveSymlinks: true }
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['typings.mts', 'typings.cts', 'client.mts'] }))
  let complaints = ''
  try {
    execFileSync(process.execPath, [join(modules, 'typescript/bin/tsc'), '--project', place], { cwd: place, encoding: 'utf8', stdio: 'pipe' })
  } catch ({ stdout }) {
    // Those of other libraries are not ours to check. Ours are, by what typings.ts expects of them.
    complaints = stdout.split('\n').filter((line) => /^(?:typings|client\.mts|node_modules\/strongroom)/.test(line)).join('\n')
  }
  assert.equal(complaints, '')
  for (const name of ['typings.mjs', 'typings.cjs']) assert.equal(run(place, join(place, 'out', name)), '17 a 1 3 0 0 object object function function function function\n')
})

const CLIENT = `
  import prisma from './client/index.js'
  import { Keyring } from 'strongroom'
  import { encryption } from 'strongroom/prisma'
  const base = new prisma.PrismaClient({ adapter: null as never })
  const extended = base.$extends(encryption(base, { Person: { fields: { email: { key: Keyring.inMemory().createKey('people'), column: 'people.email' } } } }))
  export async function ask (): Promise<string | null> {
    const found = await extended.person.findFirstOrThrow({ select: { email: true }, where: { email: 'ann@example.com' } })
    // @ts-expect-error: it was not selected
    found.note
    // @ts-expect-error: there is no such field
    await extended.person.findFirst({ where: { mail: 'ann@example.com' } })
    return found.email
  }
`
