/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief strerror(): short texts of the error numbers that the kernel's API returns.
 */
#include <errno.h>
#include <string.h>

#include <zephyr/sys/util.h>

static const struct {
	int number;
	const char *text;
} errors[] = {
	{0, "no error"},
	{EPERM, "not permitted"},
	{ENOENT, "no such file or directory"},
	{ESRCH, "no such thread"},
	{EINTR, "interrupted"},
	{EIO, "I/O error"},
	{ENXIO, "no such device or address"},
	{E2BIG, "argument list too long"},
	{ENOEXEC, "not an executable format"},
	{EBADF, "bad file number"},
	{EAGAIN, "try again"},
	{ENOMEM, "not enough memory"},
	{EACCES, "permission denied"},
	{EFAULT, "bad address"},
	{EBUSY, "busy"},
	{EEXIST, "exists already"},
	{ENODEV, "no such device"},
	{EINVAL, "invalid argument"},
	{ENOSPC, "no space left"},
	{ERANGE, "result too large"},
	{EDOM, "argument out of domain"},
	{ENOMSG, "no message"},
	{EDEADLK, "deadlock avoided"},
	{ENODATA, "no data"},
	{ETIME, "timer expired"},
	{EPROTO, "protocol error"},
	{EBADMSG, "invalid message"},
	{ENOSYS, "not implemented"},
	{ETIMEDOUT, "timed out"},
	{EINPROGRESS, "in progress"},
	{EALREADY, "in progress already"},
	{EMSGSIZE, "message size"},
	{ENOTSUP, "not supported"},
	{EILSEQ, "illegal byte sequence"},
	{EOVERFLOW, "value overflow"},
	{ECANCELED, "cancelled"},
};

char *strerror(int errnum)
{
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		if (errors[i].number == errnum) {
			return (char *)(uintptr_t)errors[i].text;
		}
	}
	return (char *)(uintptr_t)"error";
}
