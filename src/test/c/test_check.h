/*
** The checks of a test program, which counts those that fail.
*/
#ifndef LUPINE_TEST_CHECK_H
#define LUPINE_TEST_CHECK_H

#include <stdio.h>

static int failures;

#define CHECK(condition) check((condition) != 0, #condition, __LINE__)

static void check (int holds, const char *text, int line) {
  if (holds) return;
  fprintf(stderr, "line %d: %s\n", line, text);
  failures++;
}

#endif
