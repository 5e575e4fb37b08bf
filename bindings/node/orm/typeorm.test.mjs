// TypeORM over SQLite and PostgreSQL: values bound to their row by a subscriber, or to their column by a transformer alone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Keyring } from '../index.mjs'
import { movedOver } from './moving.mjs'
import { TABLES, connected, entities, everything, strongroom, typeorm } from './people/typeorm.mjs'
import { databases, hidden, load, refused, VALUES } from './world.mjs'

const { EntitySchema, In, Equal, Not, IsNull, Like, MoreThan, Raw } = typeorm
const { attach, encrypted, matching, rewrap, rowEncrypted } = strongroom
const { EncryptionSubscriber } = load('../lib/typeorm/subscriber.js')

test('an entity that is on its way shows what is stored', () => {
  const { Outgoing } = load('../lib/typeorm/transformer.js')
  const outgoing = new Outgoing('strongroom:v1:x', 'Zürich')
  assert.deepEqual([`${outgoing}`, JSON.stringify({ outgoing })], ['strongroom:v1:x', '{"outgoing":"strongroom:v1:x"}'])
  hidden(outgoing)
})

test('a value that nobody has sealed does not show itself', () => {
  const transformer = rowEncrypted({ key: Keyring.inMemory().createKey('people'), column: 'people.email' })
  assert.throws(() => transformer.to('Zürich'), /^TypeError: people.email is encrypted by a data source.*attach/)
  transformer.attached = true
  const unsealed = transformer.to('Zürich')
  // As drivers ask it, where another data source has not been attached.
  for (const ask of ['toPostgres', 'toSqlString']) assert.throws(() => unsealed[ask](), /people.email: a value came to a query/)
  hidden(unsealed, transformer, `${unsealed}`, JSON.stringify({ unsealed, transformer }))
  assert.deepEqual([JSON.stringify(unsealed), transformer.to('Zürich') === unsealed, transformer.to('zuerich') === unsealed], ['"[encrypted]"', true, false])
})

