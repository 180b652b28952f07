set(musl_arch aarch64)
include("${CMAKE_CURRENT_LIST_DIR}/musl.cmake")
