add_test(NAME shop_generator
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/shop_generator_test.sh
          $<TARGET_FILE:audienced-shop>)
set_tests_properties(shop_generator PROPERTIES LABELS ci)

add_test(NAME cookbook
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/cookbook_test.sh
          $<TARGET_FILE:audiencectl> ${PROJECT_SOURCE_DIR}/examples)
set_tests_properties(cookbook PROPERTIES LABELS ci)
