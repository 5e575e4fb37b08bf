// Compiled by package.test.mjs with `tsc --strict`, and run from the tarball: what it refuses at compile time is marked.
import { open } from 'node:fs/promises'
import { ApiKey, errors, Key, Keyring, Seal, SealProvider, StreamInfo, StrongroomError, version, View } from 'strongroom'
import type { EncryptOptions, IndexOptions, Token, ErrorCode, ErrorDetail, ErrorFamily, KeyInfo, KeyType } from 'strongroom'
import strongroom from 'strongroom'

const ring: Keyring = Keyring.inMemory()
const key: Key = ring.createKey('cards', { keyType: 'aes256-gcm96', derived: true, labels: { team: 'payments' } })
const view: View = key.context({ tenant: 'acme' })
const text: string = view.encrypt('4111', { aad: new Map([['order', '17']]) })
const plaintext: Buffer = key.decrypt(text, { aad: { order: '17' }, context: { tenant: 'acme' } })
const strict: string[] = view.encryptBatch(['a', Buffer.from('b')], { aad: ['1', '2'] })
const lenient: (string | StrongroomError)[] = view.encryptBatch(['a'], { aad: '1', errors: 'return' })
const later: Promise<string> = view.encryptAsync(plaintext)
const info: KeyInfo = key.configure({ minEncryptionVersion: null, labels: { team: null } })
const opening: () => Promise<Keyring> = () => Keyring.open('folder', { seal: Seal.passphrase('p'), maxStalenessMs: 1000 })
const provider: SealProvider = { kind: 'k', keyId: 'i', wrap: (wrapped) => wrapped, unwrap: () => null }
const service: SealProvider = { kind: 'k', keyId: 'i', timeoutMs: 5000, wrap: async (wrapped) => wrapped, unwrap: async () => null }
const codes: ErrorCode[] = errors.map(({ code }) => code)
const forms: () => [Buffer, string, Buffer, string] = () => [key.publicKey({ format: 'der' }), key.publicKey({ format: 'pem' }), key.publicKey(1, { format: 'raw' }), key.publicKey(1, { format: 'jwk' })]
const lengths: number[] = [key.encryptedLen('m', { context: 'c' }), view.encryptedBinaryLen('m'), view.decryptedBinaryLen(view.encryptBinary('m'))]
const streams: () => NodeJS.ReadWriteStream[] = () => [key.encryptStream({ aad: 'a', context: 'c', version: 1 }), view.decryptStream({ aad: { a: 'b' } }), view.encryptStream(), key.encryptStream({ threads: 2 }), key.decryptStream({ threads: 2, aad: 'a' }), key.rewrapStream({ context: 'c' })]
const webStreams: () => ReadableStream<Uint8Array> = () => new ReadableStream<Uint8Array>().pipeThrough(key.encryptWebStream({ threads: 2 })).pipeThrough(key.rewrapWebStream({ aad: 'a' })).pipeThrough(key.decryptWebStream())
const ranges: () => Promise<Buffer>[] = () => [key.decryptRange('file', 0, Infinity), key.decryptRange(new URL('file:///file'), 0, 5, { aad: 'a' }), key.decryptRange(plaintext, 0, 5), open('file').then((file) => key.decryptRange(file, 0, 5, { context: 'c' }))]
const told: () => Promise<[number, number | undefined, number | undefined]> = async () => [(await StreamInfo.read(plaintext)).version, StreamInfo.plaintextLength(80), key.rewrapStream().version]
const types: [KeyType, string] = ['hmac', key.name + view.name]
const details: (error: StrongroomError) => ErrorDetail | undefined = ({ detail }) => detail === 'columns_differ' ? detail : undefined
const families: ErrorFamily[] = errors.map(({ family }) => family)
const material: Map<number, Buffer> | undefined = info.exportable ? key.export('encryption-key', { exposeSecretMaterial: true }) : undefined

