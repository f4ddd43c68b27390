/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Format macros of the integer types (ISO C11 7.8.1), for the LP64 data model.
 */
#ifndef ZVM_LIBC_INTTYPES_H_
#define ZVM_LIBC_INTTYPES_H_

#include <stdint.h>

#define PRId8  "hhd"
#define PRIi8  "hhi"
#define PRIu8  "hhu"
#define PRIo8  "hho"
#define PRIx8  "hhx"
#define PRIX8  "hhX"
#define PRId16 "hd"
#define PRIi16 "hi"
#define PRIu16 "hu"
#define PRIo16 "ho"
#define PRIx16 "hx"
#define PRIX16 "hX"
#define PRId32 "d"
#define PRIi32 "i"
#define PRIu32 "u"
#define PRIo32 "o"
#define PRIx32 "x"
#define PRIX32 "X"
#define PRId64 "ld"
#define PRIi64 "li"
#define PRIu64 "lu"
#define PRIo64 "lo"
#define PRIx64 "lx"
#define PRIX64 "lX"

#define PRIdMAX "ld"
#define PRIiMAX "li"
#define PRIuMAX "lu"
#define PRIoMAX "lo"
#define PRIxMAX "lx"
#define PRIXMAX "lX"
#define PRIdPTR "ld"
#define PRIiPTR "li"
#define PRIuPTR "lu"
#define PRIoPTR "lo"
#define PRIxPTR "lx"
#define PRIXPTR "lX"

#define PRIdLEAST8  "hhd"
#define PRIuLEAST8  "hhu"
#define PRIdLEAST16 "hd"
#define PRIuLEAST16 "hu"
#define PRIdLEAST32 "d"
#define PRIuLEAST32 "u"
#define PRIdLEAST64 "ld"
#define PRIuLEAST64 "lu"
#define PRIdFAST32  "ld"
#define PRIuFAST32  "lu"
#define PRIdFAST64  "ld"
#define PRIuFAST64  "lu"

typedef struct {
	intmax_t quot;
	intmax_t rem;
} imaxdiv_t;

#endif /* ZVM_LIBC_INTTYPES_H_ */
