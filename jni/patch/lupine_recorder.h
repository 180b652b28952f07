/*
** The recorder of LuaJIT, for the library "io".
*/
#ifndef LUPINE_PATCH_RECORDER_H
#define LUPINE_PATCH_RECORDER_H

/* lupine: of the FILE of an I/O file */
#include <stdio.h>
#define recff_io_is_standard(fp)  ((fp) == stdin || (fp) == stdout || (fp) == stderr)

/* Is a standard stream being written to? */
static int recff_io_standard(jit_State *J, RecordFFData *rd)
{
  GCudata *ud = NULL;
  FILE *fp;
  if (rd->data) ud = &gcref(J2G(J)->gcroot[rd->data])->ud;
  else if (J->base[0] && tvisudata(&rd->argv[0])) ud = udataV(&rd->argv[0]);
  if (!ud || ud->udtype != UDTYPE_IO_FILE) return 0;
  fp = *(FILE **)uddata(ud);
  return recff_io_is_standard(fp);
}

#endif
