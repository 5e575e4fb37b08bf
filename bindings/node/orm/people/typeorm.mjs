// People and their orders in TypeORM, in either database: `row` says whether values are bound to their row.
import { load, VALUES } from '../world.mjs'

export const strongroom = load('../typeorm.js')
export const typeorm = load('typeorm')
const { DataSource, EntitySchema } = typeorm

const bytes = (kind) => kind === 'sqlite' ? 'blob' : 'bytea'
const key = { type: 'text', primary: true }

export function entities (kind, given, row, more = {}) {
  const make = row ? strongroom.rowEncrypted : strongroom.encrypted
  const encrypted = (column, options = {}) => make({ key: given, column, ...more, ...options })
  const Person = new EntitySchema({
    name: 'Person',
    tableName: 'people',
    columns: {
      id: key,
      name: { type: 'text', nullable: true },
      email: { type: 'text', nullable: true, transformer: encrypted('people.email', { index: 'emailIndex', normalize: 'email' }) },
      emailIndex: { type: 'text', name: 'email_index', nullable: true },
      note: { type: 'text', nullable: true, transformer: encrypted('people.note') },
      photo: { type: bytes(kind), nullable: true, transformer: encrypted('people.photo', { type: 'bytes', storage: 'binary' }) }
    },
    relations: { orders: { type: 'one-to-many', target: 'Order', inverseSide: 'person', cascade: true } }
  })
  const Order = new EntitySchema({
    name: 'Order',
    tableName: 'orders',
    columns: { id: { type: 'integer', primary: true }, card: { type: 'text', transformer: encrypted('orders.card') } },
    relations: { person: { type: 'many-to-one', target: 'Person', joinColumn: { name: 'person_id' } } }
  })
  return { Person, Order }
}

export const TABLES = (blob) => [
  `CREATE TABLE people (id text PRIMARY KEY, name text, email text, email_index text, note text, photo ${blob})`,
  'CREATE TABLE orders (id integer PRIMARY KEY, card text, person_id text REFERENCES people)'
]

// A column of each type of values, as text and as bytes.
export function everything (kind, key, row) {
  const make = row ? strongroom.rowEncrypted : strongroom.encrypted
  const columns = { id: { type: 'text', primary: true } }
  for (const type of Object.keys(VALUES)) {
    columns[type] = { type: 'text', nullable: true, transformer: make({ key, column: `everything.${type}`, type }) }
    columns[`${type}_binary`] = { type: bytes(kind), nullable: true, transformer: make({ key, column: `everything.${type}_binary`, type, storage: 'binary' }) }
  }
  return new EntitySchema({ name: 'Everything', tableName: 'everything', columns })
}

// What is logged of queries goes to `logged`.
export async function connected ({ file, url, schema }, schemas, logged = []) {
  const note = (...all) => { logged.push(all.slice(0, -1)) }
  const logger = { logQuery: note, logQueryError: note, logQuerySlow: note, logSchemaBuild: note, logMigration: note, log: note }
  const where = url === undefined ? { type: 'better-sqlite3', database: file, timeout: 60_000 } : { type: 'postgres', url, schema, extra: { options: `-c search_path=${schema}` } }
  return new DataSource({ ...where, entities: schemas, logger, logging: true }).initialize()
}

// A program that reads and writes rows while they are moved over.
export async function program (address, kind, key) {
  const { Person, Order } = entities(kind, key, true, { allowPlaintext: true })
  const source = strongroom.attach(await connected(address, [Person, Order]))
  const people = source.getRepository(Person)
  return {
    read: async (id) => (await people.findOneByOrFail({ id })).email,
    write: (id, email) => people.update({ id }, { id, email }),
    close: () => source.destroy()
  }
}
