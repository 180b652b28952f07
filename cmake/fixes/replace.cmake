# What the scripts of this folder share.
# cmake -DSOURCE_DIR=<tree> [-DLUA_PRISTINE=ON] -P <flavour>.cmake
#
# Each changes a fetched tree in place, and may be run on it again. What stands outside
# if(NOT LUA_PRISTINE) mends a fault by which a script can damage memory; the rest keeps scripts
# from ending the process, but for what says that it saves time.
cmake_minimum_required(VERSION 3.22)

if(NOT SOURCE_DIR)
  message(FATAL_ERROR "which tree? give -DSOURCE_DIR=<folder>")
endif()

# Puts <put> in the place of <find>, which must stand in the file exactly once, or as often as a
# fourth argument says. A file that has <put> already is left alone, so every <put> has words of our
# own in it. Nothing is written before write_replaced(): a tree gets all its fixes or none.
function(replace_text file find put)
  set(times 1)
  if(ARGC GREATER 3)
    set(times ${ARGV3})
  endif()
  get_property(files GLOBAL PROPERTY replaced_files)
  if(file IN_LIST files)
    get_property(text GLOBAL PROPERTY "replaced_${file}")
  else()
    file(READ "${SOURCE_DIR}/${file}" text)
  endif()
  count_text("${text}" "${put}" there)
  if(there EQUAL times)
    return()
  endif()
  count_text("${text}" "${find}" found)
  if(NOT found EQUAL times)
    message(FATAL_ERROR
      "${SOURCE_DIR}/${file}: expected ${times}, found ${found} of this text:\n${find}\n"
      "Another release of Lua, or a tree with other fixes in it: remove the tree, so that it is "
      "unpacked anew.")
  endif()
  string(REPLACE "${find}" "${put}" text "${text}")
  set_property(GLOBAL PROPERTY "replaced_${file}" "${text}")
  if(NOT file IN_LIST files)
    set_property(GLOBAL APPEND PROPERTY replaced_files "${file}")
  endif()
endfunction()

# Writes the files that were changed.
function(write_replaced)
  get_property(files GLOBAL PROPERTY replaced_files)
  foreach(file IN LISTS files)
    get_property(text GLOBAL PROPERTY "replaced_${file}")
    file(WRITE "${SOURCE_DIR}/${file}" "${text}")
  endforeach()
endfunction()

# Sets <out> to how often <part> stands in <text>.
function(count_text text part out)
  string(REPLACE "${part}" "" rest "${text}")
  string(LENGTH "${text}" all)
  string(LENGTH "${rest}" left)
  string(LENGTH "${part}" size)
  math(EXPR count "(${all} - ${left}) / ${size}")
  set(${out} ${count} PARENT_SCOPE)
endfunction()

# What the host and the whole core share, for a file that all of it includes. Errors start at the
# limit of the C stack; the handler of such an error may go 64 KiB deeper.
set(stack_guard [=[
/* lupine: the host sets this for each thread; no call is made from below it. NULL: no limit */
#if defined(__ELF__)  /* reached as the compiler's options say */
extern __thread char *lupine_stack_limit __attribute__((visibility("hidden")));
extern __thread volatile int *lupine_stop __attribute__((visibility("hidden")));
#else
extern __thread char *lupine_stack_limit;
extern __thread volatile int *lupine_stop;
#endif
#define lupine_frame()  ((char *)__builtin_frame_address(0))
#define lupine_low()    __builtin_expect(lupine_frame() < lupine_stack_limit, 0)
#define lupine_out()    (lupine_frame() + 64 * 1024 < lupine_stack_limit)
/* whether the host lets nobody load bytecode now, which can be made to damage memory */
extern int lupine_text_only (void);
/* lupine: not 0 when another thread wants what runs here to end; then this raises, or may not */
struct lua_State;
extern void lupine_stopped (struct lua_State *L);
/* lupine: whether memory is so short that all garbage is to be collected, and that it was */
extern int lupine_short (struct lua_State *main);
extern void lupine_collected (struct lua_State *main);
/* lupine: whether an error is raised that nothing but the host may catch */
extern int lupine_fatal (void);
/* lupine: whether L may not close itself, and whose handler an error is for instead of another's */
extern int lupine_entered (struct lua_State *L);
extern struct lua_State *lupine_catcher (const void *handler);
/* lupine: another for each state that is opened */
extern unsigned int lupine_seed (void);
#define lupine_wanted() __builtin_expect(*lupine_stop, 0)
#define lupine_poll(L)  (lupine_wanted() ? lupine_stopped(L) : (void)0)
]=])
