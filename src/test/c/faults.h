/*
** Faults on purpose, for tests: what can fail, or can happen at any time, is counted, and at the
** n-th place it does. The tests see the side through faults_backend, which counts while Lua runs
** and keeps the books of what Java would hold by now.
*/
#ifndef LUPINE_FAULTS_H
#define LUPINE_FAULTS_H

#include "backend.h"

/* What happens at the place that is due. */
enum FaultKind {
  FAULT_NONE,
  FAULT_ONCE,           /* an allocation, or a check of the stack, fails */
  FAULT_TWICE,          /* so does the next: 5.2 and newer collect, and try once more */
  FAULT_ALWAYS,         /* so do all that follow */
  FAULT_COLLECT,        /* all garbage is collected */
  FAULT_TIME,           /* the time limit passes */
  FAULT_STACK,          /* the C stack has come to its end */
  FAULT_JAVA_MEMORY,    /* an upcall ends with this status; counts upcalls only */
  FAULT_JAVA_STACK,
  FAULT_JAVA_ERROR,
  FAULT_JAVA_FATAL,
  FAULT_KINDS,
  FAULT_COLLECT_OFTEN   /* FAULT_COLLECT at each 'at'-th place */
};

#define MOST_HANDLES  4096
#define MOST_REFS     8192

typedef struct Faults {
  int kind;
  long at, seen;        /* which place; how many there were */
  int counting;         /* Lua runs */
  State *state;
  int keeps_books;
  char given[MOST_HANDLES];  /* handles that Java has given, and has not back */
  char held[MOST_REFS];      /* refs that Java holds */
  char text[200];       /* the message of the last operation's error, or "" */
  void (*complain) (const char *text, long number);
} Faults;

extern Faults faults;
extern const Backend faults_backend;

/* From now on a fault of this kind is due at the n-th place; STOP_* and the like are put back. */
void faults_begin (int kind, long at);

/* No fault is due any more; gives whether one was. */
int faults_end (void);

#endif