const transit: View = view.transit()
const older: string = transit.rewrap(text, { aad: { order: '17' }, version: 1 })
const macs: string[] = transit.hmacBatch(['a', 'b'], { hash: ['sha1', 'sha2-256'], context: 'acme' })
const signed: string[] = view.name === 'releases' ? view.signBatch(['a', 'b'], { hash: ['none', 'sha2-256'], prehashed: true, padding: 'pkcs1v15', saltLength: ['auto', 20] }) : []
const moved: () => Promise<Key> = async () => ring.restoreTransit(await key.backupTransitAsync('vault', { exposeSecretMaterial: true, evenIfUnusable: true }), { name: 'moved', dialect: 'vault' })
const imported: () => Key[] = () => [ring.importKey('a', plaintext, 'ed25519', { format: 'private-key', passphrase: 'p' }), ring.importKey('b', plaintext, { keyType: 'ecdsa-p256' }, { format: 'wrapped', hash: 'sha2-512' })]
const completed: () => number = () => key.importVersion(plaintext, { format: 'pkcs8', passphrase: plaintext, version: 1 })
const wrappingKeys: () => [string, string, Buffer, Promise<string>, Promise<Buffer>] = () => [ring.wrappingKey(), ring.wrappingKey({ format: 'pem' }), ring.wrappingKey({ format: 'der' }), ring.wrappingKeyAsync(), ring.wrappingKeyAsync({ format: 'raw' })]
const leaving: () => [Map<number, string>, string] = () => [key.exportWrapped(ring.wrappingKey(), { exposeSecretMaterial: true, hash: 'sha2-384' }), key.jwks()]
const certified: () => [string, string, string | undefined, void] = () => [key.certificateRequest(), key.certificateRequest({ template: plaintext, version: 2 }), key.certificateChain(2), key.setCertificateChain('pem', { version: 1 })]
const agreed: () => Key[] = () => [ring.deriveKey('a', key, 'pem', 'aes256-gcm96'), ring.deriveKey('a', key, plaintext, { keyType: 'aes128-gcm96', derived: true }, { version: 1 })]
const pems: () => [Map<number, Buffer>, Map<number, string>] = () => [key.exportTransit('signing-key', 'pem', { exposeSecretMaterial: true }), key.publicKeysTransit('pem')]
const column: IndexOptions = { name: 'users.email', normalize: ['trim', 'nfkc'], bits: 64 }
const indexing: () => [string, Buffer, string[], Buffer[][], Promise<string[]>] = () => [key.index('v', column), key.indexBinary(plaintext, ApiKey.index), key.indexPrefixes('v', [3, 4], { name: 'c', version: 2 }), key.indexesNgramsBinary('v', 3, { name: 'c', normalize: 'email' }), key.indexesAsync('v', { name: 'c' })]
const indexed: () => [string[], (string[] | StrongroomError)[], boolean[]] = () => [key.indexBatch(['a', plaintext], { name: 'c' }), key.indexesBatch(['a', null], { name: 'c', errors: 'return' }), key.needsReindexBatch(['i'])]
const issued: () => [string, Token, Promise<Token>, number] = () => [view.issue('m', 1000, { aad: { a: 'b' }, prefix: 'acme_', version: 1 }), view.redeem('t', { aad: 'a', leewayMs: 0 }), view.redeemAsync('t'), view.redeem('t').expires.getTime()]
const apiKeys: () => [string, void] = () => [ApiKey.generate('acme'), ApiKey.check('text')]

// A row of a database before it was saved, and functions around ours.
const row: { id?: string, name: string | null } = { name: null }
const wrapped = (message: string, options?: EncryptOptions): string => key.encrypt(message, options)
const typed: EncryptOptions = { aad: '17' }
const wrapping: string[] = [wrapped('m', { context: 'c' }), key.encrypt('m', { context: 'c', ...typed }), key.encrypt('m', { context: 'c', ...(row.id === undefined ? {} : { aad: row.id }) })]
const rings: () => Promise<Keyring>[] = () => [Keyring.open('folder', { seal: Seal.passphrase('p'), pin: { id: 'i', generation: 1 } }), Keyring.open('folder', { seal: Seal.passphrase('p'), pin: 'srp1:' }), Keyring.open('folder', { seal: Seal.passphrase('p'), witness: ring.witness() }), Keyring.create('folder', { seal: Seal.passphrase('p', 'desk'), label: 'l' })]

