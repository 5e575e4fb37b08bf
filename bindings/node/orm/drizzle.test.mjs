// Drizzle over SQLite and PostgreSQL: values bound to their column.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Keyring } from '../index.mjs'
import { movedOver } from './moving.mjs'
import { core, everything, open, strongroom, table } from './people/drizzle.mjs'
import { databases, hidden, load, refused, VALUES } from './world.mjs'

const { asc, eq, gt, inArray, isNotNull, isNull, like, ne, not, notInArray, or, between, relations, sql, getTableColumns } = load('drizzle-orm')
const { differs, encrypted, blindIndex, matches, plaintextReads, refuseComparisons, rewrap, withIndexes } = strongroom

for (const Database of databases) {
  const { kind } = new Database()
  const on = (name, work) => test(`${kind}: ${name}`, work)

  // A database with the table, and a key of its own.
  async function start (more, guard = refuseComparisons) {
    const database = new Database()
    await database.ask(`CREATE TABLE people (id text PRIMARY KEY, name text, email text, email_index text, note text, photo ${database.blob})`)
    const key = Keyring.inMemory().createKey('people')
    const people = table(kind, () => key, more)
    const logged = []
    const friends = relations(people, ({ one }) => ({ friend: one(people, { fields: [people.name], references: [people.id] }) }))
    const { db, close } = open(database, { people, friends }, logged, guard)
    return { database, key, people, db, logged, close }
  }

  on('rows are written and read, with nothing and with an empty text', async () => {
    const { database, people, db, logged, close } = await start()
    const photo = Buffer.from('Zürich')
    await db.insert(people).values(withIndexes(people, [{ id: 'a', email: 'Ann@Example.com', note: '', photo }, { id: 'b', email: null, note: null }]))
    assert.deepEqual(await db.select().from(people).orderBy(asc(people.id)), [
      { id: 'a', name: null, email: 'Ann@Example.com', emailIndex: (await db.select().from(people).where(eq(people.id, 'a')))[0].emailIndex, note: '', photo },
      { id: 'b', name: null, email: null, emailIndex: null, note: null, photo: null }
    ])
    const [a, b] = await database.ask('SELECT * FROM people ORDER BY id')
    assert.ok(a.email.startsWith('strongroom:v1:') && a.note.startsWith('strongroom:v1:') && a.photo[0] === 0xFE && a.email_index.startsWith('strongroom:i1:'))
    assert.deepEqual([b.email, b.email_index, b.note, b.photo], [null, null, null, null])
    await db.update(people).set(withIndexes(people, { email: 'ann@example.org', note: undefined })).where(eq(people.id, 'b'))
    await db.insert(people).values(withIndexes(people, { id: 'a' })).onConflictDoUpdate({ target: people.id, set: withIndexes(people, { email: 'zuerich@example.com' }) })
    assert.deepEqual(await db.select({ id: people.id, email: people.email }).from(people).where(matches(people.email, ['ann@example.org', 'ZUERICH@example.com'])).orderBy(people.id), [{ id: 'a', email: 'zuerich@example.com' }, { id: 'b', email: 'ann@example.org' }])
    await db.update(people).set(withIndexes(people, { email: null })).where(matches(people.email, 'ann@example.org'))
    assert.deepEqual([(await db.select().from(people).where(isNull(people.email))).map(({ id }) => id), (await db.select().from(people).where(isNotNull(people.emailIndex))).map(({ id }) => id)], [['b'], ['a']])
    await db.delete(people).where(matches(people.email, 'zuerich@example.com'))
    assert.equal((await db.select().from(people)).length, 1)
    hidden(logged, people, getTableColumns(people), await database.ask('SELECT * FROM people'))
    await close()
  })

  on('every type of values goes round', async () => {
    const database = new Database()
    const names = Object.keys(VALUES)
    await database.ask(`CREATE TABLE everything (id text PRIMARY KEY, ${names.map((name) => `${name} text, ${name}_binary ${database.blob}`).join(', ')})`)
    const all = everything(kind, Keyring.inMemory().createKey('people'))
    const { db, close } = open(database)
    const row = { id: 'a', ...VALUES, ...Object.fromEntries(names.map((name) => [`${name}_binary`, VALUES[name]])) }
    await db.insert(all).values(row)
    assert.deepEqual(await db.select().from(all), [row])
    await refused(() => db.insert(all).values({ id: 'b', int: '41117093' }), 'everything.int')
    await close()
  })

  on('rows are found by their index, also those from before a rotation', async () => {
    const { key, people, db, close } = await start()
    await db.insert(people).values(withIndexes(people, { id: 'a', email: 'Ann@Example.com' }))
    key.rotate()
    await db.insert(people).values(withIndexes(people, [{ id: 'b', email: ' ann@example.com' }, { id: 'c', email: 'zuerich@example.com' }, { id: 'd', email: null }]))
    const found = async (where) => (await db.select().from(people).where(where).orderBy(people.id)).map(({ id }) => id).join('')
    assert.deepEqual([await found(matches(people.email, 'ANN@example.com')), await found(differs(people.email, 'ann@example.com')), await found(matches(people.email, [])), await found(matches(people.email, 'x'))], ['ab', 'c', '', ''])
    const { alias } = core[kind]
    const other = alias(people, 'other')
    const joined = await db.select({ id: people.id, email: other.email }).from(people).innerJoin(other, eq(people.emailIndex, other.emailIndex)).where(matches(other.email, 'zuerich@example.com'))
    assert.deepEqual(joined, [{ id: 'c', email: 'zuerich@example.com' }])
    const relational = await db.query.people.findMany({ where: (people) => matches(people.email, 'zuerich@example.com'), columns: { email: true }, with: { friend: true } })
    assert.deepEqual(relational, [{ email: 'zuerich@example.com', friend: null }])
    await close()
  })

  on('every other comparison is refused at once, by the column itself', async () => {
    const { people, db, close } = await start({}, (db) => db)
    const other = core[kind].alias(people, 'other')
    for (const column of [people.email, people.note, other.email]) {
      for (const compare of [eq, ne, gt, (one, value) => inArray(one, [value]), (one, value) => notInArray(one, [value]), (one, value) => between(one, value, value)]) {
        await refused(async () => db.select().from(people).where(compare(column, 'Ann@Example.com')).toSQL(), 'no ciphertext equals another', column === people.note ? 'people.note' : 'matches')
      }
    }
    for (const name of ['email', 'note']) await refused(async () => db.query.people.findMany({ where: (people, { eq }) => eq(people[name], 'Ann@Example.com') }).toSQL(), 'no ciphertext equals another')
    await refused(async () => db.delete(people).where(eq(people.emailIndex, 'Ann@Example.com')).toSQL(), 'withIndexes')
    await refused(async () => matches(people.note, 'Zürich'), 'people.note has no blind index')
    for (const none of [people.name, 'email', people.emailIndex]) await refused(async () => matches(none, 'Zürich'), 'encrypted(…) made')
    await refused(async () => matches(people.email, 41117093), 'people.email takes a string')
    await close()
  })

  on('what a column is not told of is refused by the database', async () => {
    const { people, db, database, logged, close } = await start()
    await db.insert(people).values(withIndexes(people, { id: 'a', name: 'x', email: 'Ann@Example.com', note: 'Zürich' }))
    const other = core[kind].alias(people, 'other')
    const { union } = core[kind]
    const all = () => db.select().from(people)
    for (const work of [
      () => all().where(like(people.note, '%Zürich%')), () => all().where(sql`lower(${people.note}) = ${'x'}`), () => all().where(or(eq(people.id, 'a'), not(like(people.email, 'Ann%')))), () => db.delete(people).where(like(people.note, 'Zürich%')),
      () => db.update(people).set({ name: 'x' }).where(like(people.note, 'Zürich%')), () => all().orderBy(people.note), () => all().orderBy(asc(people.id), sql`${people.email} desc`), () => db.select({ id: people.id }).from(people).groupBy(people.note),
      () => db.select({ id: people.id }).from(people).groupBy(people.id).having(sql`max(${people.note}) > ${'x'}`), () => all().innerJoin(other, eq(people.note, other.note)), () => db.query.people.findMany({ where: (people, { like }) => like(people.note, 'Zürich%') }),
      () => db.query.people.findMany({ orderBy: (people, { asc }) => asc(people.email) }), () => union(all(), all()).orderBy(people.note), () => all().orderBy(sql`${people.note}`.as('sorted')),
      ...(kind === 'postgres' ? [() => db.selectDistinctOn([people.note]).from(people)] : [])
    ]) await refused(async () => work().toSQL(), 'is encrypted, and')
    // An expression with a value, which a column that is only shown does not need.
    const same = sql`${people.note} = ${'Zürich'}`
    for (const work of [
      () => db.select({ id: people.id, same }).from(people), () => db.select({ same: same.as('same') }).from(people), () => db.select({ found: db.$count(people, like(people.note, 'Zürich%')) }).from(people), () => db.select({ same: sql`${people.note} = ${sql.placeholder('v')}` }).from(people),
      () => db.update(people).set({ name: 'x' }).returning({ same }), () => db.delete(people).returning({ same }), () => db.insert(people).values({ id: 'b' }).returning({ same })
    ]) await refused(async () => work().toSQL(), 'people.note is encrypted, and')
    await refused(() => db.$count(people, like(people.note, 'Zürich%')), 'people.note is encrypted, and')
    await refused(async () => db.transaction((tx) => tx.$count(people, like(people.note, 'Zürich%'))), 'people.note is encrypted, and')
    assert.equal(await db.$count(people, matches(people.email, 'ann@example.com')), 1)
    hidden(logged)
    assert.equal((await all().where(or(isNull(people.note), isNotNull(people.email))).orderBy(people.name)).length, 1)
    assert.deepEqual(await db.select({ note: people.note, length: sql`length(${people.note})`.mapWith(Number) }).from(people).leftJoin(other, eq(people.id, other.name)), [{ note: 'Zürich', length: (await database.ask('SELECT note FROM people'))[0].note.length }])
    assert.equal(refuseComparisons(db), db)
    await refused(async () => refuseComparisons({}), 'drizzle(…)')
    await close()
  })

  on('a value is not written without its index, nor an index without its value', async () => {
    const { people, db, close } = await start()
    await refused(() => db.insert(people).values({ id: 'a', email: 'Ann@Example.com' }), 'withIndexes')
    await refused(() => db.update(people).set({ email: 'Ann@Example.com' }), 'withIndexes')
    await refused(() => db.update(people).set({ emailIndex: 'Ann@Example.com' }), 'withIndexes')
    await refused(async () => withIndexes(people, { email: sql`lower(${'Ann@Example.com'})` }), 'no expression')
    const prepared = db.insert(people).values({ id: 'a', note: sql.placeholder('note') }).prepare('one')
    await prepared.execute({ note: 'Zürich' })
    assert.equal((await db.select().from(people))[0].note, 'Zürich')
    await close()
  })

  on('no expression is written, and what is written over goes with its index', async () => {
    const { people, db, database, logged, close } = await start()
    await db.insert(people).values(withIndexes(people, { id: 'a', name: 'x', email: 'Ann@Example.com', note: 'Zürich' }))
    const over = (set) => () => db.insert(people).values(withIndexes(people, { id: 'a', email: 'zuerich@example.com', note: 'Zürich 2' })).onConflictDoUpdate({ target: people.id, set })
    const set = (values) => () => db.update(people).set(values)
    for (const note of [sql`${'Zürich'}`, sql`coalesce(${people.note}, ${'Zürich'})`, sql`${people.name}`, people.name, sql`${sql.placeholder('v')}`]) {
      await refused(async () => set({ note })().toSQL(), 'people.note is encrypted, which no expression of SQL does')
      await refused(async () => over({ note })().toSQL(), 'people.note is encrypted, which no expression of SQL does')
      if (note !== people.name) await refused(async () => db.insert(people).values({ id: 'b', note }).toSQL(), 'people.note is encrypted, which no expression of SQL does')
    }
    for (const values of [{ email: null }, { emailIndex: null }, { email: sql`excluded.email` }, { emailIndex: sql`excluded.email_index` }]) {
      await refused(async () => set(values)().toSQL(), 'people.email and its blind index are written together')
      await refused(async () => over(values)().toSQL(), 'people.email and its blind index are written together')
    }
    await over({ email: sql`excluded.email`, emailIndex: sql.raw('excluded.email_index'), note: sql`coalesce(excluded.${sql.identifier('note')}, ${people.note})` })()
    await db.update(people).set({ note: sql`${people.note}`, name: sql`${'y'}` })
    assert.deepEqual((await db.select().from(people).where(matches(people.email, 'zuerich@example.com'))).map(({ name, note }) => [name, note]), [['y', 'Zürich 2']])
    await db.insert(people).values({ id: 'b', note: sql`null` })
    hidden(logged, await database.ask('SELECT * FROM people'))
    await close()
  })

  on('many rows at once, in a transaction', async () => {
    const { people, db, database, close } = await start()
    const rows = Array.from({ length: 500 }, (_, at) => ({ id: `${at}`, email: `Ann@Example.com${at}`, note: 'Zürich' }))
    if (kind === 'sqlite') db.transaction((tx) => { tx.insert(people).values(withIndexes(people, rows)).run() })
    else await db.transaction((tx) => tx.insert(people).values(withIndexes(people, rows)))
    assert.equal((await db.select().from(people)).filter(({ id, email }) => email === `Ann@Example.com${id}`).length, 500)
    const stored = await database.ask('SELECT note FROM people')
    assert.equal(new Set(stored.map(({ note }) => note)).size, 500)
    await close()
  })

  on('after a rotation a table is brought up to date, once', async () => {
    const { key, people, db, database, close } = await start()
    await db.insert(people).values(withIndexes(people, Array.from({ length: 25 }, (_, at) => ({ id: `${at}`, email: at % 5 === 0 ? null : `Ann@Example.com${at}`, note: 'Zürich', photo: Buffer.from('Zürich') }))))
    key.rotate()
    const before = await database.ask('SELECT * FROM people ORDER BY id')
    const counted = { rows: 25, rewrapped: 70, encrypted: 0, reindexed: 20, plaintext: 0, contended: 0, last: '9' }
    assert.deepEqual(await rewrap(db, people, { dryRun: true }), counted)
    assert.deepEqual(await database.ask('SELECT * FROM people ORDER BY id'), before)
    const pages = []
    assert.deepEqual(await rewrap(db, people, { batchSize: 10, onBatch: async ({ last }) => pages.push(last) }), counted)
    assert.equal(pages.length, 3)
    for (const { email, note, email_index: index } of await database.ask('SELECT * FROM people')) assert.ok((email ?? 'strongroom:v2:').startsWith('strongroom:v2:') && note.startsWith('strongroom:v2:') && (index ?? 'strongroom:i2:').startsWith('strongroom:i2:'))
    const done = await database.ask('SELECT * FROM people ORDER BY id')
    assert.deepEqual(await rewrap(db, people), { ...counted, rewrapped: 0, reindexed: 0 })
    assert.deepEqual(await database.ask('SELECT * FROM people ORDER BY id'), done)
    // It goes on behind a row.
    assert.equal((await rewrap(db, people, { after: pages[0] })).rows, 15)
    assert.equal((await db.select().from(people).where(matches(people.email, 'ann@example.com7'))).length, 1)
    await close()
  })

  on('plaintext is moved over, when that is asked for', async () => {
    const { people, db, database, close } = await start({ allowPlaintext: true })
    await database.ask('INSERT INTO people (id, email, note, photo) VALUES (?, ?, ?, ?)', 'a', 'Ann@Example.com', 'Zürich', Buffer.from('Zürich'))
    assert.deepEqual((await db.select().from(people)).map(({ email, note, photo }) => [email, note, photo.toString()]), [['Ann@Example.com', 'Zürich', 'Zürich']])
    assert.deepEqual([plaintextReads(people.email), plaintextReads(people.note)], [1, 1])
    assert.deepEqual(await rewrap(db, people), { rows: 1, rewrapped: 0, encrypted: 0, reindexed: 0, plaintext: 3, contended: 0, last: 'a' })
    assert.deepEqual(await rewrap(db, people, { dryRun: true }), { rows: 1, rewrapped: 0, encrypted: 0, reindexed: 1, plaintext: 3, contended: 0, last: 'a' })
    assert.deepEqual(await rewrap(db, people, { encryptPlaintext: true, dryRun: true }), { rows: 1, rewrapped: 0, encrypted: 3, reindexed: 1, plaintext: 0, contended: 0, last: 'a' })
    assert.deepEqual(await rewrap(db, people, { encryptPlaintext: true }), { rows: 1, rewrapped: 0, encrypted: 3, reindexed: 1, plaintext: 0, contended: 0, last: 'a' })
    hidden(await database.ask('SELECT * FROM people'))
    assert.equal((await db.select().from(people).where(matches(people.email, 'ann@example.com')))[0].note, 'Zürich')
    // What is no index is made anew.
    await database.ask("UPDATE people SET email_index = 'none'")
    assert.equal((await rewrap(db, people)).reindexed, 1)
    await close()
  })

  on('plaintext is written beside an older release, with its index', async () => {
    const { key, people, db, database, close } = await start({ allowPlaintext: true, writePlaintext: true })
    await db.insert(people).values(withIndexes(people, { id: 'a', email: 'Ann@Example.com', note: 'Zürich', photo: Buffer.from('Zürich') }))
    const [{ email, note, photo }] = await database.ask('SELECT * FROM people')
    assert.deepEqual([email, note, photo.toString()], ['Ann@Example.com', 'Zürich', 'Zürich'])
    assert.equal((await db.select().from(people).where(matches(people.email, 'ann@example.com')))[0].note, 'Zürich')
    await refused(() => rewrap(db, people, { encryptPlaintext: true }), 'people.email', 'take writePlaintext away first')
    assert.equal((await rewrap(db, table(kind, () => key, { allowPlaintext: true }), { encryptPlaintext: true })).encrypted, 3)
    hidden(await database.ask('SELECT * FROM people'))
    await close()
  })

  on('plaintext is refused unless it is allowed', async () => {
    const { people, db, database, close } = await start()
    await database.ask('INSERT INTO people (id, email) VALUES (?, ?)', 'a', 'Ann@Example.com')
    await refused(() => db.select().from(people), 'malformed', 'people.email', 'allowPlaintext')
    for (const encryptPlaintext of [true, false]) await refused(() => rewrap(db, people, { encryptPlaintext }), 'people.email of row a', 'encryptPlaintext', 'allowPlaintext')
    await close()
  })

  on('what is given in the wrong place is refused by name', async () => {
    const { key, people, db, close } = await start()
    const { customType, text, sqliteTable, pgTable } = core[kind]
    const options = { key, column: 'people.email' }
    for (const wrong of [text, undefined]) for (const make of [() => encrypted(wrong, options), () => blindIndex(wrong)]) await refused(async () => make(), 'customType of your database')
    for (const wrong of [[{ email: 'Ann@Example.com' }], [people], [people, null]]) await refused(async () => withIndexes(...wrong), 'withIndexes takes the table')
    await refused(async () => withIndexes(people, { id: 'a', emial: 'Ann@Example.com' }), 'no column emial', 'did you mean "email"')
    assert.ok(withIndexes(people, { id: 'a', none: undefined }))
    for (const wrong of [[people, db], [db], [undefined, people]]) await refused(() => rewrap(...wrong), 'rewrap takes the database, and then the table')
    for (const how of ['unique', 'primaryKey']) await refused(async () => (sqliteTable ?? pgTable)('people', { email: encrypted(customType, options)('email')[how]() }), 'people.email is encrypted, and cannot be unique or a primary key')
    await close()
  })

  on('an empty text is found by nothing, since it has no index', async () => {
    const { people, db, database, close } = await start()
    await db.insert(people).values(withIndexes(people, [{ id: 'a', email: '' }, { id: 'b', email: 'Ann@Example.com' }, { id: 'c', email: null }, { id: 'd', email: 'zuerich@example.com' }]))
    await db.update(people).set(withIndexes(people, { email: ' ' })).where(eq(people.id, 'b'))
    assert.deepEqual((await database.ask('SELECT email, email_index FROM people ORDER BY id')).slice(0, 3).map((row) => [row.email === null, row.email_index]), [[false, null], [false, null], [true, null]])
    const found = async (where) => (await db.select().from(people).where(where)).map(({ id }) => id).join('')
    assert.deepEqual([await found(matches(people.email, '')), await found(matches(people.email, ['', 'zuerich@example.com'])), await found(differs(people.email, '')), await found(differs(people.email, ['', 'zuerich@example.com']))], ['', 'd', 'd', ''])
    await database.ask("UPDATE people SET email_index = 'none' WHERE id = 'a'")
    assert.equal((await rewrap(db, people)).reindexed, 1)
    assert.equal((await rewrap(db, people)).reindexed, 0)
    await close()
  })

  on('a wrong key and a wrong column open nothing, and another row does, as is documented', async () => {
    const { people, db, database, close } = await start()
    await db.insert(people).values(withIndexes(people, [{ id: 'a', email: 'Ann@Example.com', note: 'Zürich' }, { id: 'b', note: 'ann@example' }]))
    await database.ask("UPDATE people SET note = (SELECT note FROM people WHERE id = 'a') WHERE id = 'b'")
    assert.deepEqual((await db.select({ note: people.note }).from(people)).map(({ note }) => note), ['Zürich', 'Zürich'])
    await database.ask("UPDATE people SET note = email WHERE id = 'a'")
    await refused(() => db.select().from(people), 'decrypt_failed', 'people.note')
    await refused(() => rewrap(db, people), 'decrypt_failed', 'people.note')
    const stranger = table(kind, Keyring.inMemory().createKey('people'))
    await refused(() => db.select({ note: stranger.note }).from(stranger), 'decrypt_failed', 'people.note')
    await close()
  })

  on('errors of the database show ciphertexts alone', async () => {
    const { people, db, logged, close } = await start()
    await db.insert(people).values({ id: 'a', note: 'Zürich' })
    const error = await refused(() => db.insert(people).values(withIndexes(people, { id: 'a', email: 'Ann@Example.com', note: 'Zürich', photo: Buffer.from('Zürich') })))
    hidden(error, error.query, error.params, logged)
    await close()
  })

  on('what cannot work is refused when a table is defined or used', async () => {
    const { customType, text, ...dialect } = core[kind]
    const make = dialect.sqliteTable ?? dialect.pgTable
    const key = Keyring.inMemory().createKey('people')
    await refused(async () => make('people', { email: encrypted(customType, { key, column: 'people.email' })('email').default('Ann@Example.com') }), '$defaultFn')
    const lonely = make('people', { id: text('id').primaryKey(), email: encrypted(customType, { key, column: 'people.email', index: 'emailIndex' })('email'), emailIndex: text('email_index') })
    await refused(async () => withIndexes(lonely, { email: 'Zürich' }), 'blindIndex')
    await refused(async () => matches(lonely.email, 'Zürich'), 'blindIndex')
    await refused(() => rewrap({ select () {} }, lonely), 'blindIndex')
    await refused(() => rewrap({ select () {} }, make('people', { email: text('email') })), 'a primary key of one column')
    const named = make('people', { id: text('id').primaryKey(), email: encrypted(customType, { key, column: 'people.email' })().$defaultFn(() => 'Zürich'), blind: blindIndex(customType)() })
    const { db, database, close } = await start()
    await database.ask('ALTER TABLE people ADD blind text')
    await db.insert(named).values({ id: 'a' })
    assert.equal((await db.select().from(named))[0].email, 'Zürich')
    await close()
  })

  on('a table is moved over while another process reads and writes it', async () => {
    const database = new Database()
    await database.ask('CREATE TABLE people (id text PRIMARY KEY, name text, email text, email_index text, note text, photo text)')
    const { db, close } = open(database)
    await movedOver('drizzle', database, (key) => rewrap(db, table(kind, key, { allowPlaintext: true }), { encryptPlaintext: true, batchSize: 20 }))
    await close()
  })
}

