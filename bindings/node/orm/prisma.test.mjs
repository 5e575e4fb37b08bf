// Prisma over SQLite and PostgreSQL: values bound to their row.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Keyring } from '../index.mjs'
import { movedOver } from './moving.mjs'
import { TABLES, connected, generated, models, strongroom } from './people/prisma.mjs'
import { databases, hidden, refused, VALUES } from './world.mjs'

const { encryption, plaintextReads, rewrap } = strongroom

for (const Database of databases) {
  const { kind } = new Database()
  const on = (name, work) => test(`${kind}: ${name}`, work)

  async function start (more, given) {
    const database = new Database()
    for (const statement of TABLES(database.blob)) await database.ask(statement)
    database.client = generated(kind)
    const key = Keyring.inMemory().createKey('people', given === undefined ? {} : { derived: true })
    const logged = []
    const client = connected(database, logged)
    const extension = encryption(client, given === undefined ? models(() => key, more) : given(() => key))
    return { database, key, client, extension, prisma: client.$extends(extension), logged, close: () => client.$disconnect() }
  }

  on('rows are written and read, with nothing and with an empty text', async () => {
    const { database, prisma, logged, extension, close } = await start()
    const photo = Buffer.from('Zürich')
    const given = { id: 'a', email: 'Ann@Example.com', note: '', photo }
    const a = await prisma.person.create({ data: given })
    assert.deepEqual([a.email, a.note, Buffer.from(a.photo), given.email], ['Ann@Example.com', '', photo, 'Ann@Example.com'])
    await prisma.person.create({ data: { id: 'b', email: null, note: undefined } })
    const [one, other] = await database.ask('SELECT * FROM people ORDER BY id')
    assert.ok(one.email.startsWith('strongroom:v1:') && one.note.startsWith('strongroom:v1:') && one.photo[0] === 0xFE && one.email_index.startsWith('strongroom:i1:'))
    assert.deepEqual([other.email, other.email_index, other.note, other.photo], [null, null, null, null])
    assert.equal((await prisma.person.update({ where: { id: 'b' }, data: { email: { set: 'ann@example.org' } } })).email, 'ann@example.org')
    assert.equal((await prisma.person.upsert({ where: { id: 'b' }, create: { id: 'b', note: 'Zürich' }, update: { note: 'Zürich', email: null } })).note, 'Zürich')
    assert.equal((await prisma.person.upsert({ where: { id: 'c' }, create: { id: 'c', note: 'zuerich' }, update: {} })).note, 'zuerich')
    assert.deepEqual((await database.ask("SELECT email, email_index FROM people WHERE id = 'b'"))[0], { email: null, email_index: null })
    assert.deepEqual((await prisma.person.findMany({ orderBy: { id: 'asc' } })).map(({ id, email, note }) => [id, email, note]), [['a', 'Ann@Example.com', ''], ['b', null, 'Zürich'], ['c', null, 'zuerich']])
    assert.equal((await prisma.person.delete({ where: { id: 'c' } })).note, 'zuerich')
    assert.equal(await prisma.person.findUnique({ where: { id: 'x' } }), null)
    assert.deepEqual((await prisma.$queryRawUnsafe('SELECT note FROM people ORDER BY id')).map(({ note }) => note.slice(0, 11)), ['strongroom:', 'strongroom:'])
    await prisma.order.create({ data: { id: 1 } })
    hidden(logged, extension, await database.ask('SELECT * FROM people'))
    await close()
  })

  on('every type of values goes round', async () => {
    const names = Object.keys(VALUES)
    const fields = (key) => Object.fromEntries(names.flatMap((type) => ['', '_binary'].map((more) => [`${type}${more}`, { key, type, column: `everything.${type}${more}` }])))
    const { prisma, close } = await start({}, (key) => ({ Everything: { fields: fields(key) } }))
    const row = { id: 'a', ...VALUES, ...Object.fromEntries(names.map((name) => [`${name}_binary`, VALUES[name]])) }
    assert.deepEqual(await prisma.everything.create({ data: row }), row)
    assert.deepEqual(await prisma.everything.update({ where: { id: 'a' }, data: { json: { set: [1] } } }).then(({ json }) => json), { set: [1] })
    await refused(() => prisma.everything.create({ data: { id: 'b', int: '41117093' } }), 'Everything.int')
    await close()
  })

  on('what is selected, included and left out is opened, and the key comes only where it was asked for', async () => {
    const { prisma, close } = await start()
    await prisma.person.create({ data: { id: 'a', email: 'Ann@Example.com', note: 'Zürich', orders: { create: [{ id: 1, card: '41117093 1' }, { id: 2, card: '41117093 2', paid: true }] }, passport: { create: { number: 'p1', country: 'Zürich' } } } })
    await prisma.person.create({ data: { id: 'b', friend: { connect: { id: 'a' } } } })
    assert.deepEqual(await prisma.person.findMany({ select: { email: true }, where: { id: 'a' } }), [{ email: 'Ann@Example.com' }])
    assert.deepEqual(await prisma.person.findFirst({ select: { name: true, orders: { select: { card: true, person: { select: { note: true } } }, orderBy: { id: 'asc' } } }, where: { id: 'a' } }), { name: null, orders: [{ card: '41117093 1', person: { note: 'Zürich' } }, { card: '41117093 2', person: { note: 'Zürich' } }] })
    assert.deepEqual((await prisma.person.findUnique({ where: { id: 'b' }, include: { friend: { include: { passport: true, orders: { where: { paid: true } } } }, orders: true, _count: true } })).friend.orders.map(({ card }) => card), ['41117093 2'])
    const left = await prisma.person.findFirst({ where: { id: 'a' }, omit: { id: true, photo: true, email: true } })
    assert.deepEqual([left.note, 'id' in left, 'photo' in left], ['Zürich', false, false])
    assert.deepEqual(await prisma.person.findFirst({ where: { id: 'a' }, select: { name: true, _count: { select: { orders: { where: { paid: true } }, friends: true } } } }), { name: null, _count: { orders: 1, friends: 1 } })
    assert.deepEqual((await prisma.person.findUnique({ where: { id: 'a' } }).orders({ select: { card: true }, orderBy: { id: 'asc' } })).map(({ card }) => card), ['41117093 1', '41117093 2'])
    assert.equal((await prisma.person.findUnique({ where: { id: 'a' } }).passport()).country, 'Zürich')
    assert.deepEqual(await prisma.person.findFirst({ where: { id: 'a' }, include: { orders: false, passport: undefined }, omit: { email: true, note: true, photo: true, emailIndex: true } }), { id: 'a', name: null, friendId: null })
    await close()
  })

  on('rows of relations are written in every way', async () => {
    const { prisma, database, close } = await start()
    await prisma.person.create({ data: { id: 'a', orders: { createMany: { data: [{ id: 1, card: '41117093 1' }, { id: 2, card: '41117093 2' }] } }, friends: { connectOrCreate: [{ where: { id: 'f' }, create: { id: 'f', note: 'Zürich f' } }] } } })
    await prisma.person.update({
      where: { id: 'a' },
      data: {
        orders: {
          update: { where: { id: 1 }, data: { card: '41117093 one' } },
          upsert: { where: { id: 3 }, create: { id: 3, card: '41117093 3' }, update: { card: '41117093 three' } },
          updateMany: [{ where: { id: 2 }, data: { card: '41117093 two' } }, { where: { paid: false }, data: { paid: true } }]
        },
        passport: { upsert: { create: { number: 'p1', country: 'Zürich' }, update: {} } },
        friends: { set: [{ id: 'f' }], disconnect: undefined }
      }
    })
    await prisma.person.update({ where: { id: 'a' }, data: { passport: { update: { where: { number: 'p1' }, data: { country: 'Zürich 2' } } }, orders: { deleteMany: { id: 3 }, disconnect: [{ id: 2 }] } } })
    await prisma.person.update({ where: { id: 'a' }, data: { passport: { update: {} }, orders: { delete: { id: 1 }, connect: { id: 2 } } } })
    const a = await prisma.person.findUnique({ where: { id: 'a' }, include: { orders: true, passport: true, friends: true } })
    assert.deepEqual([a.orders.map(({ card, paid }) => [card, paid]), a.passport.country, a.friends[0].note], [[['41117093 two', true]], 'Zürich 2', 'Zürich f'])
    await prisma.person.update({ where: { id: 'a' }, data: { passport: { delete: true } } })
    hidden(await database.ask('SELECT * FROM people'), await database.ask('SELECT * FROM orders'), await database.ask('SELECT * FROM passports'))
    await refused(() => prisma.person.update({ where: { id: 'a' }, data: { passport: { update: { country: 'Zürich' } } } }), 'Passport.country is bound to its row', 'number')
    await refused(() => prisma.person.update({ where: { id: 'a' }, data: { orders: { updateMany: { where: { paid: true }, data: { card: '41117093' } } } } }), 'Order.card is bound to its row')
    await refused(() => prisma.person.update({ where: { id: 'a' }, data: { orders: { rewrite: { card: '41117093' } } } }), 'the nested write rewrite is not known')
    await close()
  })

  on('many rows at once, and in transactions', async () => {
    const { prisma, database, close } = await start()
    const data = Array.from({ length: 300 }, (_, at) => ({ id: `${at}`, email: `Ann@Example.com${at}`, note: 'Zürich' }))
    assert.deepEqual(await prisma.person.createMany({ data }), { count: 300 })
    assert.equal((await prisma.person.findMany()).filter(({ id, email }) => email === `Ann@Example.com${id}`).length, 300)
    assert.equal(new Set((await database.ask('SELECT note FROM people')).map(({ note }) => note)).size, 300)
    assert.deepEqual(await prisma.person.createManyAndReturn({ data: [{ id: 'x', note: 'Zürich x' }], select: { note: true } }), [{ note: 'Zürich x' }])
    assert.deepEqual(await prisma.person.updateManyAndReturn({ where: { id: 'x' }, data: { note: 'Zürich y' }, select: { note: true } }), [{ note: 'Zürich y' }])
    assert.deepEqual(await prisma.person.updateMany({ where: { id: { equals: 'x' } }, data: { note: 'Zürich z', name: 'z' } }), { count: 1 })
    assert.deepEqual(await prisma.person.updateMany({ data: { name: 'all' } }), { count: 301 })
    const [one, count] = await prisma.$transaction([prisma.person.findUnique({ where: { id: 'x' } }), prisma.person.count({ where: { email: 'ann@example.com7' } })])
    assert.deepEqual([one.note, count], ['Zürich z', 1])
    await assert.rejects(prisma.$transaction(async (transaction) => {
      await transaction.person.create({ data: { id: 'y', note: 'Zürich' } })
      assert.equal((await transaction.person.findUnique({ where: { id: 'y' } })).note, 'Zürich')
      throw new Error('back')
    }), /back/)
    assert.equal(await prisma.person.count({ where: { id: 'y' } }), 0)
    await refused(() => prisma.person.updateMany({ where: { name: 'all' }, data: { note: 'Zürich' } }), 'Person.note is bound to its row')
    await refused(() => prisma.person.updateMany({ data: { email: 'Ann@Example.com' } }), 'Person.email is bound to its row')
    for (const id of [{ equals: 'X', mode: 'insensitive' }, { in: ['x'] }, { not: 'x' }]) await refused(() => prisma.person.updateMany({ where: { id }, data: { note: 'Zürich' } }), 'Person.note is bound to its row')
    await close()
  })

  on('rows are found by their index, also those from before a rotation', async () => {
    const { key, prisma, close } = await start()
    await prisma.person.create({ data: { id: 'a', email: 'Ann@Example.com', orders: { create: { id: 1 } } } })
    key.rotate()
    await prisma.person.createMany({ data: [{ id: 'b', name: 'x', email: ' ann@example.com' }, { id: 'c', email: 'zuerich@example.com' }, { id: 'd' }] })
    const found = async (where) => (await prisma.person.findMany({ where, orderBy: { id: 'asc' } })).map(({ id }) => id).join('')
    for (const [where, ids] of [
      [{ email: 'ANN@example.com' }, 'ab'], [{ email: { equals: 'ann@example.com' } }, 'ab'], [{ email: { in: ['ann@example.com', 'zuerich@example.com'] } }, 'abc'], [{ email: { in: [] } }, ''],
      [{ email: { not: 'ann@example.com' } }, 'c'], [{ email: { notIn: ['zuerich@example.com'] } }, 'ab'], [{ NOT: { email: 'ann@example.com' }, email: { not: null } }, 'c'],
      [{ email: null }, 'd'], [{ email: { equals: null } }, 'd'], [{ email: { not: null } }, 'abc'], [{ email: undefined, id: 'a' }, 'a'], [{ email: { equals: undefined, not: null } }, 'abc'],
      [{ OR: [{ email: 'zuerich@example.com' }, { email: null }] }, 'cd'], [{ AND: { name: 'x' }, email: 'ann@example.com' }, 'b'], [{ AND: [{ email: 'ann@example.com' }], email: { not: null }, OR: undefined }, 'ab'],
      [{ orders: { some: { person: { email: 'ann@example.com' } } } }, 'a'], [{ orders: { none: {} }, email: 'ann@example.com' }, 'b'], [{ friend: null, passport: { is: null }, id: 'a' }, 'a']
    ]) assert.equal(await found(where), ids, JSON.stringify(where))
    assert.equal((await prisma.order.findFirst({ where: { person: { email: 'ann@example.com' } }, include: { person: true } })).person.email, 'Ann@Example.com')
    assert.equal((await prisma.order.findFirst({ where: { person: { is: { email: 'ann@example.com' } } } })).id, 1)
    assert.equal((await prisma.person.findFirst({ where: { id: 'a' }, include: { orders: { where: { person: { email: 'ann@example.com' } } } } })).orders.length, 1)
    assert.equal(await prisma.person.count({ where: { email: 'ann@example.com' } }), 2)
    assert.deepEqual(await prisma.person.count({ where: { email: 'ann@example.com' }, select: { _all: true, email: true } }), { _all: 2, email: 2 })
    assert.deepEqual(await prisma.person.aggregate({ where: { email: 'ann@example.com' }, _count: true, _max: { id: true } }), { _count: 2, _max: { id: 'b' } })
    assert.equal((await prisma.person.groupBy({ by: ['name'], where: { email: 'ann@example.com' }, _count: true })).length, 2)
    assert.deepEqual(await prisma.person.updateMany({ where: { email: 'ann@example.com' }, data: { name: 'y' } }), { count: 2 })
    assert.deepEqual(await prisma.person.deleteMany({ where: { email: 'zuerich@example.com' } }), { count: 1 })
    assert.equal((await prisma.person.update({ where: { id: 'b', email: 'ann@example.com' }, data: { name: 'z' } })).name, 'z')
    await close()
  })

  on('every other comparison is refused at once', async () => {
    const { prisma, logged, close } = await start()
    for (const how of ['contains', 'startsWith', 'endsWith', 'gt', 'lt', 'gte', 'lte', 'mode', 'search']) await refused(() => prisma.person.findMany({ where: { email: { [how]: 'Ann@Example' } } }), `Person.email is encrypted, and ${how}`)
    await refused(() => prisma.person.findMany({ where: { email: { not: { contains: 'Ann@Example' } } } }), 'Person.email is encrypted, and not')
    await refused(() => prisma.person.findMany({ where: { email: { in: 'Ann@Example' } } }), 'Person.email', 'takes an array')
    await refused(() => prisma.person.findMany({ where: { email: 41117093 } }), 'Person.email takes a string')
    for (const where of [{ note: 'Zürich' }, { note: { in: ['Zürich'] } }, { photo: Buffer.from('Zürich') }, { NOT: [{ note: 'Zürich' }] }, { friend: { note: 'Zürich' } }, { orders: { every: { card: '41117093' } } }]) await refused(() => prisma.person.findMany({ where }), 'give it a blind index')
    for (const args of [{ orderBy: { note: 'asc' } }, { orderBy: [{ id: 'asc' }, { friend: { email: 'asc' } }] }, { distinct: ['note'] }, { distinct: 'note' }, { cursor: { email: 'Ann@Example' } }]) await refused(() => prisma.person.findMany(args), 'order or equality')
    await refused(() => prisma.person.groupBy({ by: ['note'] }), 'Person.note')
    await refused(() => prisma.person.groupBy({ by: ['name'], having: { note: 'Zürich' } }), 'Person.note')
    await refused(() => prisma.person.aggregate({ _max: { note: true } }), '_max')
    await refused(() => prisma.person.findMany({ include: { orders: { orderBy: { card: 'asc' } } } }), 'Order.card')
    const grouped = (more) => () => prisma.person.groupBy({ by: ['name'], ...more })
    const above = { note: { _max: { gt: 'Zürich' } } }
    for (const more of [{ having: { AND: [above] } }, { having: { NOT: above } }, { having: { OR: [{ AND: above }] } }, { orderBy: { _max: { note: 'desc' } } }, { orderBy: [{ _min: { note: 'desc' } }] }]) await refused(grouped(more), 'Person.note', 'order or equality')
    assert.deepEqual(await grouped({ orderBy: { _count: { note: 'desc' } } })(), [])
    await refused(() => prisma.person.findMany({ orderBy: { _relevance: { fields: ['note'], search: 'Zürich', sort: 'asc' } } }), 'Person.note', 'order or equality')
    // A key of several fields.
    await refused(() => prisma.person.findUnique({ where: { id_note: { id: 'a', note: 'Zürich' } } }), 'Person.note', 'part of a key')
    await refused(() => prisma.person.findMany({ cursor: { id_note: { id: 'a', note: 'Zürich' } } }), 'Person.note', 'order or equality')
    for (const how of ['constructor', 'toString']) await refused(() => prisma.person.findMany({ where: { email: { [how]: 'Ann@Example' } } }), `Person.email is encrypted, and ${how}`)
    hidden(logged)
    await close()
  })

  on('what is null, or left out by the client, is as Prisma means it', async () => {
    const { database, key, prisma, close } = await start()
    await prisma.person.create({ data: { id: 'a', email: 'Ann@Example.com', note: 'Zürich', orders: { create: { id: 1, card: '41117093' } } } })
    assert.equal((await prisma.person.findFirst({ select: null, include: null, omit: null })).note, 'Zürich')
    await close()
    const spare = connected(database, [], { omit: { person: { id: true, email: true } } })
    const omitting = spare.$extends(encryption(spare, models(() => key)))
    const a = await omitting.person.findFirst()
    assert.deepEqual([a.note, 'id' in a, 'email' in a], ['Zürich', false, false])
    assert.deepEqual((await omitting.order.findFirst({ include: { person: true } })).person, a)
    assert.deepEqual(await omitting.person.findFirst({ omit: { email: false } }), { ...a, email: 'Ann@Example.com' })
    assert.deepEqual(await omitting.person.findFirst({ select: { email: true } }), { email: 'Ann@Example.com' })
    await spare.$disconnect()
  })

  on('an index is written with its value alone', async () => {
    const { prisma, database, logged, close } = await start()
    const row = await prisma.person.create({ data: { id: 'a', email: 'Ann@Example.com' } })
    for (const emailIndex of ['zuerich@example.com', null, { set: 'zuerich@example.com' }]) {
      await refused(() => prisma.person.update({ where: { id: 'a' }, data: { emailIndex } }), 'Person.emailIndex is the blind index of email')
      await refused(() => prisma.person.createMany({ data: [{ id: 'b', emailIndex }] }), 'Person.emailIndex is the blind index of email')
    }
    // A row as it was read goes back.
    await prisma.person.update({ where: { id: 'a' }, data: { ...row, name: 'x' } })
    assert.equal((await database.ask('SELECT email_index FROM people'))[0].email_index, row.emailIndex)
    hidden(logged)
    await close()
  })

  on('a condition without a value stays, for a client that refuses it', async () => {
    const { client, prisma, close } = await start()
    const asked = []
    const see = { query: { $allModels: { $allOperations: ({ args, query }) => { asked.push(args.where.AND); return query(args) } } } }
    const seen = client.$extends(encryption(client, models(() => Keyring.inMemory().createKey('people')))).$extends(see)
    for (const where of [{ email: undefined }, { email: { equals: undefined } }]) await seen.person.deleteMany({ where })
    assert.deepEqual(asked.map(([one]) => Object.keys(one)), [['email'], ['email']])
    assert.equal(await prisma.person.count(), 0)
    await close()
  })

  on('what an extension before it writes is encrypted', async () => {
    const { client, extension, database, logged, close } = await start()
    const query = { person: { create: ({ args, query }) => query({ ...args, data: { ...args.data, note: 'Zürich' } }) } }
    const both = client.$extends({ query }).$extends(extension)
    assert.equal((await both.person.create({ data: { id: 'a' } })).note, 'Zürich')
    hidden(logged, await database.ask('SELECT * FROM people'))
    await close()
  })

  on('a client is extended once', async () => {
    const { client, key, prisma, database, close } = await start()
    const twice = prisma.$extends(encryption(client, models(() => key)))
    await refused(() => twice.person.create({ data: { id: 'a', note: 'Zürich' } }), 'by two extensions')
    assert.equal((await database.ask('SELECT * FROM people')).length, 0)
    // Each for a model of its own.
    const { Person, Order } = models(() => key)
    const both = client.$extends(encryption(client, { Person })).$extends(encryption(client, { Order }))
    await both.person.create({ data: { id: 'a', note: 'Zürich', orders: { create: { id: 1, card: '41117093' } } } })
    assert.deepEqual(await both.person.findFirst({ select: { note: true, orders: { select: { card: true } } } }), { note: 'Zürich', orders: [{ card: '41117093' }] })
    await close()
  })

  on('a row that cannot be named is refused', async () => {
    const { prisma, close } = await start()
    await refused(() => prisma.person.create({ data: { note: 'Zürich' } }), 'Person.note is bound to its row', 'randomUUID')
    await refused(() => prisma.person.create({ data: { id: null, note: 'Zürich' } }), 'Person.note is bound to its row')
    await refused(() => prisma.person.upsert({ where: { id: 'a' }, create: { id: 'b', note: 'Zürich' }, update: {} }), 'upsert goes by id')
    await prisma.person.create({ data: { id: 'a', note: 'Zürich' } })
    await refused(() => prisma.person.update({ where: { id: 'a' }, data: { id: 'b' } }), 'cannot be changed')
    assert.equal((await prisma.person.update({ where: { id: 'a' }, data: { id: 'a', note: 'Zürich 2' } })).note, 'Zürich 2')
    await close()
  })

  on('values are sealed for the tenant of their row', async () => {
    const { key, prisma, extension, database, close } = await start({}, (key) => ({ Account: { fields: { iban: { key, column: 'accounts.iban', context: 'tenant', index: 'ibanIndex' }, holder: { key, column: 'accounts.holder', context: 'tenant' } } } }))
    await prisma.account.createMany({ data: [{ id: 'a', tenant: 'acme', iban: '41117093 a', holder: 'Zürich' }, { id: 'b', tenant: 'zorg', iban: '41117093 a' }] })
    const [a] = await database.ask('SELECT * FROM accounts ORDER BY id')
    assert.equal(key.decrypt(a.iban, { aad: { row: 'a', column: 'accounts.iban' }, context: 'acme' }).toString(), '41117093 a')
    assert.deepEqual(await prisma.account.findMany({ where: { tenant: 'zorg', iban: '41117093 a' }, select: { iban: true } }), [{ iban: '41117093 a' }])
    assert.deepEqual(await prisma.account.findMany({ where: { id: 'a' }, omit: { tenant: true, id: true, holder: true, ibanIndex: true } }), [{ iban: '41117093 a' }])
    await refused(() => prisma.account.findMany({ where: { iban: '41117093 a' } }), 'Account.iban is indexed for the tenant', 'tenant')
    await prisma.account.update({ where: { id: 'a', tenant: 'acme' }, data: { iban: '41117093 b' } })
    await refused(() => prisma.account.update({ where: { id: 'a' }, data: { iban: '41117093 b' } }), 'Account.iban is sealed for the tenant')
    await refused(() => prisma.account.create({ data: { id: 'c', iban: '41117093 b' } }), 'Account.iban is sealed for the tenant')
    await refused(() => prisma.account.update({ where: { id: 'a' }, data: { tenant: 'zorg', iban: '41117093 b' } }), 'Account.holder is sealed for the tenant in tenant')
    await prisma.account.update({ where: { id: 'a' }, data: { tenant: { set: 'zorg' }, iban: '41117093 c', holder: null } })
    assert.deepEqual((await prisma.account.findMany({ where: { tenant: { equals: 'zorg' }, iban: { in: ['41117093 c'] } } })).map(({ id, iban }) => [id, iban]), [['a', '41117093 c']])
    key.rotate()
    assert.deepEqual(await rewrap(extension, 'Account'), { rows: 2, rewrapped: 2, encrypted: 0, reindexed: 2, plaintext: 0, contended: 0, last: 'b' })
    assert.equal((await prisma.account.findMany()).length, 2)
    await close()
  })

  on('after a rotation a table is brought up to date, once', async () => {
    const { key, prisma, extension, database, close } = await start()
    await prisma.person.createMany({ data: Array.from({ length: 25 }, (_, at) => ({ id: `${at}`, email: at % 5 === 0 ? null : `Ann@Example.com${at}`, note: 'Zürich', photo: Buffer.from('Zürich') })) })
    key.rotate()
    const counted = { rows: 25, rewrapped: 70, encrypted: 0, reindexed: 20, plaintext: 0, contended: 0, last: '9' }
    assert.deepEqual(await rewrap(extension, 'Person', { dryRun: true }), counted)
    assert.deepEqual(await rewrap(extension, 'Person', { batchSize: 10 }), counted)
    for (const { email, note, email_index: index } of await database.ask('SELECT * FROM people')) assert.ok((email ?? 'strongroom:v2:').startsWith('strongroom:v2:') && note.startsWith('strongroom:v2:') && (index ?? 'strongroom:i2:').startsWith('strongroom:i2:'))
    const done = await database.ask('SELECT * FROM people ORDER BY id')
    assert.deepEqual(await rewrap(extension, 'Person'), { ...counted, rewrapped: 0, reindexed: 0 })
    assert.deepEqual(await database.ask('SELECT * FROM people ORDER BY id'), done)
    assert.equal((await prisma.person.findMany({ where: { email: 'ann@example.com7' } })).length, 1)
    await close()
  })

  on('plaintext is moved over, when that is asked for, and refused unless it is allowed', async () => {
    const { prisma, extension, database, close } = await start({ allowPlaintext: true })
    await database.ask('INSERT INTO people (id, email, note, photo) VALUES (?, ?, ?, ?)', 'a', 'Ann@Example.com', 'Zürich', Buffer.from('Zürich'))
    const [a] = await prisma.person.findMany()
    assert.deepEqual([a.email, a.note, a.photo.toString(), plaintextReads(extension, 'Person', 'email')], ['Ann@Example.com', 'Zürich', 'Zürich', 1])
    assert.equal((await rewrap(extension, 'Person')).plaintext, 3)
    assert.deepEqual(await rewrap(extension, 'Person', { encryptPlaintext: true }), { rows: 1, rewrapped: 0, encrypted: 3, reindexed: 1, plaintext: 0, contended: 0, last: 'a' })
    hidden(await database.ask('SELECT * FROM people'))
    assert.equal((await prisma.person.findFirst({ where: { email: 'ann@example.com' } })).note, 'Zürich')
    await close()
    const older = await start({ allowPlaintext: true, writePlaintext: true })
    await older.prisma.person.create({ data: { id: 'a', email: 'Ann@Example.com', note: 'Zürich' } })
    assert.deepEqual((await older.database.ask('SELECT email, note FROM people')).map(({ email, note }) => [email, note]), [['Ann@Example.com', 'Zürich']])
    assert.equal((await older.prisma.person.findFirst({ where: { email: 'ann@example.com' } })).note, 'Zürich')
    await refused(() => rewrap(older.extension, 'Person', { encryptPlaintext: true }), 'Person.email', 'take writePlaintext away first')
    await older.close()
    const strict = await start()
    await strict.database.ask('INSERT INTO people (id, email) VALUES (?, ?)', 'a', 'Ann@Example.com')
    await refused(() => strict.prisma.person.findMany(), 'malformed', 'Person.email of row a', 'allowPlaintext')
    for (const encryptPlaintext of [true, false]) await refused(() => rewrap(strict.extension, 'Person', { encryptPlaintext }), 'Person.email of row a', 'encryptPlaintext', 'allowPlaintext')
    await strict.close()
  })

  on('an empty text is found by nothing, since it has no index', async () => {
    const { prisma, database, extension, close } = await start()
    await prisma.person.createMany({ data: [{ id: 'a', email: '' }, { id: 'b', email: 'Ann@Example.com' }, { id: 'c' }] })
    await prisma.person.update({ where: { id: 'b' }, data: { email: ' ' } })
    assert.deepEqual((await database.ask('SELECT email, email_index FROM people ORDER BY id')).map((row) => [row.email === null, row.email_index]), [[false, null], [false, null], [true, null]])
    await prisma.person.create({ data: { id: 'd', email: 'zuerich@example.com' } })
    const found = async (email) => (await prisma.person.findMany({ where: { email } })).map(({ id }) => id).join('')
    assert.deepEqual([await found(''), await found({ in: ['', 'zuerich@example.com'] }), await found({ not: '' }), await found({ notIn: ['', 'zuerich@example.com'] })], ['', 'd', 'd', ''])
    await database.ask("UPDATE people SET email_index = (SELECT email_index FROM people WHERE id = 'd') || 'x' WHERE id = 'a'")
    assert.equal((await rewrap(extension, 'Person')).reindexed, 1)
    assert.equal((await rewrap(extension, 'Person')).reindexed, 0)
    await close()
  })

  on('a row is not asked for by what is encrypted, nor an index by a value', async () => {
    const { prisma, logged, close } = await start()
    await prisma.person.create({ data: { id: 'a', email: 'Ann@Example.com' } })
    const { emailIndex } = await prisma.person.findFirst()
    for (const operation of ['findUnique', 'findUniqueOrThrow', 'delete']) await refused(() => prisma.person[operation]({ where: { email: 'Ann@Example.com' } }), 'Person.email', 'use findFirst', '@unique on emailIndex (search.md#a-unique-column)')
    await refused(() => prisma.person.update({ where: { email: 'Ann@Example.com' }, data: { name: 'a' } }), 'use findFirst')
    await refused(() => prisma.person.findUnique({ where: { note: 'Zürich' } }), 'Person.note', 'use findFirst, and the id')
    assert.equal((await prisma.person.findUnique({ where: { id: 'a', email: 'ann@example.com' } })).id, 'a')
    for (const asked of ['ann@example.com', { equals: 'ann@example.com' }, { in: [emailIndex, 'ann@example.com'] }, { not: 'ann@example.com' }]) await refused(() => prisma.person.findMany({ where: { emailIndex: asked } }), 'Person.emailIndex is the blind index of email', 'where: { email: value }')
    for (const asked of [emailIndex, { in: [emailIndex] }, { not: null }, undefined]) assert.equal((await prisma.person.findMany({ where: { emailIndex: asked } })).length, 1)
    assert.equal((await prisma.person.findMany({ where: { emailIndex: null } })).length, 0)
    assert.equal((await prisma.person.findMany({ where: { emailIndex: emailIndex.replace('i1', 'i9') } })).length, 0)
    hidden(logged)
    await close()
  })

  on('a wrong key, a wrong column and a wrong row open nothing', async () => {
    const { prisma, client, database, close } = await start()
    await prisma.person.createMany({ data: [{ id: 'a', email: 'Ann@Example.com', note: 'Zürich' }, { id: 'b', note: 'ann@example' }] })
    await database.ask("UPDATE people SET note = (SELECT note FROM people WHERE id = 'a') WHERE id = 'b'")
    await refused(() => prisma.person.findMany(), 'decrypt_failed', 'Person.note of row b', 'whether it was moved from another row')
    await database.ask("UPDATE people SET note = email WHERE id = 'a'")
    await refused(() => prisma.person.findUnique({ where: { id: 'a' } }), 'decrypt_failed', 'Person.note of row a')
    const stranger = client.$extends(encryption(client, models(Keyring.inMemory().createKey('people'))))
    await refused(() => stranger.person.findUnique({ where: { id: 'a' } }), 'decrypt_failed', 'Person.email of row a')
    await close()
  })

  on('errors of Prisma show ciphertexts alone', async () => {
    const { prisma, logged, close } = await start()
    const data = { id: 'a', email: 'Ann@Example.com', note: 'Zürich', photo: Buffer.from('Zürich') }
    await prisma.person.create({ data })
    for (const work of [
      () => prisma.person.create({ data }), () => prisma.person.create({ data: { ...data, unknown: 1 } }), () => prisma.person.update({ where: { id: 'x' }, data: { note: 'Zürich' } }),
      () => prisma.person.findMany({ where: { email: 'Ann@Example.com', unknown: 1 } }), () => prisma.person.create({ data: { ...data, orders: { create: { id: 'x', card: '41117093' } } } })
    ]) hidden(await refused(work))
    hidden(logged)
    await close()
  })

  on('what cannot work is refused when it is defined or used', async () => {
    const { client, extension, close } = await start()
    const key = Keyring.inMemory().createKey('people')
    const email = { key, column: 'people.email' }
    for (const [given, ...words] of [
      [{ Persn: {} }, 'no model Persn', 'Person'], [{ Person: undefined }, 'Person takes { id, fields }'], [{ Person: { fields: { note: undefined } } }, 'Person.note takes options'], [{ Person: { key: 'id', fields: {} } }, 'there is no option key'], [{ Person: { id: 'uuid', fields: {} } }, 'no field uuid'], [{ Person: { fields: { email: { key, column: 'people.email', index: 'name' }, name: { key, column: 'people.name' } } } }, 'Person.email', 'index names name, which is encrypted itself'], [{ Person: { fields: { mail: email } } }, 'Person.mail', 'String or Bytes'],
      [{ Order: { fields: { paid: email } } }, 'Order.paid', 'String or Bytes'], [{ Person: { fields: { orders: email } } }, 'Person.orders'], [{ Person: { fields: { email: { ...email, storage: 'text' } } } }, 'no option storage'],
      [{ Person: { fields: { id: email } } }, 'cannot be encrypted'], [{ Person: { fields: { email: { ...email, index: 'none' } } } }, 'names none'], [{ Order: { fields: { card: { ...email, context: 'paid' } } } }, 'names paid'], [{ Person: { fields: { email: { key } } } }, 'people.email']
    ]) await refused(async () => encryption(client, given), ...words)
    for (const none of [undefined, {}]) await refused(async () => encryption(none, {}), 'PrismaClient')
    assert.ok(encryption(client, { Person: {} }).query)
    await refused(() => rewrap({}, 'Person'), 'encryption(…) gave')
    await refused(() => rewrap(extension, 'Persn'), 'no model Persn', 'did you mean "Person"')
    await refused(async () => plaintextReads(extension, 'Person', 'name'), 'not encrypted')
    await refused(() => rewrap(encryption(client, { Person: {} }), 'Person'), 'no encrypted column')
    await refused(() => extension.query.$allModels.$allOperations({ model: 'Person', operation: 'replace', args: {} }), 'Person.replace is not known')
    await close()
  })

  on('a table is moved over while another process reads and writes it', async () => {
    const database = new Database()
    for (const statement of TABLES(database.blob)) await database.ask(statement)
    database.client = generated(kind)
    const client = connected(database)
    await movedOver('prisma', database, (key) => rewrap(encryption(client, models(key, { allowPlaintext: true })), 'Person', { encryptPlaintext: true, batchSize: 20 }))
    await client.$disconnect()
  })
}
