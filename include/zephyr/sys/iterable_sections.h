/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Objects that register themselves by being put into a linker section.
 *
 * An object of `struct foo` called `bar` lands in the section `._foo.static.bar_`. The linker
 * script sorts these by name between the symbols `_foo_list_start` and `_foo_list_end`.
 */
#ifndef ZEPHYR_INCLUDE_SYS_ITERABLE_SECTIONS_H_
#define ZEPHYR_INCLUDE_SYS_ITERABLE_SECTIONS_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/sys/__assert.h>
#include <zephyr/toolchain.h>

#define TYPE_SECTION_START(secname) _CONCAT(_##secname, _list_start)
#define TYPE_SECTION_END(secname)   _CONCAT(_##secname, _list_end)

#define TYPE_SECTION_START_EXTERN(type, secname) extern type TYPE_SECTION_START(secname)[]
#define TYPE_SECTION_END_EXTERN(type, secname)   extern type TYPE_SECTION_END(secname)[]

/**
 * @brief Define an object of any type in a section that can be walked.
 * @param type            its C type
 * @param varname         its name
 * @param secname         list it joins
 * @param section_postfix decides its place in the order of the list
 */
#define TYPE_SECTION_ITERABLE(type, varname, secname, section_postfix)                             \
	Z_DECL_ALIGN(type)                                                                         \
	varname __in_section(_##secname, static, _CONCAT(section_postfix, _)) __used __noasan

#define STRUCT_SECTION_START(struct_type) TYPE_SECTION_START(struct_type)
#define STRUCT_SECTION_START_EXTERN(struct_type)                                                   \
	TYPE_SECTION_START_EXTERN(struct struct_type, struct_type)
#define STRUCT_SECTION_END(struct_type) TYPE_SECTION_END(struct_type)
#define STRUCT_SECTION_END_EXTERN(struct_type)                                                     \
	TYPE_SECTION_END_EXTERN(struct struct_type, struct_type)

/** @brief Define `struct struct_type varname` in the list of another name. */
#define STRUCT_SECTION_ITERABLE_ALTERNATE(secname, struct_type, varname)                           \
	TYPE_SECTION_ITERABLE(struct struct_type, varname, secname, varname)

/** @brief Define an array of objects in the list of another name. */
#define STRUCT_SECTION_ITERABLE_ARRAY_ALTERNATE(secname, struct_type, varname, size)               \
	TYPE_SECTION_ITERABLE(struct struct_type, varname[size], secname, varname)

/** @brief Define `struct struct_type varname` in its list. */
#define STRUCT_SECTION_ITERABLE(struct_type, varname)                                              \
	STRUCT_SECTION_ITERABLE_ALTERNATE(struct_type, struct_type, varname)

/** @brief Define an array of objects in their list. */
#define STRUCT_SECTION_ITERABLE_ARRAY(struct_type, varname, size)                                  \
	STRUCT_SECTION_ITERABLE_ARRAY_ALTERNATE(struct_type, struct_type, varname, size)

/** @brief Define an object whose place in the list is decided by @p name. */
#define STRUCT_SECTION_ITERABLE_NAMED(struct_type, name, varname)                                  \
	TYPE_SECTION_ITERABLE(struct struct_type, varname, struct_type, name)

/** @brief As STRUCT_SECTION_ITERABLE_NAMED, in the list of another name. */
#define STRUCT_SECTION_ITERABLE_NAMED_ALTERNATE(struct_type, secname, name, varname)               \
	TYPE_SECTION_ITERABLE(struct struct_type, varname, secname, name)

#define TYPE_SECTION_FOREACH(type, secname, iterator)                                              \
	TYPE_SECTION_START_EXTERN(type, secname);                                                  \
	TYPE_SECTION_END_EXTERN(type, secname);                                                    \
	for (type *iterator = TYPE_SECTION_START(secname); __extension__({                         \
		     __ASSERT(iterator <= TYPE_SECTION_END(secname),                               \
			      "list " STRINGIFY(secname) " does not end on an object");            \
		     iterator < TYPE_SECTION_END(secname);                                         \
	     });                                                                                   \
	     iterator++)

/** @brief Walk the list of another name. */
#define STRUCT_SECTION_FOREACH_ALTERNATE(secname, struct_type, iterator)                           \
	TYPE_SECTION_FOREACH(struct struct_type, secname, iterator)

/** @brief Walk every object of a struct type. Use at most once per scope. */
#define STRUCT_SECTION_FOREACH(struct_type, iterator)                                              \
	STRUCT_SECTION_FOREACH_ALTERNATE(struct_type, struct_type, iterator)

#define TYPE_SECTION_GET(type, secname, i, dst)                                                    \
	do {                                                                                       \
		TYPE_SECTION_START_EXTERN(type, secname);                                          \
		*(dst) = &TYPE_SECTION_START(secname)[i];                                          \
	} while (false)

/** @brief Store the address of the i-th object in *dst. */
#define STRUCT_SECTION_GET(struct_type, i, dst)                                                    \
	TYPE_SECTION_GET(struct struct_type, struct_type, i, dst)

#define TYPE_SECTION_COUNT(type, secname, dst)                                                     \
	do {                                                                                       \
		TYPE_SECTION_START_EXTERN(type, secname);                                          \
		TYPE_SECTION_END_EXTERN(type, secname);                                            \
		*(dst) = (__typeof__(*(dst)))(((uintptr_t)TYPE_SECTION_END(secname) -              \
					       (uintptr_t)TYPE_SECTION_START(secname)) /           \
					      sizeof(type));                                       \
	} while (false)

/** @brief Store the number of objects in *dst. */
#define STRUCT_SECTION_COUNT(struct_type, dst)                                                     \
	TYPE_SECTION_COUNT(struct struct_type, struct_type, dst)

#endif /* ZEPHYR_INCLUDE_SYS_ITERABLE_SECTIONS_H_ */
