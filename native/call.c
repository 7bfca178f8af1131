/* Calls of functions at addresses, with arguments from memory. */
#include "support.h"

#include "registers.h"

#include <string.h>

#define TYPES_INTEGERS INTEGER_TYPES
#define TYPES_REGISTERS INTEGER_TYPES, FLOAT_TYPES
#define TYPES_STACK_8 TYPES_REGISTERS, STACK_TYPES
#define TYPES_STACK_56                                                                    \
  TYPES_STACK_8, STACK_TYPES, STACK_TYPES, STACK_TYPES, STACK_TYPES, STACK_TYPES, STACK_TYPES

#define VALUES_INTEGERS INTEGERS_OF(call->integers)
#define VALUES_REGISTERS VALUES_INTEGERS, FLOATS_OF(call->floats)
#define VALUES_STACK_8 VALUES_REGISTERS, STACK_OF(call->stack)
#define VALUES_STACK_56                                                                   \
  VALUES_STACK_8, STACK_OF(call->stack + 8), STACK_OF(call->stack + 16),                  \
      STACK_OF(call->stack + 24), STACK_OF(call->stack + 32), STACK_OF(call->stack + 40), \
      STACK_OF(call->stack + 48)

/*
 * For each kind a function, and one for Node: its engine compiles calls of
 * functions that take nothing but doubles, and calls every other the long way.
 * Addresses of memory of ours are below 2^53, and so exact as doubles.
 */
#define KIND(LOAD, RESULT, TYPE)                                                    \
  ANY_TYPE static void run_##LOAD##_##RESULT(struct plugin_call *call) {            \
    TYPE result = ((TYPE(*)(TYPES_##LOAD))call->target)(VALUES_##LOAD);             \
    memcpy(&call->result, &result, sizeof result);                                  \
  }                                                                                 \
  PLUGIN_EXPORT void plugin_call_##LOAD##_##RESULT(double call);                    \
  void plugin_call_##LOAD##_##RESULT(double call) {                                 \
    run_##LOAD##_##RESULT((struct plugin_call *)(intptr_t)call);                    \
  }
#define KINDS_OF(LOAD)          \
  KIND(LOAD, INTEGER, uint64_t) \
  KIND(LOAD, DOUBLE, double)    \
  KIND(LOAD, FLOAT, float)
KINDS_OF(INTEGERS)
KINDS_OF(REGISTERS)
KINDS_OF(STACK_8)
KINDS_OF(STACK_56)

#define NAMES_OF(LOAD) run_##LOAD##_INTEGER, run_##LOAD##_DOUBLE, run_##LOAD##_FLOAT
static void (*const kinds[PLUGIN_KINDS])(struct plugin_call *) = {
    NAMES_OF(INTEGERS), NAMES_OF(REGISTERS), NAMES_OF(STACK_8), NAMES_OF(STACK_56)};

void plugin_call_run(struct plugin_call *call, uint32_t kind) {
  if (kind < PLUGIN_KINDS) kinds[kind](call);
}
