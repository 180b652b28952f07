/*
** The formats of io.read in 5.1 and 5.2.
*/
#ifndef LUPINE_PATCH_STARRED_H
#define LUPINE_PATCH_STARRED_H

/* lupine: for the standard input the star may be missing */
static const char *starred (FILE *f, const char *p) {
  static const char *const formats[] = {"*n", "*l", "*L", "*a"};
  int i;
  for (i = 0; f == stdin && p && i < 4; i++)
    if (p[0] == formats[i][1]) return formats[i];
  return p;
}

#endif
