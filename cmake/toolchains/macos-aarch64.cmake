# macOS on AArch64; see macos.cmake.
set(macos_arch aarch64)
include("${CMAKE_CURRENT_LIST_DIR}/macos.cmake")
