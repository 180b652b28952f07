/*
** Tracebacks: saves the stack of an error before it is unwound.
*/
#include "traceback.h"

#include <stdio.h>
#include <stdlib.h>

#include "core.h"

/* Copies text into a field, truncated to fit. Returns the length of the copy. */
static size_t copy_text (char *field, size_t size, const char *text) {
  size_t length = strlen(text);
  if (length >= size) length = size - 1;
  memcpy(field, text, length);
  field[length] = '\0';
  return length;
}

/* Writes the kind of a name and the name to a field, as in "global 'f'". */
static void copy_name (char *field, size_t size, const char *kind, const char *name) {
  enum { LONGEST = 60 };
  size_t length = copy_text(field, size - LONGEST - sizeof(" ''"), kind);
  memcpy(field + length, " '", 2);
  length += 2;
  length += copy_text(field + length, LONGEST + 1, name);
  memcpy(field + length, "'", sizeof("'"));
}

/* Describes a function as Lua's own traceback does. */
static void describe_level (Level *level, const lua_Debug *ar) {
  if (*ar->what == 'm')
    copy_text(level->function, sizeof(level->function), "main chunk");
  else if (ar->name != NULL && *ar->namewhat != '\0')
    copy_name(level->function, sizeof(level->function), ar->namewhat, ar->name);
  else if (*ar->what == 'C')
    copy_text(level->function, sizeof(level->function), "?");
  else
    snprintf(level->function, sizeof(level->function), "function <%.40s:%d>", ar->short_src,
             ar->linedefined);
  copy_text(level->chunk, sizeof(level->chunk), ar->short_src);
  level->line = ar->currentline;
}

/* Returns whether an error is Java's answer that is being raised, and not a later one. */
static int is_from_java (lua_State *L, int level, const State *S) {
  lua_Debug ar;
  int same;
  if (S->raising == NULL || !lua_getstack(L, level, &ar)) return 0;
  lua_getinfo(L, "f", &ar);
  same = lua_tocfunction(L, -1) == S->raising;
  lua_pop(L, 1);
  return same;
}

/* Makes room for levels, unless there is some; returns whether there is. */
static int make_room (State *S) {
  if (S->levels == NULL) S->levels = (Level *)malloc(FRAMES_KEPT * sizeof(Level));
  return S->levels != NULL;
}

/* Appends the levels of a stack from 'level' on to S->levels, as many as there is room for. */
static void note_levels (State *S, lua_State *L, int level) {
  lua_Debug ar;
  int last = core_last_level(L);
  int there = make_room(S) && lua_getstack(L, level, &ar);
  while (there && level <= last && S->level_count < FRAMES_KEPT) {
    int by = 1;
    lua_getinfo(L, "Snl", &ar);
    describe_level(&S->levels[S->level_count++], &ar);
    if (S->level_count == FRAMES_KEPT / 2 && last - level > FRAMES_KEPT / 2) {
      by = last - level + 1 - FRAMES_KEPT / 2;
      S->levels_left_out = by - 1;
    }
    there = level + by <= last && core_move_level(L, &ar, level, by);
    level += by;
  }
}

/*
** Saves the stack, and leaves the error value as it is: the message handler. Allocates nothing in
** Lua, and raises nothing.
*/
int traceback_handler (lua_State *L) {
  State *S = state_current;
  lua_State *failed = S->failed;
  S->failed = NULL;
  lua_settop(L, 1);
  if (S->fatal > FATAL_JAVA) return 1;            /* saved where the error began */
  S->from_java = failed != NULL ? is_from_java(failed, 0, S) : is_from_java(L, 1, S);
  S->raising = NULL;
  S->level_count = 0;
  S->levels_left_out = 0;
  if (failed != NULL) note_levels(S, failed, 0);
  note_levels(S, L, 1);           /* level 0 is this handler */
  return 1;
}

/* Saves the stack of a run that is being stopped, before the pcalls of the script unwind it. */
void traceback_note_stopped (State *S, lua_State *L) {
  S->from_java = S->level_count = S->levels_left_out = 0;
  note_levels(S, L, 0);
}

/* Pushes the message handler of every entry. [-0, +1, -] */
void traceback_push_handler (lua_State *L) {
  compat_push_body(L, traceback_handler, RIDX_HANDLER);
}

void traceback_open (lua_State *L) {
  compat_register_body(L, traceback_handler, RIDX_HANDLER);
}
