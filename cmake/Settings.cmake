# How every target of ours is compiled: the language, hardening, sanitizers.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(KENCRYPT_CCACHE ccache)
if(KENCRYPT_CCACHE)
  # Paths relative to the tree, so that a fresh checkout elsewhere finds what another one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${KENCRYPT_CCACHE})
endif()

add_library(kencrypt_settings INTERFACE)
target_include_directories(kencrypt_settings INTERFACE ${PROJECT_SOURCE_DIR}/plugin)
# Paths of the build machine have no place in a binary.
target_compile_options(kencrypt_settings INTERFACE -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)

if(KENCRYPT_SANITIZE)
  target_compile_options(kencrypt_settings INTERFACE
    -fsanitize=${KENCRYPT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    -D_GLIBCXX_ASSERTIONS)
  target_link_options(kencrypt_settings INTERFACE -fsanitize=${KENCRYPT_SANITIZE})
else()
  include(${CMAKE_CURRENT_LIST_DIR}/Hardening.cmake)
  kencrypt_hardening(hardening link_hardening)
  # The checks of the standard library; _FORTIFY_SOURCE needs an optimised build and glibc.
  target_compile_options(kencrypt_settings INTERFACE ${hardening} -D_GLIBCXX_ASSERTIONS)
  target_link_options(kencrypt_settings INTERFACE -pie ${link_hardening})
  if(NOT KENCRYPT_DIST)
    target_compile_options(kencrypt_settings INTERFACE
      $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=3>)
  endif()
endif()

if(KENCRYPT_DIST)
  include(${CMAKE_CURRENT_LIST_DIR}/DistSettings.cmake)
endif()
