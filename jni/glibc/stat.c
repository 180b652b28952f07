/*
** Before glibc 2.33 'stat' was not a function of the C library: each program had its own one, like
** this, which tells the C library what the program's structure looks like.
*/
#include <sys/stat.h>

#if defined(__x86_64__)
#define STRUCTURE_VERSION  1
#else
#define STRUCTURE_VERSION  0
#endif

int __xstat (int version, const char *path, struct stat *found);

int stat (const char *path, struct stat *found) {
  return __xstat(STRUCTURE_VERSION, path, found);
}
