// What an encrypted text costs a row: 10,000 rows written and read in SQLite, in memory, by the plain ORM, by ours and by other packages, in one run.
// `node bench.mjs [ROWS] [ROUNDS]` prints a line of JSON for each, with the best of the rounds; a ratio is to the plain ORM. `cargo xtask orm node --bench`
// says where the packages are.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keyring } from '../index.mjs'
import { load } from './load.mjs'
import { made } from './people/client.mjs'

const [ROWS = 10_000, ROUNDS = 5] = process.argv.slice(2).map(Number)
const TABLE = 'CREATE TABLE people (id text PRIMARY KEY, email text)'
// As many rows as SQLite takes in one statement, for all alike.
const BATCH = 500
const key = Keyring.inMemory().createKey('people')
const options = { key, column: 'people.email' }
const rows = Array.from({ length: ROWS }, (_, at) => ({ id: randomUUID(), email: `person.${at}@example.com` }))
const batches = Array.from({ length: Math.ceil(ROWS / BATCH) }, (_, at) => rows.slice(at * BATCH, (at + 1) * BATCH))
const pages = batches.map((batch) => batch.map(({ id }) => id))

function drizzle (encrypted) {
  return async () => {
    const { sqliteTable, text, customType } = load('drizzle-orm/sqlite-core')
    const { inArray } = load('drizzle-orm')
    const Database = load('better-sqlite3')
    const link = new Database(':memory:')
    link.exec(TABLE)
    const db = load('drizzle-orm/better-sqlite3').drizzle(link)
    const email = encrypted ? load('../drizzle.js').encrypted(customType, options)('email') : text('email')
    const people = sqliteTable('people', { id: text('id').primaryKey(), email })
    return {
      write: async (batch) => db.insert(people).values(batch).run(),
      read: async (ids) => db.select().from(people).where(inArray(people.id, ids)).all(),
      close: () => link.close()
    }
  }
}

function typeorm (transformer, attach) {
  return async () => {
    const { DataSource, EntitySchema, In } = load('typeorm')
    const email = { type: 'text', nullable: true, ...(transformer && { transformer: transformer() }) }
    const Person = new EntitySchema({ name: 'Person', tableName: 'people', columns: { id: { type: 'text', primary: true }, email } })
    const source = await new DataSource({ type: 'better-sqlite3', database: ':memory:', entities: [Person] }).initialize()
    await source.query(TABLE)
    if (attach) load('../typeorm.js').attach(source)
    const people = source.getRepository(Person)
    return {
      write: (batch) => people.insert(batch.map((row) => ({ ...row }))),
      read: (ids) => people.findBy({ id: In(ids) }),
      close: () => source.destroy()
    }
  }
}

const place = mkdtempSync(join(tmpdir(), 'strongroom-bench-'))
process.on('exit', () => rmSync(place, { recursive: true, force: true }))
let client

function prisma (extended) {
  return async () => {
    client ??= load(made(place, readFileSync(new URL('people/bench.prisma', import.meta.url), 'utf8'), 'sqlite'))
    const { PrismaBetterSqlite3 } = load('@prisma/adapter-better-sqlite3')
    const base = new client.PrismaClient({ adapter: new PrismaBetterSqlite3({ url: ':memory:' }) })
    await base.$executeRawUnsafe(TABLE)
    const db = extended(base)
    return {
      write: (data) => db.person.createMany({ data }),
      read: (ids) => db.person.findMany({ where: { id: { in: ids } } }),
      close: () => base.$disconnect()
    }
  }
}

// It asks the client for what clients of Prisma 7 have no more, and is given it.
const field = (name, more) => ({ name, type: 'String', isList: false, isUnique: false, isId: false, ...more })
const dmmf = { datamodel: { models: [{ name: 'Person', fields: [field('id', { isId: true }), field('email', { documentation: '@encrypted' })] }] } }
const secret = Buffer.alloc(32, 7).toString('hex')
const CASES = [
  ['drizzle', 'plain', drizzle(false)],
  ['drizzle', 'strongroom, bound to the column', drizzle(true)],
  ['typeorm', 'plain', typeorm()],
  ['typeorm', 'strongroom, bound to the column', typeorm(() => load('../typeorm.js').encrypted(options))],
  ['typeorm', 'strongroom, bound to the row', typeorm(() => load('../typeorm.js').rowEncrypted(options), true)],
  ['typeorm', 'typeorm-encrypted 0.8.0', typeorm(() => new (load('typeorm-encrypted').EncryptionTransformer)({ key: secret, algorithm: 'aes-256-gcm', ivLength: 12, authTagLength: 16 }))],
  ['prisma', 'plain', prisma((base) => base)],
  ['prisma', 'strongroom, bound to the row', prisma((base) => base.$extends(load('../prisma.js').encryption(base, { Person: { fields: { email: options } } })))],
  ['prisma', 'prisma-field-encryption 1.6.0, with a model by hand', prisma((base) => base.$extends(load('prisma-field-encryption').fieldEncryptionExtension({ encryptionKey: `k1.aesgcm256.${Buffer.alloc(32, 7).toString('base64url')}=`, dmmf })))]
]

// Microseconds a row, of a round in a database of its own. What comes back has to be what was written.
async function round (start) {
  const { write, read, close } = await start()
  const begun = process.hrtime.bigint()
  for (const batch of batches) await write(batch)
  const written = process.hrtime.bigint()
  const found = []
  for (const ids of pages) found.push(await read(ids))
  const done = process.hrtime.bigint()
  const emails = new Map(found.flat().map(({ id, email }) => [id, email]))
  if (rows.some(({ id, email }) => emails.get(id) !== email)) throw new Error('what came back is not what was written')
  await close()
  return [Number(written - begun), Number(done - written)].map((nanoseconds) => nanoseconds / 1000 / ROWS)
}

const best = CASES.map(() => [Infinity, Infinity])
const failed = new Map()
for (let number = 0; number <= ROUNDS; number++) {
  for (const [at, [, , start]] of CASES.entries()) {
    if (failed.has(at)) continue
    try {
      const times = await round(start)
      // The first round compiles.
      if (number > 0) best[at] = best[at].map((time, which) => Math.min(time, times[which]))
    } catch (error) {
      failed.set(at, error.message.split('\n')[0])
    }
  }
}
const rounded = (number) => Math.round(number * 100) / 100
for (const [at, [orm, what]] of CASES.entries()) {
  const plain = best[CASES.findIndex(([other]) => other === orm)]
  const [write, read] = best[at]
  if (failed.has(at)) console.log(JSON.stringify({ orm, what, rows: ROWS, failed: failed.get(at) }))
  else console.log(JSON.stringify({ orm, what, rows: ROWS, writeMicroseconds: rounded(write), readMicroseconds: rounded(read), writeRatio: rounded(write / plain[0]), readRatio: rounded(read / plain[1]) }))
}
