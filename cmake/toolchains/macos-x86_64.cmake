# macOS on x86-64; see macos.cmake.
set(macos_arch x86_64)
include("${CMAKE_CURRENT_LIST_DIR}/macos.cmake")
