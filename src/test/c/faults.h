/*
** Injected faults, for tests. All places where something can fail, or happen at any time, are
** counted, and the n-th one fails. The tests use the backend through faults_backend, which counts
** while Lua runs and books what Java holds.
*/
#ifndef LUPINE_FAULTS_H
#define LUPINE_FAULTS_H

#include "backend.h"

/* What happens at the n-th place. */
enum FaultKind {
  FAULT_NONE,
  FAULT_ONCE,           /* an allocation, or a check of the stack, fails */
  FAULT_TWICE,          /* so does the next one: 5.2 and newer collect, and try again */
  FAULT_ALWAYS,         /* so do all that follow */
  FAULT_COLLECT,        /* all garbage is collected */
  FAULT_TIME,           /* the time limit passes */
  FAULT_STACK,          /* the C stack is exhausted */
  FAULT_JAVA_MEMORY,    /* an upcall ends with this status; only upcalls are counted */
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
  long at, seen;        /* which place; how many there have been */
  int counting;         /* Lua runs */
  State *state;
  int keeps_books;
  char given[MOST_HANDLES];  /* handles that Java has given and not got back */
  char held[MOST_REFS];      /* refs that Java holds */
  char text[200];       /* the message of the last operation's error, or "" */
  void (*complain) (const char *text, long number);
} Faults;

extern Faults faults;
extern const Backend faults_backend;

/* Injects a fault of this kind at the n-th place from now on. Resets STOP_* and the like. */
void faults_begin (int kind, long at);

/* Injects no more faults; returns whether there was one. */
int faults_end (void);

#endif