const refused = [
  // @ts-expect-error a file is rewrapped in one thread
  () => key.rewrapStream({ threads: 2 }),
  // @ts-expect-error threads are a number
  () => key.encryptStream({ threads: '2' }),
  // @ts-expect-error a range has an end
  () => key.decryptRange('file', 0),
  // @ts-expect-error an aad that is null is not "no aad"
  () => view.encrypt('4111', { aad: null }),
  // @ts-expect-error neither is one that is undefined
  () => view.encrypt('4111', { aad: undefined }),
  // @ts-expect-error or may be
  () => view.encrypt('4111', { aad: row.id }),
  // @ts-expect-error or may be null
  () => view.decrypt(text, { aad: row.name }),
  // @ts-expect-error the same with a promise
  () => view.encryptAsync('4111', { aad: row.id }),
  // @ts-expect-error with memory of the caller's
  () => view.encryptInto('4111', plaintext, { aad: undefined }),
  // @ts-expect-error for a context
  () => key.encrypt('4111', { context: row.id, aad: 'a' }),
  // @ts-expect-error for a version
  () => view.encrypt('4111', { version: undefined }),
  // @ts-expect-error of a batch
  () => view.encryptBatch(['4111'], { aad: undefined }),
  // @ts-expect-error of a batch that returns errors
  () => view.encryptBatch(['4111'], { aad: null, errors: 'return' }),
  // @ts-expect-error in a column
  () => view.encryptBatch(['4111'], { aad: [row.id] }),
  // @ts-expect-error in the column that is worked on
  () => view.encryptBatch([row.name], { aad: 'a' }),
  // @ts-expect-error there is no such option of a batch, beside one that there is
  () => view.encryptBatch(['4111'], { aad: 'a', verson: 1 }),
  // @ts-expect-error there is no such option, beside one that there is
  () => view.encrypt('4111', { aad: 'a', verson: 1 }),
  // @ts-expect-error a string is not a column
  () => view.encryptBatch('hello'),
  // @ts-expect-error bytes are not a column
  () => view.encryptBatch(Buffer.from('hello')),
  // @ts-expect-error a set is not a column
  () => view.encryptBatch(new Set(['a']), { errors: 'return' }),
  // @ts-expect-error a map is not a column
  () => view.encryptBatch(new Map([['a', 'b']]).values()),
  // @ts-expect-error a string is not a column of signatures
  () => view.verifyBatch(['m'], 's'),
  // @ts-expect-error a size that is missing
  () => view.dataKey(undefined, { aad: 'a' }),
  // @ts-expect-error a version that is missing
  () => view.publicKey(undefined),
  // @ts-expect-error a type that no call takes
  () => ring.createKey('other', 'rsa-1024'),
  // @ts-expect-error the type of a key is keyType
  () => ring.createKey('other', { type: 'hmac' }),
  // @ts-expect-error there is no such form of a public key
  () => key.publicKey({ format: 'ssh' }),
  // @ts-expect-error there is no such error
  (error: StrongroomError) => error.code === 'decryption_failed',
  // @ts-expect-error there is no such detail
  (error: StrongroomError) => error.detail === 'columns_difer',
  // @ts-expect-error the name of a key stays
  () => { key.name = 'other' },
  // @ts-expect-error a type that is missing
  () => key.rotate(undefined),
  // @ts-expect-error a specification that is missing
  () => ring.createKey('other', undefined),
  // @ts-expect-error a part of it that is missing
  () => ring.createKey('other', { keyType: 'hmac', derived: undefined }),
  // @ts-expect-error a pin that is missing
  () => Keyring.open('folder', { seal: Seal.passphrase('p'), pin: undefined }),
  // @ts-expect-error a new keyring is not the one that a pin names
  () => Keyring.create('folder', { seal: Seal.passphrase('p'), pin: { id: 'i', generation: 1 } }),
  // @ts-expect-error a witness that is missing
  () => Keyring.open('folder', { seal: Seal.passphrase('p'), witness: undefined }),
  // @ts-expect-error a witness is bytes
  () => Keyring.open('folder', { seal: Seal.passphrase('p'), witness: 'text' }),
  // @ts-expect-error a new keyring is not the one that a witness knows
  () => Keyring.create('folder', { seal: Seal.passphrase('p'), witness: ring.witness() }),
  // @ts-expect-error a seal is not a column of seals
  () => ring.reseal(Seal.passphrase('p')),
  // @ts-expect-error a promise is not options
  () => view.encrypt('4111', Promise.resolve({ aad: 'a' })),
  // @ts-expect-error a number is not a message
  () => view.encrypt(4111),
  // @ts-expect-error there is no such option
  () => view.encrypt('4111', { add: '' }),
  // @ts-expect-error a ciphertext as text is a string
  () => view.decrypt(Buffer.alloc(3)),
  // @ts-expect-error a view has the data operations only
  () => view.rotate(),
  // @ts-expect-error handles come from a keyring
  () => new Key(),
  // @ts-expect-error a new key has no version to complete
  () => ring.importKey('k', plaintext, 'ed25519', { format: 'private-key', version: 1 }),
  // @ts-expect-error a passphrase that is missing
  () => ring.importKey('k', plaintext, 'ed25519', { format: 'private-key', passphrase: undefined }),
  // @ts-expect-error it has to be said of what is wrapped, too
  () => key.exportWrapped('pem', { hash: 'sha2-256' }),
  // @ts-expect-error a template that is missing
  () => key.certificateRequest({ template: undefined }),
  // @ts-expect-error or a version
  () => key.certificateChain(undefined),
  // @ts-expect-error a view is no base key
  () => ring.deriveKey('a', view, 'pem', 'aes256-gcm96'),
  // @ts-expect-error the type has to be said
  () => ring.deriveKey('a', key, 'pem'),
  // @ts-expect-error it has to be said
  () => key.export('encryption-key', {}),
  // @ts-expect-error it has to be said here as well
  () => key.backupTransit('vault'),
  // @ts-expect-error a phrase that is missing
  () => key.backupTransit('vault', { exposeSecretMaterial: true, evenIfUnusable: undefined }),
  // @ts-expect-error there are two products
  () => key.backupTransit('bao', { exposeSecretMaterial: true }),
  // @ts-expect-error a view of a view is none of a key
  () => view.transit().backupTransit('vault', { exposeSecretMaterial: true }),
  // @ts-expect-error decryption is told by the ciphertext
  () => transit.decrypt(text, { version: 1 }),
  // @ts-expect-error there is no such padding
  () => view.sign('m', { padding: 'PSS' }),
  // @ts-expect-error a length that is missing
  () => view.sign('m', { saltLength: undefined }),
  // @ts-expect-error there is no such word for a length
  () => view.verify('m', 's', { saltLength: 'long' }),
  // @ts-expect-error only what is signed may be hashed before
  () => view.hmac('m', { prehashed: true }),
  // @ts-expect-error a mac has a hash
  () => view.hmac('m', { hash: 'none' }),
  // @ts-expect-error a seal is needed
  () => Keyring.open('folder', {}),
  // @ts-expect-error a promise of something else
  () => Seal.provider({ kind: 'k', keyId: 'i', wrap: async () => 'text', unwrap: () => null }),
  // @ts-expect-error the column has to be named
  () => key.index('v'),
  // @ts-expect-error also where other options are
  () => key.index('v', { normalize: 'email' }),
  // @ts-expect-error a name that may be missing
  () => key.index('v', { name: row.id }),
  // @ts-expect-error a value that is missing
  () => key.index(row.name, { name: 'c' }),
  // @ts-expect-error there is no such step
  () => key.index('v', { name: 'c', normalize: 'emial' }),
  // @ts-expect-error a context is that of a view
  () => key.index('v', { name: 'c', context: 'acme' }),
  // @ts-expect-error a column is indexed alike
  () => key.indexBatch(['v'], { name: ['c'] }),
  // @ts-expect-error in the column that is worked on
  () => key.indexBatch([row.name], { name: 'c' }),
  // @ts-expect-error lengths are an array
  () => key.indexPrefixes('v', 3, { name: 'c' }),
  // @ts-expect-error how long it lasts has to be said
  () => key.issue('m', { aad: 'a' }),
  // @ts-expect-error and is no option
  () => key.issue('m', 1000, { ttlMs: 1000 }),
  // @ts-expect-error an aad that may be missing
  () => key.redeem('t', { aad: row.id }),
  // @ts-expect-error a text is no key of an API
  () => new ApiKey(),
  // @ts-expect-error nothing to look at
  () => { if (view.verify('m', 's')) throw new Error() }
]

try {
  view.decrypt('text')
} catch (error) {
  if (!(error instanceof StrongroomError) || error.code !== 'malformed' || error.family !== 'untrusted_input') throw error
}
void later.then(() => console.log(plaintext.toString(), strict.length, lenient.length, families.length > 50, refused.length, material, wrapping.length, typeof rings, typeof opening, typeof indexing, typeof indexed, typeof issued, typeof apiKeys, typeof moved, typeof pems, older.length > 0, macs.length + signed.length, provider.kind, service.kind, codes.length > 50, typeof forms, types.length, typeof details, lengths.length, version.length > 0, strongroom.Key === Key))
