/*
** Calls of the host in the library "io", for the process's own three files.
*/
#ifndef LUPINE_PATCH_STREAMS_H
#define LUPINE_PATCH_STREAMS_H

/* lupine: the process's own three files are only names for streams of Java, see console.c */
#define lupine_standard(f)  ((f) == stdin || (f) == stdout || (f) == stderr)
extern int lupine_write (lua_State *L, FILE *file, int first, int last);
extern int lupine_read_line (lua_State *L, FILE *file, int chop);
extern int lupine_read_chars (lua_State *L, FILE *file, size_t count);
extern int lupine_has_more (lua_State *L, FILE *file);
extern int lupine_read_number (lua_State *L, FILE *file, lua_Number *number);
extern void lupine_begin_number (lua_State *L, FILE *file);
extern int lupine_next_char (void);
extern void lupine_unread_char (int c);
extern void lupine_end_number (lua_State *L);
extern int lupine_flush (lua_State *L, FILE *file);
extern int lupine_buffer (FILE *file, int mode);
extern void lupine_default_file (void);
#undef clearerr
#define clearerr(f)  (lupine_standard(f) ? (void)0 : (clearerr)(f))
#undef ferror  /* called after reading, which only one of them can do */
#define ferror(f)  (lupine_standard(f) ? (f) != stdin && (errno = EBADF, 1) : (ferror)(f))
#undef fflush
#define fflush(f)  (lupine_standard(f) ? lupine_flush(L, f) : (fflush)(f))
#undef setvbuf
#define setvbuf(f,b,m,s)  (lupine_standard(f) ? lupine_buffer(f, m) : (setvbuf)(f, b, m, s))

#endif
