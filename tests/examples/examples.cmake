add_test(NAME shop_generator
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/shop_generator_test.sh
          $<TARGET_FILE:audienced-shop>)
set_tests_properties(shop_generator PROPERTIES LABELS ci)
