// People, their orders and accounts in Prisma, in either database. The client is generated for the tests.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { load, VALUES } from '../world.mjs'

export const strongroom = load('../prisma.js')
const PROVIDERS = { sqlite: 'sqlite', postgres: 'postgresql' }
const made = {}

// A folder with the client of a database. Tables are made by SQL, so nothing has to be fetched for migrations.
export function generated (kind) {
  if (made[kind] !== undefined) return made[kind]
  const place = mkdtempSync(join(tmpdir(), 'strongroom-orm-'))
  process.on('exit', () => rmSync(place, { recursive: true, force: true }))
  const prisma = dirname(load.resolve('prisma/package.json'))
  symlinkSync(dirname(prisma), join(place, 'node_modules'))
  const schema = readFileSync(new URL('schema.prisma', import.meta.url), 'utf8')
  writeFileSync(join(place, 'schema.prisma'), schema.replace('PROVIDER', PROVIDERS[kind]).replace('OUTPUT', join(place, 'client')))
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' }
  execFileSync(process.execPath, [join(prisma, 'build/index.js'), 'generate', '--schema', join(place, 'schema.prisma')], { cwd: place, env, stdio: 'pipe' })
  return (made[kind] = join(place, 'client'))
}

export const TABLES = (blob) => [
  `CREATE TABLE people (id text PRIMARY KEY, name text, email text, email_index text, note text, photo ${blob}, friend_id text REFERENCES people)`,
  'CREATE TABLE orders (id integer PRIMARY KEY, card text, paid boolean NOT NULL DEFAULT false, person_id text REFERENCES people)',
  'CREATE TABLE passports (number text PRIMARY KEY, country text, person_id text UNIQUE REFERENCES people)',
  'CREATE TABLE accounts (id text PRIMARY KEY, tenant text, iban text, iban_index text, holder text)',
  `CREATE TABLE everything (id text PRIMARY KEY, ${Object.keys(VALUES).map((name) => `${name} text, ${name}_binary ${blob}`).join(', ')})`
]

// What is logged of queries goes to `logged`.
export function connected ({ file, url, schema, client }, logged = []) {
  const { PrismaClient } = load(client)
  const { PrismaBetterSqlite3 } = load('@prisma/adapter-better-sqlite3')
  const { PrismaPg } = load('@prisma/adapter-pg')
  const adapter = url === undefined ? new PrismaBetterSqlite3({ url: `file:${file}`, timeout: 60_000 }) : new PrismaPg({ connectionString: url, options: `-c search_path=${schema}` }, { schema })
  const prisma = new PrismaClient({ adapter, errorFormat: 'pretty', log: ['query', 'info', 'warn', 'error'].map((level) => ({ level, emit: 'event' })) })
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
