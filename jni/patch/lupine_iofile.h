/*
** For the library "io" of LuaJIT: files that are closed while it reads them.
*/
#ifndef LUPINE_PATCH_IOFILE_H
#define LUPINE_PATCH_IOFILE_H

/* lupine: raises an error if a finalizer has closed the file */
static void io_file_checkopen(lua_State *L, IOFileUD *iof)
{
  if (iof->fp == NULL)
    lj_err_caller(L, LJ_ERR_IOCLFL);
}

#endif
