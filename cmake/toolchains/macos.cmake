# macOS, for the processor macos_arch, with tools that anyone may have: zig, which has the headers of
# the C library and the list of its symbols, and LLVM's linker, since zig's takes no list of symbols
# to export. It shows that the sources compile and link. The natives of macOS are built on a Mac,
# which needs no such file.
get_filename_component(macos_root "${CMAKE_CURRENT_LIST_DIR}/../../target/macos" ABSOLUTE)
find_program(LUPINE_ZIG zig REQUIRED)
find_program(LUPINE_LLD NAMES ld64.lld ld64.lld-19 ld64.lld-16 ld64.lld-14 REQUIRED)
mark_as_advanced(LUPINE_ZIG LUPINE_LLD)
file(REAL_PATH "${LUPINE_ZIG}" zig)
get_filename_component(zig_root "${zig}" DIRECTORY)
string(REPLACE aarch64 arm64 macos_name ${macos_arch})   # as Apple calls it
file(CONFIGURE OUTPUT "${macos_root}/${macos_arch}-cc" NEWLINE_STYLE UNIX @ONLY CONTENT [=[
#!/bin/sh
# Compiles by zig, and links libraries by LLVM's linker, which gets its options without '-Wl,'.
case " $* " in
  *" -dynamiclib "*) ;;
  *) exec "@zig@" cc -target @macos_arch@-macos.11.0 "$@" ;;
esac
set -- "$@" --
while [ "$1" != -- ]; do
  case $1 in
    -Wl,*)
      IFS=,
      for part in ${1#-Wl,}; do
        set -- "$@" "$part"
      done
      ;;
    -O* | -D* | -m* | -f* | -dynamiclib | -lm | -ldl | -lpthread) ;;
    *) set -- "$@" "$1" ;;
  esac
  shift
done
shift
exec "@LUPINE_LLD@" -dylib -arch @macos_name@ -platform_version macos 11.0 11.0 -adhoc_codesign \
  "-L@zig_root@/lib/libc/darwin" -lSystem "$@"
]=])
foreach(tool IN ITEMS ar ranlib)
  file(CONFIGURE OUTPUT "${macos_root}/${macos_arch}-${tool}" NEWLINE_STYLE UNIX @ONLY
    CONTENT "#!/bin/sh\nexec \"@zig@\" @tool@ \"$@\"\n")
endforeach()
foreach(tool IN ITEMS cc ar ranlib)
  file(CHMOD "${macos_root}/${macos_arch}-${tool}" PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE)
endforeach()
set(CMAKE_SYSTEM_NAME Darwin)
set(CMAKE_SYSTEM_PROCESSOR ${macos_arch})
set(CMAKE_C_COMPILER "${macos_root}/${macos_arch}-cc")
set(CMAKE_AR "${macos_root}/${macos_arch}-ar")
set(CMAKE_RANLIB "${macos_root}/${macos_arch}-ranlib")
set(CMAKE_INSTALL_NAME_TOOL "${CMAKE_COMMAND}")   # CMake looks for it, and does not call it
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
