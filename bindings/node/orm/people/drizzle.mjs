// A table of people in Drizzle, in either database.
import { load, VALUES } from '../world.mjs'

export const strongroom = load('../drizzle.js')
const { encrypted, blindIndex, refuseComparisons } = strongroom
const { drizzle: overSqlite } = load('drizzle-orm/better-sqlite3')
const { drizzle: overPostgres } = load('drizzle-orm/node-postgres')
export const core = { sqlite: load('drizzle-orm/sqlite-core'), postgres: load('drizzle-orm/pg-core') }
const Database = load('better-sqlite3')
const pg = load('pg')

export function table (kind, key, more = {}) {
  const { customType, text, ...dialect } = core[kind]
  const make = kind === 'sqlite' ? dialect.sqliteTable : dialect.pgTable
  return make('people', {
    id: text('id').primaryKey(),
    name: text('name'),
    email: encrypted(customType, { key, column: 'people.email', index: 'emailIndex', normalize: 'email', ...more })('email'),
    emailIndex: blindIndex(customType)('email_index'),
    note: encrypted(customType, { key, column: 'people.note', ...more })('note'),
    photo: encrypted(customType, { key, column: 'people.photo', type: 'bytes', storage: 'binary', ...more })('photo')
  })
}

// A column of each type of values, as text and as bytes.
export function everything (kind, key) {
  const { customType, text, ...dialect } = core[kind]
  const make = kind === 'sqlite' ? dialect.sqliteTable : dialect.pgTable
  const columns = Object.keys(VALUES).flatMap((type) => [
    [type, encrypted(customType, { key, column: `everything.${type}`, type })(type)],
    [`${type}_binary`, encrypted(customType, { key, column: `everything.${type}_binary`, type, storage: 'binary' })(`${type}_binary`)]
  ])
  return make('everything', { id: text('id').primaryKey(), ...Object.fromEntries(columns) })
}

// What is logged of queries goes to `logged`.
export function open ({ file, url, schema }, relations, logged = [], guard = refuseComparisons) {
  const options = { schema: relations, logger: { logQuery: (query, parameters) => logged.push([query, parameters]) } }
  if (url === undefined) {
    const link = new Database(file, { timeout: 60_000 })
    return { db: guard(overSqlite(link, options)), close: () => link.close() }
  }
  const pool = new pg.Pool({ connectionString: url, options: `-c search_path=${schema}` })
  return { db: guard(overPostgres(pool, options)), close: () => pool.end() }
}

// A program that reads and writes rows while they are moved over.
export async function program (address, kind, key) {
  const people = table(kind, key, { allowPlaintext: true })
  const { db, close } = open(address)
  const { eq } = load('drizzle-orm')
  return {
    read: async (id) => (await db.select().from(people).where(eq(people.id, id)))[0].email,
    write: (id, email) => db.update(people).set(strongroom.withIndexes(people, { email })).where(eq(people.id, id)),
    close
  }
}
