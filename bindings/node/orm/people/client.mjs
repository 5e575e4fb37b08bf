// A client of Prisma, generated from a schema. Tables are made by SQL, so nothing has to be fetched for migrations.
import { execFileSync } from 'node:child_process'
import { existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { load } from '../load.mjs'

const PROVIDERS = { sqlite: 'sqlite', postgres: 'postgresql' }

// The folder of the client, below `place`.
export function made (place, schema, kind) {
  const prisma = dirname(load.resolve('prisma/package.json'))
  if (!existsSync(join(place, 'node_modules'))) symlinkSync(dirname(prisma), join(place, 'node_modules'))
  writeFileSync(join(place, 'schema.prisma'), schema.replace('PROVIDER', PROVIDERS[kind]).replace('OUTPUT', join(place, 'client')))
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' }
  execFileSync(process.execPath, [join(prisma, 'build/index.js'), 'generate', '--schema', join(place, 'schema.prisma')], { cwd: place, env, stdio: 'pipe' })
  return join(place, 'client')
}
