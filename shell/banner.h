/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The line that a system with a shell begins with.
 */
#ifndef SHELL_BANNER_H_
#define SHELL_BANNER_H_

/** @brief Prints what this is, what it runs on, and the time since start. @param product its name */
void shell_banner(const char *product);

#endif /* SHELL_BANNER_H_ */
