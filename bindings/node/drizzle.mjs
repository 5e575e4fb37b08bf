import drizzle from './drizzle.js'

export const { blindIndex, differs, encrypted, matches, plaintextReads, rewrap, withIndexes } = drizzle
