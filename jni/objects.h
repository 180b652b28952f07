/* The libraries that are open in this process, for loader.c and api.c. */
#ifndef LUPINE_OBJECTS_H
#define LUPINE_OBJECTS_H

/*
** Calls 'look' for each library until it returns something, and returns that. A library is held
** open while it is examined. The main program is skipped.
*/
void *objects_find (void *(*look) (void *library, const char *name, const void *data),
                    const void *data);

#endif
