// People, their orders and accounts in Prisma, in either database. The client is generated for the tests.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from '../load.mjs'
import { VALUES } from '../world.mjs'
import { made } from './client.mjs'

export const strongroom = load('../prisma.js')
const clients = {}

// A folder with the client of a database, until the process ends.
export function generated (kind) {
  if (clients[kind] !== undefined) return clients[kind]
  const place = mkdtempSync(join(tmpdir(), 'strongroom-orm-'))
  process.on('exit', () => rmSync(place, { recursive: true, force: true }))
  return (clients[kind] = made(place, readFileSync(new URL('schema.prisma', import.meta.url), 'utf8'), kind))
}

export const TABLES = (blob) => [
  `CREATE TABLE people (id text PRIMARY KEY, name text, email text, email_index text, note text, photo ${blob}, friend_id text REFERENCES people)`,
  'CREATE TABLE orders (id integer PRIMARY KEY, card text, paid boolean NOT NULL DEFAULT false, person_id text REFERENCES people)',
  'CREATE TABLE passports (number text PRIMARY KEY, country text, person_id text UNIQUE REFERENCES people)',
  'CREATE TABLE accounts (id text PRIMARY KEY, tenant text, iban text, iban_index text, holder text)',
  `CREATE TABLE everything (id text PRIMARY KEY, ${Object.keys(VALUES).map((name) => `${name} text, ${name}_binary ${blob}`).join(', ')})`
]

// What is logged of queries goes to `logged`.
export function connected ({ file, url, schema, client }, logged = [], more = {}) {
  const { PrismaClient } = load(client)
  const { PrismaBetterSqlite3 } = load('@prisma/adapter-better-sqlite3')
  const { PrismaPg } = load('@prisma/adapter-pg')
  const adapter = url === undefined ? new PrismaBetterSqlite3({ url: `file:${file}`, timeout: 60_000 }) : new PrismaPg({ connectionString: url, options: `-c search_path=${schema}` }, { schema })
  const prisma = new PrismaClient({ adapter, errorFormat: 'pretty', log: ['query', 'info', 'warn', 'error'].map((level) => ({ level, emit: 'event' })), ...more })
  for (const level of ['query', 'info', 'warn', 'error']) prisma.$on(level, (event) => logged.push(event))
  return prisma
}

export const models = (key, more = {}) => ({
  Person: { fields: { email: { key, column: 'people.email', index: 'emailIndex', normalize: 'email', ...more }, note: { key, column: 'people.note', ...more }, photo: { key, column: 'people.photo', ...more } } },
  Order: { fields: { card: { key, column: 'orders.card', ...more } } },
  Passport: { id: 'number', fields: { country: { key, column: 'passports.country', ...more } } }
})

// A program that reads and writes rows while they are moved over.
export async function program (address, kind, key) {
  const client = connected(address)
  const prisma = client.$extends(strongroom.encryption(client, models(key, { allowPlaintext: true })))
  return {
    read: async (id) => (await prisma.person.findUniqueOrThrow({ where: { id }, select: { email: true } })).email,
    write: (id, email) => prisma.person.update({ where: { id }, data: { email } }),
    close: () => client.$disconnect()
  }
}
