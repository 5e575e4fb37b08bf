// What the typings promise: compiled, strictly, and then run.
import { eq } from 'drizzle-orm'
import { customType as pgType, pgTable, text as pgText } from 'drizzle-orm/pg-core'
import { customType as sqliteType, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { DataSource, EntitySchema } from 'typeorm'
import { Keyring } from 'strongroom'
import { blindIndex, differs, encrypted, matches, plaintextReads, withIndexes } from 'strongroom/drizzle'
import * as typeorm from 'strongroom/typeorm'
import { encryption, rewrap, type Encryption, type Rewrapped } from 'strongroom/prisma'

const key = Keyring.inMemory().createKey('people')
const people = sqliteTable('people', {
  id: text('id').primaryKey(),
  email: encrypted(sqliteType, { key, column: 'people.email', index: 'emailIndex', normalize: ['email'] })('email').notNull(),
  emailIndex: blindIndex(sqliteType)('email_index'),
  age: encrypted(sqliteType, { key: () => key, column: 'people.age', type: 'int' })('age'),
  photo: encrypted(sqliteType, { key, column: 'people.photo', type: 'bytes', storage: 'binary' })('photo')
})
const others = pgTable('people', { id: pgText('id').primaryKey(), born: encrypted(pgType, { key, column: 'people.born', type: 'datetime' })('born') })

const row: typeof people.$inferSelect = { id: 'a', email: 'ann@example.com', emailIndex: null, age: 17, photo: Buffer.from('x') }
const born: typeof others.$inferInsert = { id: 'a', born: new Date() }
// @ts-expect-error: a text is no number
const wrong: typeof people.$inferInsert = { id: 'a', email: 'ann@example.com', age: '17' }
// @ts-expect-error: a text is no time
const late: typeof others.$inferInsert = { id: 'a', born: '2026' }
// @ts-expect-error: there is no such type
const none = () => encrypted(sqliteType, { key, column: 'people.none', type: 'float' })
// @ts-expect-error: a number is not looked for among texts
const asked = () => matches(people.email, 17)
const written: typeof people.$inferInsert = withIndexes(people, { id: 'b', email: 'ann@example.com' })
const both: (typeof people.$inferInsert)[] = withIndexes(people, [written])
const found = [matches(people.email, ['ann@example.com']), differs(people.email, 'ann@example.com'), eq(people.id, 'a')]

interface Person { id: string, email: string | null, emailIndex: string | null }
const Person = new EntitySchema<Person>({
  name: 'Person',
  tableName: 'people',
  columns: {
    id: { type: 'text', primary: true },
    email: { type: 'text', nullable: true, transformer: typeorm.rowEncrypted({ key, column: 'people.email', index: 'emailIndex', context: 'tenant', maxBytes: 254 }) },
    emailIndex: { type: 'text', nullable: true }
  }
})
// @ts-expect-error: the column says nothing of a row
const unbound = () => typeorm.encrypted({ key, column: 'people.email', context: 'tenant' })
export const search = (source: DataSource) => typeorm.attach(source).getRepository(Person).findBy(typeorm.matching(source, Person, { email: 'ann@example.com' }))
export const renew = (extension: Encryption): Promise<Rewrapped> => rewrap(extension, 'Person', { after: 'a', onBatch: ({ last }) => { console.log(last) } })
// @ts-expect-error: where it is stored is said in the schema
const stored = () => encryption({}, { Person: { fields: { email: { key, column: 'people.email', storage: 'binary' } } } })

const { transformer } = Person.options.columns.email!
console.log(row.age, born.id, both.length, found.length, plaintextReads(people.email), (transformer as typeorm.EncryptedTransformer).plaintextReads, typeof wrong, typeof late, typeof none, typeof asked, typeof unbound, typeof stored)
