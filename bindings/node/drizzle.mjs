import drizzle from './drizzle.js'

export const { blindIndex, differs, encrypted, matches, plaintextReads, refuseComparisons, rewrap, withIndexes } = drizzle
