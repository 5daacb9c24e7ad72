# Leaves in the list what the system built for needs.
function(kencrypt_drop_other_systems list)
  if(CMAKE_SYSTEM_NAME STREQUAL "Darwin")
    list(FILTER ${list} EXCLUDE REGEX "_linux\\.cc$")
  else()
    list(FILTER ${list} EXCLUDE REGEX "_darwin\\.cc$")
  endif()
  set(${list} ${${list}} PARENT_SCOPE)
endfunction()

# kencrypt_layer(NAME [LAYERS lower...] [LIBS third-party...])
#
# Declares plugin/NAME as a static library of all its .cc files. It may link only the layers named,
# and these only lower ones: the dependency rule of ARCHITECTURE.md, checked for includes by
# tests/layering_test.py. *_linux.cc and *_darwin.cc are for one system each.
function(kencrypt_layer name)
  cmake_parse_arguments(ARG "" "" "LAYERS;LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  kencrypt_drop_other_systems(sources)
  if(NOT sources)  # a folder that is still empty
    file(WRITE ${CMAKE_BINARY_DIR}/empty.cc "")
    set(sources ${CMAKE_BINARY_DIR}/empty.cc)
  endif()
  add_library(kencrypt_${name} STATIC ${sources})
  target_link_libraries(kencrypt_${name}
    PUBLIC kencrypt_settings fmt::fmt
    PRIVATE kencrypt_warnings ${ARG_LIBS})
  foreach(lower IN LISTS ARG_LAYERS)
    target_link_libraries(kencrypt_${name} PUBLIC kencrypt_${lower})
  endforeach()
endfunction()
