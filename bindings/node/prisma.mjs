import prisma from './prisma.js'

export const { encryption, plaintextReads, rewrap } = prisma
