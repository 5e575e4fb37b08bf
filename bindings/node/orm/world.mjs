// What the tests of every ORM stand on: keys, both databases, and an eye on what is printed.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { Keyring, Seal } from '../index.mjs'
import { load } from './load.mjs'

export { load }

const Database = load('better-sqlite3')
const pg = load('pg')

// A server, such as postgres://postgres@127.0.0.1:5432/postgres. `cargo xtask orm node` starts one.
const server = process.env.STRONGROOM_POSTGRES
if (server === undefined) console.error('skipped: postgres, STRONGROOM_POSTGRES names no server')

export function folder () {
  const path = mkdtempSync(join(tmpdir(), 'strongroom-orm-'))
  after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

// The same statements in both. `blob` is what each calls bytes.
class Sqlite {
  kind = 'sqlite'
  blob = 'blob'
  uuid = 'text'
  schema = undefined

  constructor () {
    this.file = join(folder(), 'test.db')
    this.link = new Database(this.file)
    this.link.pragma('journal_mode = WAL')
    this.link.pragma('synchronous = OFF')
    after(() => this.link.close())
  }

  async ask (statement, ...values) {
    const prepared = this.link.prepare(statement)
    return prepared.reader ? prepared.all(...values) : (prepared.run(...values), [])
  }
}

class Postgres {
  kind = 'postgres'
  blob = 'bytea'
  uuid = 'uuid'
  url = server

  constructor () {
    this.schema = `s${randomUUID().replaceAll('-', '')}`
    this.pool = new pg.Pool({ connectionString: server, options: `-c search_path=${this.schema}` })
    this.made = this.pool.query(`CREATE SCHEMA ${this.schema}`)
    after(() => this.pool.end())
  }

  async ask (statement, ...values) {
    await this.made
    let at = 0
    return (await this.pool.query(statement.replaceAll('?', () => `$${++at}`), values)).rows
  }
}

export const databases = server === undefined ? [Sqlite] : [Sqlite, Postgres]

// A keyring that other processes open as well.
export const VARIABLE = 'STRONGROOM_ORM_ROOT_KEY'
export async function keyring () {
  process.env[VARIABLE] ??= Seal.generateRootKey().toString()
  const path = join(folder(), 'ring')
  const ring = await Keyring.create(path, { seal: Seal.rootKeyEnv(VARIABLE) })
  ring.setMaxStaleness(1000)
  after(() => ring.close())
  return { ring, path }
}
export const reopened = (path) => Keyring.openSync(path, { seal: Seal.rootKeyEnv(VARIABLE), maxStalenessMs: 1000 })

// Words that no log, message or dump may hold: they are in the values of the tests.
export const SECRETS = ['Ann@Example', 'ann@example', 'Zürich', 'zuerich', '41117093', 'Moved@']
export function hidden (...shown) {
  for (const one of shown) {
    const text = typeof one === 'string' ? one : inspect(one, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null })
    for (const secret of SECRETS) {
      for (const form of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1)]) {
        assert.ok(!text.includes(form), `${secret} is shown`)
      }
    }
  }
}

// An error that says these words, is of this class or code, and shows nothing.
export async function refused (work, ...words) {
  let error
  try {
    await work()
  } catch (caught) {
    error = caught
  }
  assert.ok(error !== undefined, 'nothing was refused')
  // Drizzle and TypeORM put an error into one of their own, with the query.
  let all = ''
  for (let one = error; one !== undefined; one = one.cause) {
    hidden(one.message, one.stack, one)
    all += ` ${one.code} ${one.message}`
  }
  for (const word of words) assert.ok(all.includes(word), `${word} is not in: ${all}`)
  return error
}

// Another process, which answers to lines, until the test ends.
export async function beside (file, ...args) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const said = async () => (await lines.next()).value
  return {
    // Until it has done some more of its work.
    async works () {
      assert.equal(await said(), 'at work')
    },
    async end () {
      child.stdin.end()
      const over = new Promise((resolve) => child.on('exit', resolve))
      let told = await said()
      while (told === 'at work') told = await said()
      assert.equal(await over, 0)
      return JSON.parse(told)
    }
  }
}

// Each type of values, of which the database has a column, and what is stored of it.
export const VALUES = {
  text: 'Zürich 🚲',
  bytes: Buffer.from([0, 255, 254, 128]),
  int: -41117093,
  bigint: 9007199254740993n,
  decimal: '12.50',
  bool: false,
  date: '2026-11-30',
  datetime: new Date('2026-11-30T09:05:00.120Z'),
  datetime_text: '2026-11-30T09:05:00.000001-03:30',
  naive_datetime: '2026-11-30T09:05:00',
  json: { b: 1, a: [true, null, 'é'] }
}
