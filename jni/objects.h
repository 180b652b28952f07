/* The libraries that are open in this process. For loader.c, and for api.c. */
#ifndef LUPINE_OBJECTS_H
#define LUPINE_OBJECTS_H

/*
** Shows each library to 'look' until that gives something; gives what it gave. They stay open while
** they are looked at. The main program is not among them.
*/
void *objects_find (void *(*look) (void *library, const char *name, const void *data),
                    const void *data);

#endif
