/*
** The functions of libm that have a new version since glibc 2.17: their old ones test for errors as
** System V did, which takes time. These jump to whichever is the default of the machine, as cheaply
** as the entry for a function in a procedure linkage table does.
*/
#include <dlfcn.h>

double exp (double x);
double fmod (double x, double y);
double log (double x);
double log2 (double x);
double pow (double x, double y);

static double (*found_exp) (double);
static double (*found_fmod) (double, double);
static double (*found_log) (double);
static double (*found_log2) (double);
static double (*found_pow) (double, double);

double exp (double x) { return found_exp(x); }
double fmod (double x, double y) { return found_fmod(x, y); }
double log (double x) { return found_log(x); }
double log2 (double x) { return found_log2(x); }
double pow (double x, double y) { return found_pow(x, y); }

/* Looks the functions up when the library is opened, which has libm among its dependencies. */
__attribute__((constructor)) static void find (void) {
  void *libm = dlopen("libm.so.6", RTLD_LAZY);
  found_exp = (double (*) (double))dlsym(libm, "exp");
  found_fmod = (double (*) (double, double))dlsym(libm, "fmod");
  found_log = (double (*) (double))dlsym(libm, "log");
  found_log2 = (double (*) (double))dlsym(libm, "log2");
  found_pow = (double (*) (double, double))dlsym(libm, "pow");
}
