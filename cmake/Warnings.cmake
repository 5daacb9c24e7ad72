# Warnings for our own code; never applied to third-party code.
add_library(kencrypt_warnings INTERFACE)
target_compile_options(kencrypt_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wformat=2
  -Wimplicit-fallthrough -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives for these two from inside libstdc++ and fmt when optimising.
  target_compile_options(kencrypt_warnings INTERFACE
    -Wno-null-dereference -Wno-maybe-uninitialized -Wno-restrict)
endif()
if(KENCRYPT_WERROR)
  target_compile_options(kencrypt_warnings INTERFACE -Werror)
endif()
