/*
** Tables with weak keys, in 5.2 to 5.5. The collector visits all of them again as long as that
** finds something to mark. If each holds the key of the next one, this takes the square of their
** number. After four times it builds an index here: which values wait for which keys. waiting_key
** and waiting_gc_key are the key of a node, as iscleared() takes it and as a GCObject.
*/
#ifndef LUPINE_PATCH_EPHEMERONS_H
#define LUPINE_PATCH_EPHEMERONS_H

/* lupine: an entry of a table with weak keys. Neither its key nor its value is marked. */
typedef struct WaitingEntry {
  GCObject *key;  /* NULL once it is marked */
  TValue *value;
  size_t next;  /* of the same place, or of those whose keys are marked; 0: none */
} WaitingEntry;

/* The entries of all tables, by their keys. Not counted as memory of the state. */
typedef struct Waiting {
  WaitingEntry *entries;  /* from 1 on */
  size_t *places;
  size_t count, size;  /* the latter a power of 2, or 0 */
  size_t ready;
} Waiting;


static size_t *place_of (Waiting *w, GCObject *key) {
  unsigned long long hash = ((size_t)key >> 4) * 0x9e3779b97f4a7c15ull;
  return &w->places[(size_t)(hash >> 32) & (w->size - 1)];
}


/* Lists the entries whose key has been marked now: their values are to be marked, too. */
static void key_marked (Waiting *w, GCObject *key) {
  size_t *p;
  if (w->size == 0) return;
  p = place_of(w, key);
  while (*p != 0) {
    size_t i = *p;
    WaitingEntry *entry = &w->entries[i];
    if (entry->key == key) {
      *p = entry->next;
      entry->key = NULL;
      entry->next = w->ready;
      w->ready = i;
    }
    else
      p = &entry->next;
  }
}


/* Makes room for more entries; returns 0 if there is no memory. */
static int more_waiting (Waiting *w) {
  size_t i, size = w->size == 0 ? 256 : w->size * 2;
  void *grown = realloc(w->entries, (size + 1) * sizeof(WaitingEntry));
  if (grown == NULL) return 0;
  w->entries = (WaitingEntry *)grown;
  grown = realloc(w->places, size * sizeof(size_t));
  if (grown == NULL) return 0;
  w->places = (size_t *)grown;
  w->size = size;
  memset(w->places, 0, size * sizeof(size_t));
  for (i = 1; i <= w->count; i++) {
    WaitingEntry *entry = &w->entries[i];
    if (entry->key != NULL) {
      size_t *p = place_of(w, entry->key);
      entry->next = *p;
      *p = i;
    }
  }
  return 1;
}


/* Adds the entries of a table; returns 0 if there is no memory. */
static int wait_for_keys (global_State *g, Table *h) {
  Waiting *w = g->waiting;
  Node *n, *limit = gnodelast(h);
  for (n = gnode(h, 0); n < limit; n++) {
    if (!valiswhite(gval(n))) continue;
    if (!iscleared(g, waiting_key(n)))
      reallymarkobject(g, gcvalue(gval(n)));
    else {
      size_t *p;
      WaitingEntry *entry;
      if (w->count == w->size && !more_waiting(w)) return 0;
      entry = &w->entries[++w->count];
      entry->key = waiting_gc_key(n);
      entry->value = gval(n);
      p = place_of(w, entry->key);
      entry->next = *p;
      *p = w->count;
    }
  }
  return 1;
}


/*
** Marks everything that tables with weak keys keep alive, unless memory is short, and leaves these
** tables listed.
*/
static void converge_by_keys (global_State *g) {
  Waiting w;
  GCObject *noted = NULL;
  int enough = 1;
  memset(&w, 0, sizeof(w));
  g->waiting = &w;
  do {
    propagateall(g);
    while (enough && g->ephemeron != NULL) {
      Table *h = gco2t(g->ephemeron);
      g->ephemeron = h->gclist;
      h->gclist = noted;
      noted = obj2gco(h);
      enough = wait_for_keys(g, h);
    }
    while (w.ready != 0) {
      TValue *value = w.entries[w.ready].value;
      w.ready = w.entries[w.ready].next;
      if (valiswhite(value)) reallymarkobject(g, gcvalue(value));
    }
  } while (g->gray != NULL);
  while (noted != NULL) {
    Table *h = gco2t(noted);
    noted = h->gclist;
    h->gclist = g->ephemeron;
    g->ephemeron = obj2gco(h);
  }
  g->waiting = NULL;
  free(w.entries);
  free(w.places);
}

#endif
