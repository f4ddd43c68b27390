/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Error numbers, with the values that Zephyr gives them, and errno.
 */
#ifndef ZVM_LIBC_ERRNO_H_
#define ZVM_LIBC_ERRNO_H_

/** @brief Address of the calling thread's errno. */
int *z_errno(void);
#define errno (*z_errno())

#define EPERM           1   /* not permitted */
#define ENOENT          2   /* no such file or directory */
#define ESRCH           3   /* no such thread */
#define EINTR           4   /* interrupted */
#define EIO             5   /* I/O error */
#define ENXIO           6   /* no such device or address */
#define E2BIG           7   /* argument list too long */
#define ENOEXEC         8   /* not an executable format */
#define EBADF           9   /* bad file number */
#define ECHILD          10  /* no children */
#define EAGAIN          11  /* try again */
#define ENOMEM          12  /* not enough memory */
#define EACCES          13  /* permission denied */
#define EFAULT          14  /* bad address */
#define ENOTBLK         15  /* block device required */
#define EBUSY           16  /* busy */
#define EEXIST          17  /* exists already */
#define EXDEV           18  /* cross-device link */
#define ENODEV          19  /* no such device */
#define ENOTDIR         20  /* not a directory */
#define EISDIR          21  /* is a directory */
#define EINVAL          22  /* invalid argument */
#define ENFILE          23  /* file table overflow */
#define EMFILE          24  /* too many open files */
#define ENOTTY          25  /* not a terminal */
#define ETXTBSY         26  /* text file busy */
#define EFBIG           27  /* file too large */
#define ENOSPC          28  /* no space left */
#define ESPIPE          29  /* illegal seek */
#define EROFS           30  /* read-only file system */
#define EMLINK          31  /* too many links */
#define EPIPE           32  /* broken pipe */
#define EDOM            33  /* argument too large */
#define ERANGE          34  /* result too large */
#define ENOMSG          35  /* unexpected message type */
#define EDEADLK         45  /* deadlock avoided */
#define ENOLCK          46  /* no locks available */
#define ENOSTR          60  /* not a stream */
#define ENODATA         61  /* no data */
#define ETIME           62  /* timer expired */
#define ENOSR           63  /* no stream resources */
#define EPROTO          71  /* protocol error */
#define EBADMSG         77  /* invalid message */
#define ENOSYS          88  /* not implemented */
#define ENOTEMPTY       90  /* directory not empty */
#define ENAMETOOLONG    91  /* name too long */
#define ELOOP           92  /* too many symbolic links */
#define EOPNOTSUPP      95  /* not supported on this object */
#define EPFNOSUPPORT    96  /* protocol family not supported */
#define ECONNRESET      104 /* connection reset */
#define ENOBUFS         105 /* no buffer space */
#define EAFNOSUPPORT    106 /* address family not supported */
#define EPROTOTYPE      107 /* wrong protocol type */
#define ENOTSOCK        108 /* not a socket */
#define ENOPROTOOPT     109 /* protocol not available */
#define ESHUTDOWN       110 /* shut down */
#define ECONNREFUSED    111 /* connection refused */
#define EADDRINUSE      112 /* address in use */
#define ECONNABORTED    113 /* connection aborted */
#define ENETUNREACH     114 /* network unreachable */
#define ENETDOWN        115 /* network down */
#define ETIMEDOUT       116 /* timed out */
#define EHOSTDOWN       117 /* host down */
#define EHOSTUNREACH    118 /* host unreachable */
#define EINPROGRESS     119 /* in progress */
#define EALREADY        120 /* in progress already */
#define EDESTADDRREQ    121 /* destination address required */
#define EMSGSIZE        122 /* message size */
#define EPROTONOSUPPORT 123 /* protocol not supported */
#define ESOCKTNOSUPPORT 124 /* socket type not supported */
#define EADDRNOTAVAIL   125 /* address not available */
#define ENETRESET       126 /* network reset */
#define EISCONN         127 /* connected already */
#define ENOTCONN        128 /* not connected */
#define ETOOMANYREFS    129 /* too many references */
#define ENOTSUP         134 /* not supported */
#define EILSEQ          138 /* illegal byte sequence */
#define EOVERFLOW       139 /* value overflow */
#define ECANCELED       140 /* cancelled */
#define EWOULDBLOCK     EAGAIN

#endif /* ZVM_LIBC_ERRNO_H_ */
