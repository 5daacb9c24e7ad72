# Toolchain file: cross-compiling by `zig cc`, for releases. Its caller has put cc, c++, ar and ranlib for one target
# into the folder that the environment names (scripts/dist.sh), so that a try_compile sees them as well.
#
#   KENCRYPT_DIST_TOOLS   that folder
#   KENCRYPT_DIST_TARGET  linux/amd64, linux/arm64, darwin/amd64 or darwin/arm64
set(kencrypt_target $ENV{KENCRYPT_DIST_TARGET})
set(CMAKE_SYSTEM_NAME Linux)
if(kencrypt_target MATCHES "^darwin/")
  set(CMAKE_SYSTEM_NAME Darwin)
  # None: the compiler brings what it needs. CMake would ask Xcode.
  set(CMAKE_OSX_SYSROOT "" CACHE STRING "")
  set(CMAKE_OSX_ARCHITECTURES "" CACHE STRING "")
endif()
set(CMAKE_SYSTEM_PROCESSOR x86_64)
if(kencrypt_target MATCHES "/arm64$")
  set(CMAKE_SYSTEM_PROCESSOR aarch64)
endif()

set(kencrypt_tools $ENV{KENCRYPT_DIST_TOOLS})
set(CMAKE_C_COMPILER ${kencrypt_tools}/cc)
set(CMAKE_CXX_COMPILER ${kencrypt_tools}/c++)
set(CMAKE_AR ${kencrypt_tools}/ar CACHE FILEPATH "")
set(CMAKE_RANLIB ${kencrypt_tools}/ranlib CACHE FILEPATH "")
set(CMAKE_INSTALL_NAME_TOOL /bin/true CACHE FILEPATH "")  # of shared libraries, of which there are none

# Nothing of this machine's own headers and libraries.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_FIND_ROOT_PATH ${CMAKE_PREFIX_PATH} /nonexistent)
set(CMAKE_TRY_COMPILE_TARGET_TYPE EXECUTABLE)