for (const Database of databases) {
  const { kind } = new Database()

  async function start (row, more = {}, isAttached = true) {
    const database = new Database()
    for (const statement of TABLES(database.blob)) await database.ask(statement)
    const key = Keyring.inMemory().createKey('people')
    const schemas = entities(kind, () => key, row, more)
    const logged = []
    const source = await connected(database, Object.values(schemas), logged)
    if (isAttached) attach(source)
    return { database, key, source, people: source.getRepository(schemas.Person), orders: source.getRepository(schemas.Order), logged, ...schemas, close: () => source.destroy() }
  }

  for (const row of [true, false]) {
    const on = (name, work) => test(`${kind}, bound to the ${row ? 'row' : 'column'}: ${name}`, work)

    on('rows are written and read, with nothing and with an empty text', async () => {
      const { database, people, source, Person, logged, close } = await start(row)
      const photo = Buffer.from('Zürich')
      const a = people.create({ id: 'a', email: 'Ann@Example.com', note: '', photo })
      const saved = await people.save(a)
      assert.deepEqual([saved === a, a.email, a.note, a.photo], [true, 'Ann@Example.com', '', photo])
      const plain = { id: 'b', email: null, note: 'Zürich' }
      await people.insert(plain)
      assert.equal(plain.note, 'Zürich')
      const [one, other] = await database.ask('SELECT * FROM people ORDER BY id')
      assert.ok(one.email.startsWith('strongroom:v1:') && one.note.startsWith('strongroom:v1:') && one.photo[0] === 0xFE && one.email_index.startsWith('strongroom:i1:'))
      assert.deepEqual([other.email, other.email_index, other.photo], [null, null, null])
      assert.deepEqual((await people.find({ order: { id: 'ASC' } })).map(({ email, note, photo }) => [email, note, photo]), [['Ann@Example.com', '', photo], [null, 'Zürich', null]])
      // A change of one value writes that one, and what did not change stays.
      const found = await people.findOneByOrFail({ id: 'a' })
      found.note = 'Zürich'
      await people.save(found)
      const changed = (await database.ask("SELECT * FROM people WHERE id = 'a'"))[0]
      assert.deepEqual([changed.email === one.email, changed.note === one.note, changed.photo.equals(one.photo), found.note], [true, false, true, 'Zürich'])
      const queries = logged.length
      await people.save(found)
      assert.ok(!logged.slice(queries).some(([query]) => /^UPDATE/.test(query)))
      await people.save({ id: 'a', email: null })
      assert.deepEqual((await database.ask("SELECT email, email_index FROM people WHERE id = 'a'"))[0], { email: null, email_index: null })
      await people.update({ id: 'a' }, { id: 'a', email: 'ann@example.org' })
      await people.upsert({ id: 'b', email: 'zuerich@example.com' }, ['id'])
      await source.createQueryBuilder().insert().into(Person).values([{ id: 'c', email: 'Ann@Example.net' }]).execute()
      assert.deepEqual((await people.find({ order: { id: 'ASC' } })).map(({ email }) => email), ['ann@example.org', 'zuerich@example.com', 'Ann@Example.net'])
      assert.deepEqual((await people.findBy(matching(source, Person, { email: ['ann@example.org', 'ann@example.NET'] }))).map(({ id }) => id).sort(), ['a', 'c'])
      await people.remove(await people.findOneByOrFail({ id: 'c' }))
      hidden(logged, source.options.entities, people.metadata.columns.map(({ transformer }) => transformer), await database.ask('SELECT * FROM people'))
      await close()
    })

    on('every type of values goes round', async () => {
      const database = new Database()
      const names = Object.keys(VALUES)
      await database.ask(`CREATE TABLE everything (id text PRIMARY KEY, ${names.map((name) => `${name} text, ${name}_binary ${database.blob}`).join(', ')})`)
      const Everything = everything(kind, Keyring.inMemory().createKey('people'), row)
      const logged = []
      const source = attach(await connected(database, [Everything], logged))
      const all = source.getRepository(Everything)
      const values = { ...VALUES, ...Object.fromEntries(names.map((name) => [`${name}_binary`, VALUES[name]])) }
      await all.save({ id: 'a', ...values })
      const found = await all.findOneByOrFail({ id: 'a' })
      assert.deepEqual({ ...found }, { id: 'a', ...values })
      const queries = logged.length
      await all.save(found)
      assert.ok(!logged.slice(queries).some(([query]) => /^UPDATE/.test(query)))
      await refused(() => all.save({ id: 'b', int: '41117093' }), 'Everything.int', 'takes a number')
      await source.destroy()
    })

    on('rows are found by their index, also those from before a rotation', async () => {
      const { key, people, source, Person, close } = await start(row)
      await people.save({ id: 'a', email: 'Ann@Example.com' })
      key.rotate()
      await people.save([{ id: 'b', name: 'x', email: ' ann@example.com' }, { id: 'c', email: 'zuerich@example.com' }, { id: 'd' }])
      const found = async (where) => (await people.find({ where, order: { id: 'ASC' } })).map(({ id }) => id).join('')
      assert.equal(await found(matching(source, Person, { email: 'ANN@example.com' })), 'ab')
      assert.equal(await found(matching(source, Person, { email: 'ANN@example.com', name: 'x' })), 'b')
      assert.equal(await found(matching(source, Person, { email: [] })), '')
      assert.equal(await found([matching(source, Person, { email: 'zuerich@example.com' }), { email: IsNull() }]), 'cd')
      assert.equal(await found(matching(source, Person, { email: 'zuerich@example.com', emailIndex: Not(IsNull()) })), 'c')
      await refused(async () => matching(source, Person, { note: 'Zürich' }), 'Person.note has no blind index')
      await refused(async () => matching(source, Person, { email: 41117093 }), 'Person.email takes a string')
      await close()
    })

    on('every other comparison is refused at once', async () => {
      const { people, source, Person, logged, close } = await start(row)
      await people.save({ id: 'a', email: 'Ann@Example.com', note: 'Zürich' })
      for (const name of ['email', 'note']) {
        for (const one of ['Ann@Example.com', Equal('Ann@Example.com'), In(['Ann@Example.com', 'x']), Like('Ann@Example%'), MoreThan('Ann@Example'), Not('Ann@Example')]) await refused(() => people.findBy({ [name]: one }), `Person.${name}`, 'matching')
        await refused(() => people.delete({ [name]: 'Ann@Example.com' }), 'matching')
        await refused(() => people.update({ [name]: 'Ann@Example.com' }, { name: 'x' }), 'matching')
      }
      await refused(() => source.createQueryBuilder(Person, 'p').where({ email: 'Ann@Example.com' }).getMany(), 'matching')
      const asked = () => people.createQueryBuilder('p')
      for (const work of [
        () => people.find({ order: { note: 'ASC' } }), () => people.find({ select: { id: true, note: true }, order: { note: 'DESC' } }), () => people.find({ order: { note: 'ASC' }, relations: { orders: true }, take: 1 }),
        () => asked().where('p.email = :email', { email: 'Ann@Example.com' }).getMany(), () => asked().where('LOWER(p.note) LIKE :note', { note: 'Zürich' }).getCount(), () => asked().orderBy('p.note').getMany(), () => asked().select('p.note').orderBy('p.note').getMany(),
        () => asked().groupBy('p.note').getRawMany(), () => asked().clone().andWhere('p.note IS NOT NULL AND p.note > :note', { note: 'Zürich' }).getOne(), () => asked().leftJoin('p.orders', 'o').where('o.card = :card', { card: '41117093' }).getMany(),
        // By the name in the database, in quotes, alone, and in an update or a delete.
        () => asked().where('"p"."note" = :v', { v: 'Zürich' }).getMany(), () => asked().where('note = :v', { v: 'Zürich' }).getMany(), () => asked().where('LOWER("note") LIKE :v', { v: 'Zürich' }).getMany(), () => source.createQueryBuilder(Person, 'p').where('p.note IS DISTINCT FROM :v', { v: 'Zürich' }).getMany(),
        () => people.delete({ note: Raw((name) => `${name} = :v`, { v: 'Zürich' }) }), () => people.update({ note: Raw((name) => `LOWER(${name}) LIKE :v`, { v: 'Zürich' }) }, { name: 'x' }),
        () => source.createQueryBuilder().update(Person).set({ name: 'x' }).where('id = :note OR note = :note', { note: 'Zürich' }).execute(), () => asked().delete().where('note IN (:...v)', { v: ['Zürich'] }).execute(),
        () => asked().where((builder) => `p.id IN ${builder.subQuery().select('q.id').from('Person', 'q').where('q.note = :note', { note: 'Zürich' }).getQuery()}`).getMany()
      ]) hidden(await refused(work, 'is encrypted, and', 'matching'))
      assert.equal((await asked().select(['p.id', 'p.note']).where('p.note IS NOT NULL').orderBy('p.emailIndex').getMany())[0].note, 'Zürich')
      assert.equal((await asked().select('LENGTH(p.note)', 'length').addSelect('MAX(p.id)', 'email').groupBy('p.id').addGroupBy('p.note IS NULL').getRawMany()).length, 1)
      assert.equal((await source.createQueryBuilder().select('x.note').from('people', 'x').getRawMany()).length, 1)
      assert.equal((await people.update({ note: Not(IsNull()), id: 'a' }, { name: 'note = x' })).affected, 1)
      assert.equal((await source.createQueryBuilder().update(Person).set({ name: 'x' }).where('id = :note', { note: 'a' }).execute()).affected, 1)
      hidden(logged)
      assert.deepEqual([(await people.findBy({ email: Not(IsNull()) })).length, (await people.findBy({ email: IsNull() })).length], [1, 0])
      await close()
    })

    on('an index goes with its value', async () => {
      const { key, people, source, Person, database, logged, close } = await start(row)
      await people.save({ id: 'a', email: 'Ann@Example.com' })
      // What is there already is written over with both.
      await people.upsert([{ id: 'a', email: 'zuerich@example.com' }, { id: 'b', email: 'x' }], ['id'])
      await source.createQueryBuilder().insert().into(Person).values({ id: 'b', email: 'Ann@Example.org' }).orUpdate(['email'], ['id']).execute()
      const found = async (email) => (await people.findBy(matching(source, Person, { email }))).map(({ id }) => id).join('')
      assert.deepEqual([await found('ann@example.com'), await found('zuerich@example.com'), await found('x'), await found('ann@example.org')], ['', 'a', '', 'b'])
      for (const work of [() => people.save({ id: 'a', emailIndex: 'zuerich' }), () => people.update({ id: 'a' }, { emailIndex: 'zuerich' }), () => people.insert({ id: 'c', emailIndex: 'zuerich' }), () => people.upsert({ id: 'a', emailIndex: 'zuerich' }, ['id'])]) hidden(await refused(work, 'Person.email', 'emailIndex is written with it'))
      await people.save({ id: 'a', emailIndex: (await people.findOneByOrFail({ id: 'a' })).emailIndex, name: 'x' })
      // An entity that was read before its index was made anew does not bring the old one back.
      const old = await people.findOneByOrFail({ id: 'a' })
      const partial = await people.findOneOrFail({ select: { id: true, name: true, emailIndex: true }, where: { id: 'b' } })
      key.rotate()
      assert.equal((await rewrap(source, Person)).reindexed, 2)
      old.name = 'y'
      await people.save(old)
      partial.name = 'z'
      await people.save(partial)
      assert.equal((await people.findOneByOrFail({ id: 'b' })).name, 'z')
      assert.ok((await database.ask('SELECT email_index FROM people')).every(({ email_index: index }) => index.startsWith('strongroom:i2:')))
      hidden(logged)
      await close()
    })

    on('what the listeners do not see is not written', async () => {
      const { people, database, source, Person, logged, close } = await start(row)
      await refused(() => people.save({ id: 'a', email: 'Ann@Example.com' }, { listeners: false }), 'without being encrypted')
      await refused(() => source.createQueryBuilder().insert().into(Person).values({ id: 'a', note: 'Zürich' }).callListeners(false).execute(), 'without being encrypted')
      await refused(() => source.createQueryBuilder().update(Person).set({ note: () => "'x'" }).execute(), 'no expression')
      await refused(() => people.increment({ id: 'a' }, 'note', 1), 'no expression')
      assert.equal((await database.ask('SELECT * FROM people')).length, 0)
      hidden(logged)
      await close()
    })

    on('a write that fails leaves the entity as it was, and can be done again', async () => {
      const { people, source, Person, close } = await start(row)
      await people.save({ id: 'a', email: 'Ann@Example.com' })
      const fresh = people.create({ id: 'a', email: 'zuerich@example.com', note: 'Zürich' })
      const error = await refused(() => source.transaction(async (manager) => {
        await manager.save(people.create({ id: 'b', note: 'Zürich' }))
        await manager.insert(Person, fresh)
      }))
      hidden(error, error.parameters)
      assert.deepEqual([fresh.email, fresh.note], ['zuerich@example.com', 'Zürich'])
      assert.equal(await people.count(), 1)
      // Without a transaction nobody says that it failed; the next write goes by the value.
      const single = { id: 'a', note: 'Zürich' }
      await refused(() => source.createQueryBuilder().insert().into(Person).values(single).execute())
      single.id = 'c'
      await people.insert(single)
      assert.equal((await people.findOneByOrFail({ id: 'c' })).note, 'Zürich')
      await close()
    })

    on('many rows at once, and rows of relations', async () => {
      const { people, orders, database, source, close } = await start(row)
      await people.insert(Array.from({ length: 300 }, (_, at) => ({ id: `${at}`, email: `Ann@Example.com${at}`, note: 'Zürich' })))
      assert.equal((await people.find()).filter(({ id, email }) => email === `Ann@Example.com${id}`).length, 300)
      assert.equal(new Set((await database.ask('SELECT note FROM people')).map(({ note }) => note)).size, 300)
      await people.save({ id: 'x', note: 'Zürich', orders: [{ id: 1, card: '41117093 1' }, { id: 2, card: '41117093 2' }] })
      const [x] = await people.find({ where: { id: 'x' }, relations: { orders: true }, order: { orders: { id: 'ASC' } } })
      assert.deepEqual(x.orders.map(({ card }) => card), ['41117093 1', '41117093 2'])
      assert.equal((await orders.findOne({ where: { id: 1 }, relations: { person: true } })).person.note, 'Zürich')
      assert.equal((await source.createQueryBuilder('Order', 'o').leftJoinAndSelect('o.person', 'p').where('p.id = :id', { id: 'x' }).getMany())[0].person.note, 'Zürich')
      hidden(await source.createQueryBuilder('Order', 'o').getRawMany(), await people.query('SELECT * FROM people'))
      await close()
    })

    on('after a rotation a table is brought up to date, once', async () => {
      const { key, people, source, Person, database, close } = await start(row)
      await people.insert(Array.from({ length: 25 }, (_, at) => ({ id: `${at}`, email: at % 5 === 0 ? null : `Ann@Example.com${at}`, note: 'Zürich', photo: Buffer.from('Zürich') })))
      key.rotate()
      const counted = { rows: 25, rewrapped: 70, encrypted: 0, reindexed: 20, plaintext: 0, contended: 0, last: '9' }
      assert.deepEqual(await rewrap(source, Person, { dryRun: true }), counted)
      assert.deepEqual(await rewrap(source, Person, { batchSize: 10 }), counted)
      for (const { email, note, email_index: index } of await database.ask('SELECT * FROM people')) assert.ok((email ?? 'strongroom:v2:').startsWith('strongroom:v2:') && note.startsWith('strongroom:v2:') && (index ?? 'strongroom:i2:').startsWith('strongroom:i2:'))
      const done = await database.ask('SELECT * FROM people ORDER BY id')
      assert.deepEqual(await rewrap(source, Person), { ...counted, rewrapped: 0, reindexed: 0 })
      assert.deepEqual(await database.ask('SELECT * FROM people ORDER BY id'), done)
      assert.equal((await people.findBy(matching(source, Person, { email: 'ann@example.com7' }))).length, 1)
      await close()
    })

    on('plaintext is moved over, when that is asked for, and refused unless it is allowed', async () => {
      const { people, source, Person, database, close } = await start(row, { allowPlaintext: true })
      await database.ask('INSERT INTO people (id, email, note, photo) VALUES (?, ?, ?, ?)', 'a', 'Ann@Example.com', 'Zürich', Buffer.from('Zürich'))
      const [a] = await people.find()
      assert.deepEqual([a.email, a.note, a.photo.toString(), people.metadata.findColumnWithPropertyName('email').transformer.plaintextReads], ['Ann@Example.com', 'Zürich', 'Zürich', 1])
      assert.equal((await rewrap(source, Person)).plaintext, 3)
      assert.deepEqual(await rewrap(source, Person, { encryptPlaintext: true }), { rows: 1, rewrapped: 0, encrypted: 3, reindexed: 1, plaintext: 0, contended: 0, last: 'a' })
      hidden(await database.ask('SELECT * FROM people'))
      assert.equal((await people.findOneBy(matching(source, Person, { email: 'ann@example.com' }))).note, 'Zürich')
      await close()
      const older = await start(row, { allowPlaintext: true, writePlaintext: true })
      await older.people.save({ id: 'a', email: 'Ann@Example.com', note: 'Zürich' })
      assert.deepEqual((await older.database.ask('SELECT email, note FROM people')).map(({ email, note }) => [email, note]), [['Ann@Example.com', 'Zürich']])
      assert.equal((await older.people.findOneBy(matching(older.source, older.Person, { email: 'ann@example.com' }))).note, 'Zürich')
      await refused(() => rewrap(older.source, older.Person, { encryptPlaintext: true }), 'Person.email', 'take writePlaintext away first')
      await older.close()
      const strict = await start(row)
      await strict.database.ask('INSERT INTO people (id, email) VALUES (?, ?)', 'a', 'Ann@Example.com')
      await refused(() => strict.people.find(), 'malformed', 'Person.email', 'allowPlaintext')
      for (const encryptPlaintext of [true, false]) await refused(() => rewrap(strict.source, strict.Person, { encryptPlaintext }), 'Person.email of row a', 'encryptPlaintext', 'allowPlaintext')
      await strict.close()
    })

    on('an empty text is found by nothing, since it has no index', async () => {
      const { people, source, Person, database, close } = await start(row)
      await people.save([{ id: 'a', email: '' }, { id: 'b', email: 'Ann@Example.com' }, { id: 'c', email: null }, { id: 'd', email: 'zuerich@example.com' }])
      await people.save({ id: 'b', email: ' ' })
      assert.deepEqual((await database.ask('SELECT email, email_index FROM people ORDER BY id')).slice(0, 3).map((row) => [row.email === null, row.email_index]), [[false, null], [false, null], [true, null]])
      const found = async (email) => (await people.findBy(matching(source, Person, { email }))).map(({ id }) => id).join('')
      assert.deepEqual([await found(''), await found(['', 'zuerich@example.com'])], ['', 'd'])
      await database.ask("UPDATE people SET email_index = 'none' WHERE id = 'a'")
      assert.equal((await rewrap(source, Person)).reindexed, 1)
      assert.equal((await rewrap(source, Person)).reindexed, 0)
      await close()
    })

    on('a wrong key and a wrong column open nothing, and another row as is documented', async () => {
      const { people, database, close } = await start(row)
      await people.insert([{ id: 'a', email: 'Ann@Example.com', note: 'Zürich' }, { id: 'b', note: 'ann@example' }])
      await database.ask("UPDATE people SET note = (SELECT note FROM people WHERE id = 'a') WHERE id = 'b'")
      if (row) await refused(() => people.find(), 'decrypt_failed', 'Person.note of row b')
      else assert.deepEqual((await people.find()).map(({ note }) => note), ['Zürich', 'Zürich'])
      await database.ask("UPDATE people SET note = email WHERE id = 'a'")
      await refused(() => people.findOneBy({ id: 'a' }), 'decrypt_failed', 'Person.note')
      const other = Object.values(entities(kind, Keyring.inMemory().createKey('people'), row))
      const stranger = attach(await connected(database, other))
      await refused(() => stranger.getRepository(other[0]).findOneBy({ id: 'a' }), 'decrypt_failed', 'Person.email')
      await stranger.destroy()
      await close()
    })
  }

  test(`${kind}: a row whose key was not selected stays sealed`, async () => {
    const { people, database, close } = await start(true)
    await people.save({ id: 'a', name: 'x', note: 'Zürich' })
    const [bare] = await people.find({ select: { note: true } })
    assert.equal(bare.note.open('a'), 'Zürich')
    await refused(() => bare.note.open('b'), 'decrypt_failed', 'Person.note of row b')
    hidden(bare)
    for (const show of [() => JSON.stringify(bare), () => `${bare.note}`]) await refused(show, 'Person.note', 'select the id too, or open(id)')
    // It can be saved again, in its own row alone.
    const [before] = await database.ask('SELECT note FROM people')
    await people.save({ id: 'a', note: bare.note })
    assert.deepEqual(await database.ask('SELECT note FROM people'), [before])
    await refused(() => people.save({ id: 'b', note: bare.note }), 'decrypt_failed', 'Person.note of row b')
    await close()
  })

  test(`${kind}: a transformer works alone, and writes each time anew`, async () => {
    const database = new Database()
    for (const statement of TABLES(database.blob)) await database.ask(statement)
    const transformer = encrypted({ key: Keyring.inMemory().createKey('people'), column: 'people.note' })
    const Note = new EntitySchema({ name: 'Note', tableName: 'people', columns: { id: { type: 'text', primary: true }, note: { type: 'text', nullable: true, transformer } } })
    const logged = []
    const source = await connected(database, [Note], logged)
    const people = source.getRepository(Note)
    const a = await people.save({ id: 'a', note: 'Zürich' })
    await people.save([{ id: 'b', note: null }, { id: 'c', note: '' }])
    const before = (await database.ask("SELECT note FROM people WHERE id = 'a'"))[0].note
    await people.save(a)
    assert.notEqual((await database.ask("SELECT note FROM people WHERE id = 'a'"))[0].note, before)
    assert.deepEqual((await people.find({ order: { id: 'ASC' } })).map(({ note }) => note), ['Zürich', null, ''])
    await people.update({ id: 'b' }, { note: 'Zürich' })
    assert.equal((await people.findOneByOrFail({ id: 'b' })).note, 'Zürich')
    hidden(logged)
    await source.destroy()
  })

  test(`${kind}: without attach nothing is written that needs it`, async () => {
    for (const row of [true, false]) {
      const { people, database, close } = await start(row, {}, false)
      await refused(() => people.save({ id: 'a', email: 'Ann@Example.com' }))
      assert.equal((await database.ask('SELECT * FROM people')).length, 0)
      await close()
    }
  })

  test(`${kind}: values are sealed for the tenant of their row`, async () => {
    const database = new Database()
    await database.ask('CREATE TABLE accounts (id text PRIMARY KEY, tenant text, iban text, iban_index text)')
    const key = Keyring.inMemory().createKey('accounts', { derived: true })
    const Account = new EntitySchema({
      name: 'Account',
      tableName: 'accounts',
      columns: {
        id: { type: 'text', primary: true },
        tenant: { type: 'text', nullable: true },
        iban: { type: 'text', nullable: true, transformer: rowEncrypted({ key, column: 'accounts.iban', context: 'tenant', index: 'ibanIndex' }) },
        ibanIndex: { type: 'text', name: 'iban_index', nullable: true }
      }
    })
    const source = attach(await connected(database, [Account]))
    const accounts = source.getRepository(Account)
    await accounts.save([{ id: 'a', tenant: 'acme', iban: '41117093 a' }, { id: 'b', tenant: 'zorg', iban: '41117093 a' }])
    const stored = async () => (await database.ask('SELECT * FROM accounts ORDER BY id'))
    const [a] = await stored()
    assert.equal(key.decrypt(a.iban, { aad: { row: 'a', column: 'accounts.iban' }, context: 'acme' }).toString(), '41117093 a')
    assert.deepEqual((await accounts.findBy(matching(source, Account, { iban: '41117093 a' }, { context: 'zorg' }))).map(({ id, iban }) => [id, iban]), [['b', '41117093 a']])
    // A change without the tenant is of the old one, and who changes the tenant takes the values along.
    await accounts.save({ id: 'a', iban: '41117093 b' })
    await accounts.save({ id: 'a', tenant: 'zorg' })
    assert.deepEqual((await accounts.findBy(matching(source, Account, { iban: '41117093 b' }, { context: 'zorg' }))).map(({ id, iban }) => [id, iban]), [['a', '41117093 b']])
    await refused(() => accounts.save({ id: 'c', iban: '41117093 c' }), 'Account.iban', 'tenant')
    // A query does not say what was there.
    await refused(() => accounts.update({ id: 'a' }, { tenant: 'acme' }), 'Account.iban is sealed for the tenant')
    await refused(() => accounts.upsert({ id: 'a', tenant: 'acme' }, ['id']), 'Account.iban is bound to tenant')
    await accounts.upsert({ id: 'a', tenant: 'zorg', iban: '41117093 b' }, ['id'])
    await accounts.update({ id: 'a' }, { id: 'a', tenant: 'zorg', iban: '41117093 b' })
    key.rotate()
    assert.equal((await rewrap(source, Account)).rewrapped, 2)
    assert.ok((await stored()).every(({ iban }) => iban.startsWith('strongroom:v2:')))
    await accounts.save({ id: 'b', iban: null })
    assert.equal((await accounts.findOneByOrFail({ id: 'b' })).iban, null)
    // What is read without its tenant stays sealed.
    const [bare] = await accounts.find({ select: { id: true, iban: true }, where: { id: 'a' } })
    assert.equal(bare.iban.open('a', { context: 'zorg' }), '41117093 b')
    hidden(bare)
    bare.tenant = 'acme'
    await accounts.save(bare)
    assert.deepEqual([bare.iban, (await accounts.findOneByOrFail({ id: 'a' })).iban], ['41117093 b', '41117093 b'])
    // What save does not read it cannot take along.
    accounts.metadata.findColumnWithPropertyName('iban').isSelect = false
    await refused(() => accounts.save({ id: 'a', tenant: 'zorg' }), 'Account.iban is sealed for the tenant', 'selected')
    await accounts.save({ id: 'a', tenant: 'zorg', iban: '41117093 b' })
    accounts.metadata.findColumnWithPropertyName('iban').isSelect = true
    assert.equal((await accounts.findOneByOrFail({ id: 'a' })).iban, '41117093 b')
    await source.destroy()
  })

  if (kind === 'sqlite') {
    test(`${kind}: columns are found in whatever letters the table has`, async () => {
      const database = new Database()
      await database.ask('CREATE TABLE people (Id text PRIMARY KEY, EMAIL text)')
      const key = Keyring.inMemory().createKey('people')
      const Person = new EntitySchema({ name: 'Person', tableName: 'people', columns: { id: { type: 'text', primary: true }, email: { type: 'text', transformer: rowEncrypted({ key, column: 'people.email' }) } } })
      const source = attach(await connected(database, [Person]))
      await source.getRepository(Person).save({ id: 'a', email: 'Ann@Example.com' })
      key.rotate()
      const { rewrapped, last } = await rewrap(source, Person)
      assert.deepEqual([rewrapped, last, (await source.getRepository(Person).find())[0].email], [1, 'a', 'Ann@Example.com'])
      await source.destroy()
    })
  }

  test(`${kind}: a row goes to another tenant by itself, and not from the other side of a relation`, async () => {
    const database = new Database()
    await database.ask('CREATE TABLE tenants (id text PRIMARY KEY)')
    await database.ask('CREATE TABLE accounts (id text PRIMARY KEY, name text, tenant_id text, iban text)')
    const key = Keyring.inMemory().createKey('accounts', { derived: true })
    const id = { type: 'text', primary: true }
    const text = { type: 'text', nullable: true }
    const Tenant = new EntitySchema({ name: 'Tenant', tableName: 'tenants', columns: { id }, relations: { accounts: { type: 'one-to-many', target: 'Account', inverseSide: 'tenant', cascade: true } } })
    const Account = new EntitySchema({
      name: 'Account',
      tableName: 'accounts',
      columns: { id, name: text, tenantId: { ...text, name: 'tenant_id' }, iban: { ...text, transformer: rowEncrypted({ key, column: 'accounts.iban', context: 'tenantId' }) } },
      relations: { tenant: { type: 'many-to-one', target: 'Tenant', joinColumn: { name: 'tenant_id' } } }
    })
    const source = attach(await connected(database, [Tenant, Account]))
    const [tenants, accounts] = [source.getRepository(Tenant), source.getRepository(Account)]
    await tenants.save([{ id: 'acme' }, { id: 'zorg' }])
    await accounts.save([{ id: 'a', tenant: { id: 'acme' }, iban: '41117093' }, { id: 'b', tenantId: 'acme' }])
    for (const work of [
      () => tenants.save({ id: 'zorg', accounts: [{ id: 'a' }] }), () => tenants.save({ id: 'acme', accounts: [] }), () => accounts.update({ id: 'a' }, { tenant: { id: 'zorg' } }), () => accounts.createQueryBuilder().relation('tenant').of('a').set('zorg'),
      () => source.createQueryBuilder().update(Account).set({ tenantId: 'zorg' }).callListeners(false).execute()
    ]) await refused(work, 'Account.iban is sealed for the tenant in tenantId')
    await accounts.save([{ id: 'a', tenant: { id: 'zorg' } }, { id: 'b', tenantId: 'zorg' }])
    await tenants.save({ id: 'zorg', accounts: [{ id: 'a', name: 'x' }, { id: 'b' }] })
    assert.deepEqual((await accounts.find({ order: { id: 'ASC' } })).map(({ tenantId, name, iban }) => [tenantId, name, iban]), [['zorg', 'x', '41117093'], ['zorg', null, null]])
    await source.destroy()
  })

  test(`${kind}: what cannot work is refused when it is attached or used`, async () => {
    const key = Keyring.inMemory().createKey('people')
    const database = new Database()
    const id = { type: 'text', primary: true }
    const entity = (columns, more = {}) => new EntitySchema({ name: 'Person', tableName: 'people', columns, ...more })
    const row = (options) => rowEncrypted({ key, column: 'people.email', ...options })
    for (const [schema, ...words] of [
      [entity({ id: { ...id, type: 'integer', generated: true }, email: { type: 'text', transformer: row() } }), 'generated', 'randomUUID'],
      [entity({ id, other: id, email: { type: 'text', transformer: row() } }), 'primary key of 2 columns'],
      [entity({ id, email: { type: 'text', transformer: row({ index: 'emailIndex' }) } }), 'emailIndex', 'does not have'],
      [entity({ id, name: { type: 'text', transformer: row() }, email: { type: 'text', transformer: row({ index: 'name' }) } }), 'Person.email', 'name, which is encrypted itself'],
      [entity({ id, email: { type: 'text', transformer: row({ context: 'tenant' }) } }), 'tenant', 'does not have'],
      [entity({ id, email: { type: 'text', unique: true, transformer: row() } }), 'unique'],
      [entity({ id, email: { type: 'text', transformer: row() } }, { indices: [{ columns: ['email'] }] }), 'no ciphertext equals another'],
      [entity({ id: { ...id, transformer: encrypted({ key, column: 'people.id' }) } }), 'primary key'],
      [entity({ id, email: { type: 'text', default: 'Zürich', transformer: row() } }), 'default'],
      [entity({ id, email: { type: 'varchar', length: 200, transformer: row() } }), 'maxBytes'],
      [entity({ id, email: { type: 'varchar', length: 200, transformer: row({ maxBytes: 100 }) } }), 'length 200', 'takes 249']
    ]) {
      const source = await connected(database, [schema])
      await refused(async () => attach(source), 'Person.', ...words)
      await source.destroy()
    }
    const wide = entity({ id, email: { type: 'varchar', length: 249, transformer: row({ maxBytes: 100 }) } })
    const source = await connected(database, [wide])
    attach(attach(source))
    assert.equal(source.subscribers.filter((one) => one instanceof EncryptionSubscriber).length, 1)
    await source.destroy()
    await refused(async () => attach(source), 'initialized')
    const two = entity({ id, other: id, note: { type: 'text', transformer: encrypted({ key, column: 'people.note' }) } })
    const both = await connected(database, [two])
    await refused(() => rewrap(both, two), 'a primary key of one column')
    await both.destroy()
  })

  test(`${kind}: an update that does not say which row is refused`, async () => {
    const { people, source, Person, database, close } = await start(true)
    await database.ask('CREATE UNIQUE INDEX people_by_name ON people (name)')
    await people.save({ id: 'a', note: 'Zürich' })
    await refused(() => people.update({ name: 'x' }, { note: 'Zürich' }), 'Person.note', 'use save')
    // The id among the values says which, and is not given to another.
    await people.save({ id: 'b', name: 'x', note: 'zuerich' })
    assert.equal((await people.update({ id: 'a' }, { id: 'c' })).affected, 0)
    assert.equal((await people.update([{ id: 'a' }, { name: 'x' }], { id: 'a', note: '41117093' })).affected, 1)
    assert.equal((await source.createQueryBuilder().update(Person).set({ id: 'b', note: '41117093 b' }).execute()).affected, 1)
    assert.deepEqual((await people.find({ order: { id: 'ASC' } })).map(({ id, note }) => [id, note]), [['a', '41117093'], ['b', '41117093 b']])
    // What is written over is of the row that is there.
    const insert = () => source.createQueryBuilder().insert().into(Person).values({ id: 'd', name: 'x', note: 'Zürich' })
    await refused(() => insert().orUpdate(['note'], ['name']).execute(), 'Person.note is bound to id')
    await refused(() => insert().orUpdate(['id'], ['name']).execute(), 'Person.', 'is bound to id')
    await insert().orUpdate(['id', 'email', 'note', 'photo'], ['name']).execute()
    assert.deepEqual((await people.find({ order: { id: 'ASC' } })).map(({ id, note }) => [id, note]), [['a', '41117093'], ['d', 'Zürich']])
    const names = people.createQueryBuilder('p').select(['p.id', 'p.name'])
    await refused(() => source.createQueryBuilder().insert().into(Person, ['id', 'note']).valuesFromSelect(names).execute(), 'Person.note is encrypted, which no SELECT does')
    await close()
  })

  test(`${kind}: a table is moved over while another process reads and writes it`, async () => {
    const database = new Database()
    for (const statement of TABLES(database.blob)) await database.ask(statement)
    let source
    await movedOver('typeorm', database, async (key) => {
      const { Person, Order } = entities(kind, key, true, { allowPlaintext: true })
      source ??= await connected(database, [Person, Order])
      return rewrap(source, 'Person', { encryptPlaintext: true, batchSize: 20 })
    })
    await source.destroy()
  })
}
