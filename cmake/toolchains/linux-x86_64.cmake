# Linux on x86-64 with glibc, by Debian's gcc-x86-64-linux-gnu or, on such a machine, its gcc.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-linux-gnu-gcc)
