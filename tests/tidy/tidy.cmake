add_test(NAME tidy
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/tidy_test.sh ${PROJECT_SOURCE_DIR})
add_test(NAME tidy_finds_breaches
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/tidy_finds_breaches.sh)
set_tests_properties(tidy tidy_finds_breaches PROPERTIES LABELS ci)
